import type { ReactNode } from "react";
import type { Host, HostKey, TestStep } from "../../../src-main/contract/index.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Menu } from "../../ui/menu.tsx";
import { StatusDot } from "../../ui/status-dot.tsx";
import { EnvironmentTag, Tag } from "../../ui/tag.tsx";
import { KeyPicture } from "./key-picture.tsx";
import styles from "./hosts.module.css";
import { credentialWords, OS_WORDS } from "./words.ts";

export type HostFacts = { readonly host: Host; readonly keys: readonly HostKey[]; readonly connected: boolean; readonly jumps: readonly { id: string; name: string }[]; readonly usedBy: readonly { id: string; name: string }[] };
export type HostActs = { readonly openTerminal: () => void; readonly test: () => void; readonly edit: () => void; readonly files: () => void; readonly lookAtKey: () => void; readonly distrust: () => void; readonly remove: () => void; readonly disconnect: () => void; readonly close: () => void; readonly goTo: (id: string) => void };
type Props = { facts: HostFacts; steps: readonly TestStep[] | undefined; isTesting: boolean; acts: HostActs; forwards: ReactNode };

const STEP_WORDS: Readonly<Record<TestStep["step"], string>> = { reach: "Reach it", key: "Check its key", "sign-in": "Sign in", run: "Run" };

/** One host: what it is, how it is reached, which keys are known, and what one can do with it. */
export const HostDetail = ({ facts, steps, isTesting, acts, forwards }: Props) => {
  const { host, keys, connected, jumps, usedBy } = facts;
  return (
    <section className={styles.detail} aria-label={host.name} data-environment={host.environment}>
      <header className={styles.detailHead}>
        <h2 className={styles.detailName}>{host.name}</h2>
        <EnvironmentTag environment={host.environment} />
        {host.criticality === "high" ? <Tag tone="hot">critical</Tag> : null}
        <span className={styles.grow} />
        <Menu
          align="end"
          trigger={<IconButton icon="more" label="More to do" />}
          entries={[
            { id: "edit", text: "Edit host…", icon: "edit", onSelect: acts.edit },
            { id: "disconnect", text: "Disconnect", isDisabled: !connected, onSelect: acts.disconnect },
            { id: "distrust", text: "Forget its keys…", icon: "key", isDisabled: keys.length === 0, onSelect: acts.distrust },
            { kind: "rule", id: "rule" },
            { id: "remove", text: "Remove host…", icon: "trash", isDanger: true, onSelect: acts.remove },
          ]}
        />
        <IconButton icon="close" label="Close" onClick={acts.close} />
      </header>
      <div className={styles.detailBody}>
        <div className={styles.acts}>
          <Button kind="primary" size="sm" icon="terminal" onClick={acts.openTerminal}>
            Open terminal
          </Button>
          <Button size="sm" disabled={host.transport === "system" || host.os === "idrac"} onClick={acts.files}>
            Files
          </Button>
          <Button size="sm" isBusy={isTesting} onClick={acts.test}>
            Test
          </Button>
          <Button size="sm" onClick={acts.edit}>
            Edit
          </Button>
        </div>
        {host.legacyAlgorithms ? <Banner tone="warn" title="Old algorithms are allowed for this host">Someone on the network may be able to read along or pretend to be it. Switch it off once the device is updated.</Banner> : null}
        {steps === undefined ? null : (
          <ol className={styles.steps} aria-label="Test of the connection" aria-live="polite">
            {steps.map((step) => (
              <li key={step.step} className={styles.step}>
                <StatusDot state={step.is === "ok" ? "ok" : step.is === "failed" ? "bad" : "warn"} label={STEP_WORDS[step.step]} />
                <span>{step.say}</span>
              </li>
            ))}
          </ol>
        )}
        <KeyValues
          items={[
            { key: "Reached at", value: <code>{`${host.user}@${host.address}:${host.port}`}</code> },
            ...(jumps.length === 0 ? [] : [{ key: "Through", value: <Names list={jumps} onOpen={acts.goTo} join=" → " /> }]),
            { key: "Signs in with", value: credentialWords(host.credential) },
            { key: "Transport", value: host.transport === "system" ? "System OpenSSH" : "Built in" },
            { key: "System", value: OS_WORDS[host.os] },
            ...(host.groups.length === 0 ? [] : [{ key: "Groups", value: host.groups.join(", ") }]),
            ...(host.tags.length === 0 ? [] : [{ key: "Tags", value: host.tags.map((tag) => `#${tag}`).join("  ") }]),
            ...(usedBy.length === 0 ? [] : [{ key: "Is the way to", value: <Names list={usedBy.slice(0, 12)} onOpen={acts.goTo} join=", " /> }]),
            { key: "Came from", value: host.source },
            { key: "Now", value: connected ? <StatusDot state="ok" label="connected" /> : "not connected" },
            ...(host.notes === "" ? [] : [{ key: "Notes", value: <span className={styles.notes}>{host.notes}</span> }]),
          ]}
        />
        <section className={styles.section} aria-label="Host keys">
          <h3 className={styles.facetTitle}>Host keys</h3>
          {keys.length === 0 ? <p className={styles.quiet}>None is known yet. Look at the key and compare it before the first connection.</p> : keys.map((key) => <KeyPicture key={`${key.fingerprint}${key.file}`} keyType={`${key.marker === "none" ? "" : `@${key.marker} `}${key.type}`} fingerprint={key.fingerprint} randomart={key.randomart} />)}
          <Button size="sm" icon="key" onClick={acts.lookAtKey}>
            Look at its key now…
          </Button>
        </section>
        {forwards}
      </div>
    </section>
  );
};

const Names = ({ list, onOpen, join }: { list: readonly { id: string; name: string }[]; onOpen: (id: string) => void; join: string }) => (
  <>
    {list.map(({ id, name }, index) => (
      <span key={id}>
        {index === 0 ? "" : join}
        <button type="button" className={styles.linkLike} onClick={() => onOpen(id)}>
          {name}
        </button>
      </span>
    ))}
  </>
);
