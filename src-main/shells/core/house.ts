import type { PolicyBook } from "../../approvals/index.ts";
import type { ApprovedList } from "../../contract/index.ts";
import type { HouseSeat } from "../../central-link/index.ts";
import { dearerTwin, type Imports, type Inventory } from "../../inventory/index.ts";
import type { Models } from "../../models/index.ts";
import type { SkillLibrary } from "../../skills/index.ts";
import { accountName } from "../process/home.ts";

type Rooms = { readonly policies: Pick<PolicyBook, "setHouse">; readonly skills: Pick<SkillLibrary, "install">; readonly imports: Pick<Imports, "preview" | "prepare">; readonly inventory: Pick<Inventory, "all">; readonly models: Pick<Models, "keepHouse" | "houseChanged"> };

const SOURCE = "csv:central";

/** Where what an organisation sets meets this desktop: it narrows, and adds what the desk itself would have let in. */
export function createHouse(): { readonly modelHosts: () => readonly string[] | undefined; readonly models: () => ApprovedList | undefined; seat(rooms: Rooms): HouseSeat } {
  let modelHosts: readonly string[] | undefined;
  let models: ApprovedList | undefined;
  return {
    modelHosts: () => modelHosts,
    models: () => models,
    seat: ({ policies, skills, imports, inventory, models: room }) => ({
      policy: (text) => policies.setHouse(text),
      modelHosts: (list) => void (modelHosts = list),
      models(list, orgId) {
        if (list !== undefined) room.keepHouse(list, orgId);
        models = list;
        room.houseChanged();
      },
      // Whose packs may run here is decided at this desk: by its list of trusted authors, as for any pack.
      packs: (packs) => packs.flatMap((pack) => said(`The pack ${pack.id} ${pack.version}`, () => skills.install(new Map(Object.entries(pack.files).map(([name, bytes]) => [name, Buffer.from(bytes, "base64")]))))),
      hosts: (csv) => said("The hosts", () => takeHosts(imports, inventory, csv)),
    }),
  };
}

/** Hosts of this desk's own keep every field: only what came this way before is changed or goes this way again. */
function takeHosts(imports: Rooms["imports"], inventory: Rooms["inventory"], csv: string): void {
  const { id, plan } = imports.preview({ kind: "csv", path: "central", text: csv, defaults: { environment: "prod", user: accountName(), tags: ["organisation"] } });
  const own = plan.change.filter(({ before }) => before.source !== SOURCE).map(({ before }) => before.name);
  // Under another name a place would count for less than it does here.
  const weaker = [...plan.add, ...plan.change.map(({ after }) => after)].filter((host) => dearerTwin(host, inventory.all()) !== undefined && !own.includes(host.name)).map(({ name }) => name);
  imports.prepare(id, { skip: [...own, ...weaker], removeGone: true }).commit();
  const left = [...(own.length > 0 ? [`${own.slice(0, 5).join(", ")} ${own.length === 1 ? "is" : "are"} this desk's own and stay as they are`] : []), ...(weaker.length > 0 ? [`${weaker.slice(0, 5).join(", ")} ${weaker.length === 1 ? "is" : "are"} here already under a name that counts for more`] : []), ...plan.problems.slice(0, 3).map(({ where, why }) => `${where} ${why}`)];
  if (left.length > 0) throw new Error(left.join("; "));
}

function said(what: string, work: () => void): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    return [`${what}: ${(error as Error).message.replace(/\.?$/, ".")}`];
  }
}
