import { actorOf, type ExecEvent, failer, type GroupHandlers, type guardContract } from "../contract/index.ts";
import type { Guard, GuardEvent } from "../guard/index.ts";
import { INVENTORY_FAILURES, nearestName, type Host, type Inventory } from "../inventory/index.ts";
import type { NewId } from "../kernel/index.ts";

export type GuardApiNeeds = { readonly guard: Guard; readonly inventory: Pick<Inventory, "find" | "all">; readonly newId: NewId };
const fail = failer(INVENTORY_FAILURES);

export const guardHandlers = ({ guard, inventory, newId }: GuardApiNeeds): GroupHandlers<typeof guardContract> => {
  const hostOf = (name: string): Host => {
    const host = inventory.find(name);
    if (!host) throw fail("NO_SUCH_HOST", { name, ...nearestName(inventory.all(), name) });
    return host;
  };
  return {
    async *run({ host: name, script, why, ticket, undo, timeoutMs }, { principal, signal }) {
      const host = hostOf(name);
      const texts = { stdout: new TextDecoder(), stderr: new TextDecoder() };
      const events = guard.run({
        runId: newId("run"), stepId: "command", hostId: host.id, script, actor: actorOf(principal), attended: true, title: titleOf(script), why, timeoutMs,
        ...(ticket !== undefined && { ticket }), ...(undo !== undefined && { undo }),
      }, signal);
      for await (const event of events) {
        const shown = eventView(event, texts);
        if (shown) yield shown;
      }
    },
    preview: async ({ host: name, script }, { principal }) => {
      const { policyRules, ...judged } = await guard.preview({ hostId: hostOf(name).id, script, actor: actorOf(principal), attended: true });
      return { ...judged, policyRules: [...policyRules] };
    },
  };
};

const TITLE_LENGTH = 80;
const titleOf = (script: string): string => {
  const line = script.split("\n")[0] ?? "";
  return line.length > TITLE_LENGTH || line !== script ? `${line.slice(0, TITLE_LENGTH)} …` : line;
};

function eventView(event: GuardEvent, texts: Readonly<Record<"stdout" | "stderr", TextDecoder>>): ExecEvent | undefined {
  switch (event.type) {
    case "judged":
      return { ...event, policyRules: [...event.policyRules] };
    case "approved":
      return { ...event, by: [...event.by] };
    case "output": {
      const text = texts[event.stream].decode(event.bytes, { stream: true });
      return text === "" ? undefined : { type: "output", stream: event.stream, text };
    }
    case "ended":
      return { type: "ended", exitCode: event.result.exitCode, signal: event.result.signal, elapsedMs: event.result.elapsedMs, cutBytes: event.result.cut.stdout + event.result.cut.stderr, seq: event.seq };
    case "waiting":
    case "started":
    case "refused":
    case "unknown":
      return event;
    default:
      return event satisfies never;
  }
}
