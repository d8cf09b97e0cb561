import { hostname } from "node:os";
import { parseArgs } from "node:util";
import { plainLine, writerOf } from "../plain.ts";
import { USAGE, type Command, type CommandUse } from "../io.ts";

const HELP = `sena link COMMAND
  status [--json]        how this desktop stands with its central server
  enrol LINE [--name N]  link it, with the one-time line of an admin there
  trust APPROVER         let an approver of the server decide requests of this desktop (an id from status)
  leave [--why TEXT]     leave; the record stays here, whole
`;

const linkCommand: Command = async ([verb = "", ...argv], { io, core }) => {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { json: { type: "boolean", default: false }, name: { type: "string", default: hostname() }, why: { type: "string", default: "" } } });
  const say = writerOf(io.stdout);
  const [given] = positionals;
  if (verb === "status") {
    const view = await (await core()).central.status({});
    if (values.json) say(JSON.stringify(view));
    else {
      say(plainLine(view.state === "none" ? "This desktop is linked to no central server." : `${view.state}: ${view.orgName} at ${view.address}, ${view.kept} entries kept there, ${view.lag} to send. ${view.say}`));
      if (view.edition.n > 0 || view.edition.say !== "") say(plainLine(`  What the organisation sets: edition ${view.edition.n}. ${view.edition.say}`));
      for (const each of view.approvers) say(plainLine(`  ${each.userId}  ${each.name}${each.isRetired ? "  retired" : each.isTrusted ? "  may approve here" : "  not trusted here"}`));
    }
    return 0;
  }
  if (verb === "enrol" && given !== undefined) {
    const view = await (await core()).central.enrol({ invitation: given, name: values.name });
    say(plainLine(`Linked to ${view.orgName} at ${view.address}.`));
    return 0;
  }
  if (verb === "trust" && given !== undefined) {
    await (await core()).central.trust({ userId: given });
    return 0;
  }
  if (verb === "leave") {
    await (await core()).central.leave({ why: values.why });
    return 0;
  }
  io.stderr.write(HELP);
  return USAGE;
};

export const linkUse: CommandUse = { help: HELP, run: linkCommand };
