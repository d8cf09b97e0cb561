import { existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ApprovedList, type ApprovedModel, type ModelApproval, type ModelListTaken, type ModelSigner } from "../contract/index.ts";
import { type Clock, jsonOf } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import { fail } from "./failures.ts";
import { LIST_NAMESPACE, readSmall, type ListNeeds, type ModelLists } from "./lists.ts";
import { gib } from "./words.ts";

// Which model files an organisation has looked at, what each is for and under which licence: one text, whole each time, with a
// number that only grows. It comes on a stick, signed as lists of files are, or from the central server inside of a signed edition.

export const APPROVED_FILE = "MODELS.json";
const MAX_BYTES = 512 * 1024;
/** Where the organisation's list comes from; below it, by organisation and name, what was taken from there last. No key's id looks like it. */
const CENTRAL = "central";
const HOUSE = "your organisation";
const SETTING = "the setting under Settings, Models";

export type ApprovedNeeds = {
  readonly store: Store;
  readonly now: Clock;
  readonly signerOf: ListNeeds["signerOf"];
  readonly lists: Pick<ModelLists, "trusted">;
  /** What the organisation's edition says; its signature and number were checked where it came in. */
  readonly houseList: () => ApprovedList | undefined;
};
type Row = { source: string; signer: string; list: string; by: string };

export interface ApprovedModels {
  /** Read, checked and kept: from then on an older one of that name and signer is refused. */
  take(path: string, here: ReadonlySet<string>): ModelListTaken;
  /** An organisation's list came: throws where it is older than one taken from it before, or says something else under its number. */
  keepHouse(list: ApprovedList, orgId: string): void;
  /** Lists that are known now: of signers who are believed still, and the organisation's. */
  all(): readonly ModelListTaken["list"][];
  forget(source: string): void;
  /** Who approved this file, and for what; undefined where nobody did whose word counts here. */
  of(sha256: string): ModelApproval | undefined;
  /** Who says that nothing else may be used; undefined where files without approval may be. */
  strict(): string | undefined;
  setOnly(isOnly: boolean): void;
  isOnly(): boolean;
  /** Who keeps this file from being used; undefined where it may be. */
  barredBy(sha256: string): string | undefined;
  /** Throws where somebody keeps it from being used. */
  admit(sha256: string, name: string): void;
  /** After who is believed, or what the organisation says, has changed. */
  readAgain(): void;
}

type List = ModelListTaken["list"];
/** Who lets nothing be used but what certain lists name. Each has to be satisfied: no list is widened by another's. */
type Demand = { readonly by: string; readonly isMet: (sha256: string) => boolean };
type Reading = { readonly house: ApprovedList | undefined; readonly lists: readonly List[]; readonly isOnly: boolean; readonly demands: readonly Demand[]; readonly approvals: ReadonlyMap<string, ModelApproval> };

export function openApproved({ store, now, signerOf, lists, houseList }: ApprovedNeeds): ApprovedModels {
  const rows = store.sql<Row>("models.approved", "SELECT a.source, a.signer, a.list, s.name AS by FROM model_approved a JOIN model_signers s ON s.id = a.signer WHERE a.is_dropped = 0 ORDER BY a.source");
  const one = store.sql<{ list: string }>("models.approved-one", "SELECT list FROM model_approved WHERE source = ?");
  const put = store.sql("models.put-approved", "INSERT INTO model_approved (source, signer, list, taken_at, is_dropped) VALUES (?, ?, ?, ?, 0) ON CONFLICT (source) DO UPDATE SET list = excluded.list, taken_at = excluded.taken_at, is_dropped = 0");
  // What is forgotten no longer counts; its number is remembered, or an older one could come back.
  const drop = store.sql("models.drop-approved", "UPDATE model_approved SET is_dropped = 1 WHERE source = ?");
  const option = store.sql<{ value: string }>("models.only-approved", "SELECT value FROM model_options WHERE name = 'only-approved'");
  const setOption = store.sql("models.set-only-approved", "INSERT INTO model_options (name, value) VALUES ('only-approved', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value");

  const viewOf = (source: string, by: string, list: ApprovedList): ModelListTaken["list"] => ({ source, by, name: list.name, number: list.number, only: list.only, models: list.models });
  // Asked for every file that is shown and every question: half a megabyte of lists is read once, until one of them changes.
  let kept: Reading | undefined;
  const reading = (): Reading => {
    const house = houseList();
    return kept !== undefined && kept.house === house ? kept : (kept = read(house));
  };
  const readAgain = (): void => void (kept = undefined);
  function read(house: ApprovedList | undefined): Reading {
    const own = rows.all().map(({ source, signer, list, by }) => ({ signer, list: viewOf(source, by, ApprovedList.parse(JSON.parse(list))) }));
    const ofHouse = house && viewOf(CENTRAL, HOUSE, house);
    const lists = [...(ofHouse ? [ofHouse] : []), ...own.map(({ list }) => list)];
    const isOnly = option.get()?.value === "yes";
    const demands = demandsOf(ofHouse, own, isOnly);
    // The first that names a file speaks for it: the house, then whoever lets nothing else be used.
    const approvals = new Map<string, ModelApproval>();
    for (const { by, name, number, models } of lists.toSorted((x, y) => rank(x) - rank(y)))
      for (const { sha256, license, purpose, notes } of models) if (!approvals.has(sha256)) approvals.set(sha256, { by, list: name, number, license, purpose, notes });
    return { house, lists, isOnly, demands, approvals };
  }
  const barredBy = (sha256: string): string | undefined => reading().demands.find(({ isMet }) => !isMet(sha256))?.by;
  /** A number only grows, and says one thing for good; also of lists that count no longer. */
  function refuseOlder(source: string, list: ApprovedList): void {
    const before = one.get([source]);
    const held = before && ApprovedList.parse(JSON.parse(before.list));
    if (held && list.number < held.number) throw fail("MODEL_LIST_OLDER", { list: list.name, number: list.number, held: held.number });
    if (held && list.number === held.number && JSON.stringify(list) !== JSON.stringify(held)) throw fail("MODEL_LIST_SAME_NUMBER", { list: list.name, number: list.number });
  }

  return {
    barredBy, readAgain,
    all: () => reading().lists,
    of: (sha256) => (barredBy(sha256) === undefined ? reading().approvals.get(sha256) : undefined),
    strict: () => reading().demands[0]?.by,
    isOnly: () => reading().isOnly,
    setOnly(next) {
      setOption.run([next ? "yes" : "no"]);
      readAgain();
    },
    forget(source) {
      if (source === CENTRAL || source.startsWith(`${CENTRAL}/`)) throw fail("MODEL_LIST_HOUSE");
      drop.run([source]);
      readAgain();
    },
    admit(sha256, name) {
      const by = barredBy(sha256);
      if (by !== undefined) throw fail("MODEL_NOT_APPROVED", { name, by });
    },
    keepHouse(list, orgId) {
      const source = `${CENTRAL}/${orgId}/${list.name}`;
      refuseOlder(source, list);
      put.run([source, CENTRAL, JSON.stringify(list), now()]);
    },
    take(path, here) {
      const file = basename(path) === APPROVED_FILE ? path : join(path, APPROVED_FILE);
      const { signer, list } = opened(file);
      const source = `${signer.id}/${list.name}`;
      refuseOlder(source, list);
      put.run([source, signer.id, JSON.stringify(list), now()]);
      readAgain();
      return { list: viewOf(source, signer.name, list), files: list.models.map((model) => besides(dirname(file), model, here.has(model.sha256))) };
    },
  };

  /** The signature first: nothing of an unsigned text is looked at. */
  function opened(file: string): { readonly signer: ModelSigner; readonly list: ApprovedList } {
    const bytes = readSmall(file, MAX_BYTES);
    if (!existsSync(`${file}.sig`)) throw fail("MODEL_LIST_UNSIGNED", { list: file, namespace: LIST_NAMESPACE });
    const blob = signerOf(bytes, readSmall(`${file}.sig`, MAX_BYTES).toString("utf8"), LIST_NAMESPACE);
    if (blob === undefined) throw fail("MODEL_LIST_TAMPERED", { list: file });
    const signer = lists.trusted(blob, file);
    const parsed = ApprovedList.safeParse(jsonOf(bytes.toString("utf8")));
    const issue = parsed.success ? undefined : parsed.error.issues[0];
    if (!parsed.success) throw fail("MODEL_LIST_UNREADABLE", { list: file, why: issue === undefined || issue.path.length === 0 ? "it is not JSON of the shape of a list of approved models" : `${issue.path.join(".")}: ${issue.message}` });
    return { signer, list: parsed.data };
  }
}

const rank = ({ source, only }: List): number => (source === CENTRAL ? 0 : only ? 1 : 2);

/** Pure. While the house says `only`, its list alone counts; a signer's `only` counts the lists of that signer and the house's; this machine's setting counts any. */
function demandsOf(house: List | undefined, own: readonly { readonly signer: string; readonly list: List }[], isOnly: boolean): readonly Demand[] {
  const demand = (by: string, counted: readonly List[]): Demand => {
    const named = new Set(counted.flatMap(({ models }) => models.map(({ sha256 }) => sha256)));
    return { by, isMet: (sha256) => named.has(sha256) };
  };
  const houses = house ? [house] : [];
  const strict = [...new Map(own.filter(({ list }) => list.only).map(({ signer, list }) => [signer, list.by]))];
  return [
    ...(house?.only === true ? [demand(HOUSE, houses)] : []),
    ...(isOnly ? [demand(SETTING, [...houses, ...own.map(({ list }) => list)])] : []),
    ...strict.map(([signer, by]) => demand(by, [...houses, ...own.filter((one) => one.signer === signer).map(({ list }) => list)])),
  ];
}

/** What lies beside the list, by name and size; its bytes are compared when it is imported. */
function besides(folder: string, { file, bytes, sha256 }: ApprovedModel, isHere: boolean): ModelListTaken["files"][number] {
  const path = join(folder, file);
  if (file === "" || !existsSync(path)) return { sha256, path: "", isHere, problem: "" };
  const size = statSync(path).size;
  return { sha256, path, isHere, problem: size === bytes ? "" : `It is ${gib(size)} (${size} bytes), and the list says ${bytes} bytes.` };
}
