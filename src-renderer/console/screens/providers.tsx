import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Card } from "../../ui/page.tsx";
import { Tag } from "../../ui/tag.tsx";
import { Captioned } from "../captioned.tsx";
import styles from "../console.module.css";
import type { Output } from "../rest.ts";
import { useActing, useAsked, useConsole, useNow, useOrg } from "../use-console.ts";
import { CertificatesDialog, EndTag } from "./certificates-dialog.tsx";
import { Problems } from "./problems.tsx";
import { ProviderDialog } from "./provider-dialog.tsx";

type Provider = Output<"GET /v1/orgs/:orgId/providers">["items"][number];

/** Where members sign in besides here. */
export const Providers = () => {
  const { orgId, may } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem } = useActing();
  const { value, problem: loading, again } = useAsked("GET /v1/orgs/:orgId/providers", { orgId }, { isWhole: true });
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Provider>();
  const [turning, setTurning] = useState<string>();
  const remove = async () => {
    if (removing !== undefined && (await act(() => ask("DELETE /v1/orgs/:orgId/providers/:providerId", { orgId, providerId: removing.providerId })))) await again();
    setRemoving(undefined);
  };
  const has = (value?.items.length ?? 0) > 0;
  const turned = value?.items.find(({ providerId }) => providerId === turning);
  return (
    <Card title="Sign-in through your identity provider">
      <div className={styles.stack}>
        <Problems of={[problem, loading]} />
        <p className={styles.words}>OpenID Connect or SAML 2.0. Whoever it vouches for becomes a member of this organisation with the role you set; it makes nobody an admin and never becomes somebody who has an account here already.</p>
        <ul className={styles.list}>
          {value?.items.map((each) => (
            <Row key={each.providerId} provider={each} mayChange={may("settings:write")} onRemove={() => setRemoving(each)} onTurn={() => setTurning(each.providerId)} />
          ))}
        </ul>
        {has ? <Captioned text={`${location.origin}/#/with/${orgId}`} caption="Sign-in address to hand out" /> : null}
        {may("settings:write") ? (
          <div className={styles.acts}>
            <Button icon="plus" disabled={value === undefined} onClick={() => setAdding(true)}>
              Add a provider
            </Button>
          </div>
        ) : null}
        <p className={styles.quiet}>A sign-in begins here and is ended there. One that a provider begins by itself is refused: nobody here asked for it.</p>
      </div>
      {isAdding && value !== undefined ? <ProviderDialog registered={value} onClose={() => setAdding(false)} onAdded={() => (setAdding(false), void again())} /> : null}
      {turned === undefined ? null : <CertificatesDialog provider={turned} onClose={() => setTurning(undefined)} onChanged={again} />}
      <ConfirmDialog isOpen={removing !== undefined} isDanger isBusy={isBusy} title={`Take ${removing?.name ?? ""} out?`} confirmText="Take it out" onCancel={() => setRemoving(undefined)} onConfirm={() => void remove()}>
        Whoever came through it stays a member and cannot sign in any more; who is signed in now stays so until their session ends.
      </ConfirmDialog>
    </Card>
  );
};

const Row = ({ provider, mayChange, onRemove, onTurn }: { provider: Provider; mayChange: boolean; onRemove: () => void; onTurn: () => void }) => {
  const now = useNow(60_000);
  const { name, issuer, protocol, role, certificates } = provider;
  const last = certificates.length === 0 ? undefined : Math.max(...certificates.map(({ endsAt }) => endsAt));
  return (
    <li className={styles.item}>
      <span className={styles.itemText}>
        {name} <span className={styles.quiet}>{issuer}</span>
      </span>
      <Tag>{protocol === "saml" ? "SAML" : "OpenID Connect"}</Tag>
      {last === undefined ? null : <EndTag endsAt={last} now={now} />}
      <Tag>{role}</Tag>
      {mayChange && protocol === "saml" ? (
        <Button size="sm" onClick={onTurn}>
          Certificates…
        </Button>
      ) : null}
      {mayChange ? (
        <Button size="sm" onClick={onRemove}>
          Take it out…
        </Button>
      ) : null}
    </li>
  );
};
