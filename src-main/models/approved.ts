import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ApprovedList, type ApprovedModel, type ModelApproval, type ModelListTaken, type ModelSigner } from "../contract/index.ts";
import type { Clock } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import { fail } from "./failures.ts";
import { LIST_NAMESPACE, type ListNeeds, type ModelLists } from "./lists.ts";
import { gib } from "./words.ts";

// Which model files an organisation has looked at, what each is for and under which licence: one text, whole each time, with a
// number that only grows. It comes on a stick, signed as lists of files are, or from the central server inside of a signed edition.

export const APPROVED_FILE = "MODELS.json";
const MAX_BYTES = 512 * 1024;
export const CENTRAL = "central";

export type ApprovedNeeds = {
  readonly store: Store;
  readonly now: Clock;
  readonly signerOf: ListNeeds["signerOf"];
  readonly lists: Pick<ModelLists, "signers" | "trusted">;
  /** What the organisation's edition says; its signature and number were checked where it came in. */
  readonly houseList: () => ApprovedList | undefined;
};
type Row = { source: string; signer: string; list: string; taken_at: number };

export interface ApprovedModels {
  /** Read, checked and kept: from then on an older one of that name and signer is refused. */
  take(path: string, here: ReadonlySet<string>): ModelListTaken;
  /** Lists that count now: of signers who are believed still, and the organisation's. */
  all(): readonly ModelListTaken["list"][];
  forget(source: string): void;
  /** Who approved this file, and for what; undefined where nobody did. */
  of(sha256: string): ModelApproval | undefined;
  /** Who says that nothing else may be used; undefined where files without approval may be. */
  strict(): string | undefined;
  setOnly(isOnly: boolean): void;
  isOnly(): boolean;
  /** Throws where a list is needed and does not name it. */
  admit(sha256: string, name: string): void;
}

export function openApproved({ store, now, signerOf, lists, houseList }: ApprovedNeeds): ApprovedModels {
  const rows = store.sql<Row>("models.approved", "SELECT source, signer, list, taken_at FROM model_approved ORDER BY source");
  const one = store.sql<Row>("models.approved-one", "SELECT source, signer, list, taken_at FROM model_approved WHERE source = ?");
  const put = store.sql("models.put-approved", "INSERT INTO model_approved (source, signer, list, taken_at, is_dropped) VALUES (?, ?, ?, ?, 0) ON CONFLICT (source) DO UPDATE SET list = excluded.list, taken_at = excluded.taken_at, is_dropped = 0");
  const dropped = store.sql<{ is_dropped: number }>("models.approved-dropped", "SELECT is_dropped FROM model_approved WHERE source = ?");
  // What is forgotten no longer counts; its number is remembered, or an older one could come back.
  const drop = store.sql("models.drop-approved", "UPDATE model_approved SET is_dropped = 1 WHERE source = ?");
  const option = store.sql<{ value: string }>("models.only-approved", "SELECT value FROM model_options WHERE name = 'only-approved'");
  const setOption = store.sql("models.set-only-approved", "INSERT INTO model_options (name, value) VALUES ('only-approved', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value");

  const viewOf = (source: string, by: string, list: ApprovedList): ModelListTaken["list"] => ({ source, by, name: list.name, number: list.number, only: list.only, models: list.models });
  function all(): readonly ModelListTaken["list"][] {
    const known = new Map(lists.signers().map(({ id, name }) => [id, name]));
    const own = rows.all().flatMap(({ source, signer, list }) => {
      const by = known.get(signer);
      return by === undefined || dropped.get([source])?.is_dropped === 1 ? [] : [viewOf(source, by, ApprovedList.parse(JSON.parse(list)))];
    });
    const house = houseList();
    return [...(house ? [viewOf(CENTRAL, "your organisation", house)] : []), ...own];
  }
  const isOnly = (): boolean => option.get()?.value === "yes";
  const strict = (): string | undefined => (isOnly() ? "the setting under Settings, Models" : all().find(({ only }) => only)?.by);
  function of(sha256: string): ModelApproval | undefined {
    for (const { by, name, number, models } of all()) {
      const found = models.find((model) => model.sha256 === sha256);
      if (found) return { by, list: name, number, license: found.license, purpose: found.purpose, notes: found.notes };
    }
    return undefined;
  }

  return {
    all, of, strict, isOnly,
    setOnly: (next) => void setOption.run([next ? "yes" : "no"]),
    forget(source) {
      if (source === CENTRAL) throw fail("MODEL_LIST_HOUSE");
      drop.run([source]);
    },
    admit(sha256, name) {
      const by = strict();
      if (by !== undefined && of(sha256) === undefined) throw fail("MODEL_NOT_APPROVED", { name, by });
    },
    take(path, here) {
      const file = basename(path) === APPROVED_FILE ? path : join(path, APPROVED_FILE);
      const { signer, list } = read(file);
      const source = `${signer.id}/${list.name}`;
      const before = one.get([source]);
      const held = before && ApprovedList.parse(JSON.parse(before.list));
      if (held && list.number < held.number) throw fail("MODEL_LIST_OLDER", { list: list.name, number: list.number, held: held.number });
      if (held && list.number === held.number && JSON.stringify(list) !== JSON.stringify(held)) throw fail("MODEL_LIST_SAME_NUMBER", { list: list.name, number: list.number });
      put.run([source, signer.id, JSON.stringify(list), now()]);
      return { list: viewOf(source, signer.name, list), files: list.models.map((model) => besides(dirname(file), model, here.has(model.sha256))) };
    },
  };

  /** The signature first: nothing of an unsigned text is looked at. */
  function read(file: string): { readonly signer: ModelSigner; readonly list: ApprovedList } {
    const bytes = readSmall(file);
    if (!existsSync(`${file}.sig`)) throw fail("MODEL_LIST_UNSIGNED", { list: file, namespace: LIST_NAMESPACE });
    const blob = signerOf(bytes, readSmall(`${file}.sig`).toString("utf8"), LIST_NAMESPACE);
    if (blob === undefined) throw fail("MODEL_LIST_TAMPERED", { list: file });
    const signer = lists.trusted(blob, file);
    const parsed = ApprovedList.safeParse(jsonOf(bytes.toString("utf8")));
    const issue = parsed.success ? undefined : parsed.error.issues[0];
    if (!parsed.success) throw fail("MODEL_LIST_UNREADABLE", { list: file, why: issue === undefined || issue.path.length === 0 ? "it is not JSON of the shape of a list of approved models" : `${issue.path.join(".")}: ${issue.message}` });
    return { signer, list: parsed.data };
  }
}

/** What lies beside the list, by name and size; its bytes are compared when it is imported. */
function besides(folder: string, { file, bytes, sha256 }: ApprovedModel, isHere: boolean): ModelListTaken["files"][number] {
  const path = join(folder, file);
  if (file === "" || !existsSync(path)) return { sha256, path: "", isHere, problem: "" };
  const size = statSync(path).size;
  return { sha256, path, isHere, problem: size === bytes ? "" : `It is ${gib(size)} (${size} bytes), and the list says ${bytes} bytes.` };
}

function readSmall(path: string): Buffer {
  try {
    if (statSync(path).size > MAX_BYTES) throw new Error("it is too long for a list");
    return readFileSync(path);
  } catch (error) {
    throw fail("MODEL_LIST_UNREADABLE", { list: path, why: (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message }, error);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
