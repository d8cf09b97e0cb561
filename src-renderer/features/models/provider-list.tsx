import { useState } from "react";
import type { ModelsView, ProviderConfig } from "../../../src-main/contract/index.ts";
import { useAct } from "../../app/use-act.ts";
import { useApp } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { FieldGroup } from "../../ui/field.tsx";
import { Switch } from "../../ui/switch.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "./models.module.css";
import { ProviderDialog } from "./provider-dialog.tsx";
import { PROVIDER_WORDS } from "./provider-parts.ts";

export type Tried = Readonly<Record<string, { readonly works: boolean; readonly say: string } | "asking">>;

/** Models on other machines: who they are, whether requests may go to their hosts, and whether they answer. */
export const ProviderList = ({ view, mayChange }: { view: Pick<ModelsView, "providers" | "allowedHosts">; mayChange: boolean }) => {
  const { client } = useApp();
  const [tried, setTried] = useState<Tried>({});
  const { act, problem, setProblem } = useAct();
  const [editing, setEditing] = useState<ProviderConfig | "new">();
  const [secrets, setSecrets] = useState<readonly string[]>([]);
  const edit = (provider: ProviderConfig | "new") => {
    setProblem("");
    setEditing(provider);
    void client.vault.list({}).then(({ secrets: all }) => setSecrets(all.map(({ name }) => name)), () => setSecrets([]));
  };
  const test = (id: string) => {
    setTried((before) => ({ ...before, [id]: "asking" }));
    void client.models.tryProvider({ id }).catch((error: unknown) => ({ works: false, say: (error as Error).message })).then((answer) => setTried((before) => ({ ...before, [id]: answer })));
  };
  return (
    <FieldGroup title="Models elsewhere" hint="Asked in this order, where the rules allow it. Nothing is sent to a host that is not allowed here, nothing at all while the network is sealed, and data of protected hosts never.">
      {problem === "" || editing !== undefined ? null : <Banner tone="bad" title="Nothing was changed">{problem}</Banner>}
      {view.providers.length === 0 ? <p className={styles.empty}>None: no request for a model leaves this machine.</p> : null}
      <ProviderRows view={view} tried={tried} mayChange={mayChange} onTest={test} onEdit={edit} onRemove={(id) => void act(() => client.models.removeProvider({ id }))} onAllow={(host, isAllowed) => void act(() => client.models.allowHost({ host, isAllowed }))} />
      {mayChange ? <div className={styles.foot}><Button icon="plus" onClick={() => edit("new")}>Add a model elsewhere…</Button></div> : null}
      {editing === undefined ? null : (
        <ProviderDialog provider={editing === "new" ? undefined : editing} secrets={secrets} problem={problem} onClose={() => setEditing(undefined)} onSave={(config) => void act(() => client.models.setProvider(config)).then((isDone) => (isDone ? setEditing(undefined) : undefined))} />
      )}
    </FieldGroup>
  );
};

type RowsProps = { view: Pick<ModelsView, "providers" | "allowedHosts">; tried: Tried; mayChange: boolean; onTest: (id: string) => void; onEdit: (provider: ProviderConfig) => void; onRemove: (id: string) => void; onAllow: (host: string, isAllowed: boolean) => void };
export const ProviderRows = ({ view, tried, mayChange, onTest, onEdit, onRemove, onAllow }: RowsProps) => (
  <ul className={styles.list}>
    {view.providers.map(({ config, host, isOnThisMachine, isAllowed, isResting, say }) => {
      const answer = tried[config.id];
      return (
        <li key={config.id} className={styles.row}>
          <div className={styles.head}>
            <span className={styles.name}>{config.id}</span>
            <span className={styles.mono}>{config.model}</span>
            {config.isSmall ? <Tag>small</Tag> : null}
            <Tag tone={isAllowed && !isResting ? "ok" : "warn"}>{!isAllowed ? "not asked" : isResting ? "resting" : "may be asked"}</Tag>
            <span className={styles.grow} />
            <Button size="sm" isBusy={answer === "asking"} onClick={() => onTest(config.id)} aria-label={`Test ${config.id}`}>Test</Button>
            {mayChange ? <Button size="sm" kind="ghost" onClick={() => onEdit(config)} aria-label={`Change ${config.id}`}>Change…</Button> : null}
            {mayChange ? <Button size="sm" kind="ghost" onClick={() => onRemove(config.id)} aria-label={`Remove ${config.id}`}>Remove</Button> : null}
          </div>
          <div className={styles.head}>
            <span className={styles.quiet}>{PROVIDER_WORDS[config.kind]} at {host}{isOnThisMachine ? ", on this machine" : ""}{isAllowed && !isResting ? "" : `: ${say}`}</span>
            <span className={styles.grow} />
            {isOnThisMachine ? null : (
              <span className={styles.allow}>
                <span className={styles.quiet} aria-hidden>Requests may go there</span>
                <Switch label={`Requests may go to ${host}`} isOn={view.allowedHosts.includes(host)} isDisabled={!mayChange} onChange={(isOn) => onAllow(host, isOn)} />
              </span>
            )}
          </div>
          {answer === undefined || answer === "asking" ? null : <Banner tone={answer.works ? "ok" : "bad"} title={answer.works ? "It answers" : "It does not answer"}>{answer.say}</Banner>}
        </li>
      );
    })}
  </ul>
);
