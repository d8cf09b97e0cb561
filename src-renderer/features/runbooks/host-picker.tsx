import { useEffect, useState } from "react";
import type { Environment } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";
import { Chip } from "../../ui/chip.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import styles from "./screen.module.css";

export type Pickable = { readonly name: string; readonly environment: Environment | undefined; readonly note: string };
type Props = { offers: readonly Pickable[]; chosen: readonly string[]; onChosen: (names: readonly string[]) => void };

/** Hosts and groups as chips: type, Enter takes the first that fits, Backspace takes the last away. */
export const HostPicker = ({ offers, chosen, onChosen }: Props) => {
  const [typed, setTyped] = useState("");
  const fitting = offers.filter(({ name }) => !chosen.includes(name) && name.toLowerCase().includes(typed.trim().toLowerCase())).slice(0, 8);
  // What was typed and taken by nobody would look as if it were chosen.
  const nothingFits = typed.trim() !== "" && fitting.length === 0 && offers.length > 0;
  const take = (name: string) => {
    onChosen([...chosen, name]);
    setTyped("");
  };
  return (
    <Field label="On hosts or groups" hint="Enter takes the first that fits." {...(nothingFits && { error: chosen.some((name) => name.toLowerCase().includes(typed.trim().toLowerCase())) ? "It is chosen already." : `No host that this runbook is made for, and no group or tag, fits “${typed.trim()}”.` })}>
      <Input
        icon="hosts"
        value={typed}
        onValue={setTyped}
        placeholder={chosen.length === 0 ? "web-01, or a group" : "and…"}
        isMono
        autoComplete="off"
        onKeyDown={(event) => {
          if (event.key === "Enter" && fitting[0] !== undefined && typed.trim() !== "") take(fitting[0].name);
          else if (event.key === "Backspace" && typed === "") onChosen(chosen.slice(0, -1));
          else return;
          event.preventDefault();
        }}
      />
      <span className={styles.hosts}>
        {chosen.map((name) => {
          const environment = offers.find((offer) => offer.name === name)?.environment;
          return (
            <Chip key={name} isMono {...(environment === undefined ? {} : { environment })} onRemove={() => onChosen(chosen.filter((other) => other !== name))}>
              {name}
            </Chip>
          );
        })}
        {fitting.map(({ name, environment, note }) => (
          <Chip key={`+${name}`} icon="plus" isMono title={note} {...(environment === undefined ? {} : { environment })} onPress={() => take(name)}>
            {name}
          </Chip>
        ))}
      </span>
    </Field>
  );
};

/** Hosts a runbook is made for, and the groups there are. */
export function usePickable(os: readonly string[]): readonly Pickable[] {
  const { client } = useApp();
  const [offers, setOffers] = useState<readonly Pickable[]>([]);
  const key = os.join(" ");
  useEffect(() => {
    let isGone = false;
    void Promise.all([client.hosts.list({ filter: {}, order: { by: "name", down: false }, offset: 0, limit: 500 }), client.hosts.facets({})]).then(
      ([{ rows }, { groups, tags }]) => {
        if (isGone) return;
        const wanted = new Set(key.split(" "));
        const hosts = rows.filter((row) => wanted.has(row.os)).map(({ name, environment }): Pickable => ({ name, environment, note: environment }));
        setOffers([...hosts, ...groups.map(({ value, count }): Pickable => ({ name: value, environment: undefined, note: `group of ${count}` })), ...tags.map(({ value, count }): Pickable => ({ name: `tag:${value}`, environment: undefined, note: `${count} with this tag` }))]);
      },
      () => setOffers([]),
    );
    return () => {
      isGone = true;
    };
  }, [client, key]);
  return offers;
}
