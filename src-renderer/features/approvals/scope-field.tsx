import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";

const KINDS = [
  { value: "environment:prod", text: "prod hosts" },
  { value: "environment:staging", text: "staging hosts" },
  { value: "environment:dev", text: "dev hosts" },
  { value: "all", text: "every host" },
  { value: "host:", text: "one host" },
] as const;

/** Which hosts something holds for. The name of one host is typed, and looked up when it is sent. */
export const ScopeField = ({ scope, onScope }: { scope: string; onScope: (scope: string) => void }) => {
  const isOne = scope.startsWith("host:");
  return (
    <>
      <Field label="Holds for">
        <Select value={isOne ? "host:" : (scope as (typeof KINDS)[number]["value"])} onValue={onScope} choices={KINDS} />
      </Field>
      {isOne ? (
        <Field label="Host">
          <Input isMono value={scope.slice("host:".length)} onValue={(name) => onScope(`host:${name}`)} />
        </Field>
      ) : null}
    </>
  );
};

type Finder = { readonly hosts: { find(of: { name: string }): Promise<{ host: { id: string } | null }> } };
/** A host may be typed by its name; a scope holds its id. */
export async function resolvedScope(client: Finder, scope: string): Promise<string> {
  if (!scope.startsWith("host:")) return scope;
  const name = scope.slice("host:".length);
  const { host } = await client.hosts.find({ name });
  if (host === null) throw new Error(`There is no host "${name}" in the inventory.`);
  return `host:${host.id}`;
}
