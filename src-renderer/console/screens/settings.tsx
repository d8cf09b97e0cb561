import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Bytes } from "../../ui/bytes.tsx";
import { Field } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Card, Page } from "../../ui/page.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Switch } from "../../ui/switch.tsx";
import styles from "../console.module.css";
import { useActing, useAsked, useConsole, useOrg, useSession } from "../use-console.ts";
import { Problems } from "./problems.tsx";
import { Providers } from "./providers.tsx";
import { Retention } from "./retention.tsx";

export const SettingsScreen = () => {
  const { orgId, may } = useOrg();
  const { value, problem, again } = useAsked("GET /v1/orgs/:orgId", { orgId });
  return (
    <Page>
      <div className={styles.stack}>
        <Problems of={[problem]} />
        {value === undefined ? (
          problem === "" ? <Skeleton lines={3} /> : null
        ) : (
          <Card title="Organisation">
            <div className={styles.stack}>
              <KeyValues items={[{ key: "Name", value: value.name }, { key: "Its id", value: <span className={styles.mono}>{value.orgId}</span> }]} />
              <SecondFactor isAsked={value.requiresSecondFactor} onChanged={again} />
            </div>
          </Card>
        )}
        {may("people:read") ? <Providers /> : null}
        {may("audit:read") ? <Retention /> : null}
        <Roles />
        <Authority />
      </div>
    </Page>
  );
};

const SecondFactor = ({ isAsked, onChanged }: { isAsked: boolean; onChanged: () => Promise<void> }) => {
  const { orgId, may } = useOrg();
  const { ask } = useConsole();
  const session = useSession();
  const { act, isBusy, problem } = useActing();
  const hasOwn = session.is === "in" && session.me.hasSecondFactor;
  const change = async (requiresSecondFactor: boolean) => {
    if (await act(() => ask("PUT /v1/orgs/:orgId/settings", { orgId, requiresSecondFactor }))) await onChanged();
  };
  return (
    <>
      <Problems of={[problem]} />
      <Field label="Everybody needs a second factor" layout="row" hint={hasOwn || isAsked ? "Whoever has none sees nothing of this organisation until they set one up." : "Set up your own second factor first, under your account: otherwise you could lock yourself out."}>
        <Switch isOn={isAsked} isDisabled={!may("settings:write") || isBusy || (!hasOwn && !isAsked)} onChange={(next) => void change(next)} />
      </Field>
    </>
  );
};

const Roles = () => {
  const { orgId } = useOrg();
  const { value } = useAsked("GET /v1/orgs/:orgId/roles", { orgId }, { isWhole: true });
  const all = [...new Set(value?.items.flatMap(({ permissions }) => permissions))];
  return (
    <Card title="What each role may do">
      {value === undefined ? (
        <Skeleton lines={4} />
      ) : (
        <div className={styles.scroll} tabIndex={0} role="region" aria-label="Roles">
          <table className={styles.matrix}>
            <thead>
              <tr>
                <th scope="col">Permission</th>
                {value.items.map(({ role }) => (
                  <th key={role} scope="col">
                    {role}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {all.map((permission) => (
                <tr key={permission}>
                  <th scope="row" className={styles.mono}>
                    {permission}
                  </th>
                  {value.items.map(({ role, permissions }) => (
                    <td key={role}>{permissions.includes(permission) ? <Icon name="check" label="yes" /> : null}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
};

/** For whoever wants to compare what their browser shows with what the server printed. */
const Authority = () => {
  const { ask } = useConsole();
  const { act, isBusy, problem } = useActing();
  const [ca, setCa] = useState<string>();
  return (
    <Card title="This server's authority">
      <div className={styles.stack}>
        <p className={styles.words}>Desktops trust this certificate and no other. With one of the house's own there is nothing to fetch here.</p>
        <Problems of={[problem]} />
        {ca === undefined ? (
          <div className={styles.acts}>
            <Button isBusy={isBusy} onClick={() => void act(async () => setCa((await ask("GET /v1/ca", {})).ca))}>
              Show the certificate
            </Button>
          </div>
        ) : (
          <Bytes text={ca} label="The authority's certificate" wraps />
        )}
      </div>
    </Card>
  );
};
