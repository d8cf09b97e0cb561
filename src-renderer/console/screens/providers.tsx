import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog, Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Card } from "../../ui/page.tsx";
import { Tag } from "../../ui/tag.tsx";
import { Captioned } from "../captioned.tsx";
import styles from "../console.module.css";
import type { Input as Given, Output } from "../rest.ts";
import { useActing, useAsked, useConsole, useOrg } from "../use-console.ts";
import { Problems } from "./problems.tsx";
import { RoleField } from "./role-field.tsx";

type Provider = Output<"GET /v1/orgs/:orgId/providers">["items"][number];
type Role = Given<"POST /v1/orgs/:orgId/providers">["role"];

/** Where members sign in besides here. */
export const Providers = () => {
  const { orgId, may } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem } = useActing();
  const { value, problem: loading, again } = useAsked("GET /v1/orgs/:orgId/providers", { orgId }, { isWhole: true });
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Provider>();
  const remove = async () => {
    if (removing !== undefined && (await act(() => ask("DELETE /v1/orgs/:orgId/providers/:providerId", { orgId, providerId: removing.providerId })))) await again();
    setRemoving(undefined);
  };
  const has = (value?.items.length ?? 0) > 0;
  return (
    <Card title="Sign-in through your identity provider">
      <div className={styles.stack}>
        <Problems of={[problem, loading]} />
        <p className={styles.words}>OpenID Connect. Whoever it vouches for becomes a member of this organisation with the role you set; it makes nobody an admin and never becomes somebody who has an account here already.</p>
        <ul className={styles.list}>
          {value?.items.map((each) => (
            <li key={each.providerId} className={styles.item}>
              <span className={styles.itemText}>
                {each.name} <span className={styles.quiet}>{each.issuer}</span>
              </span>
              <Tag>{each.role}</Tag>
              {may("settings:write") ? (
                <Button size="sm" onClick={() => setRemoving(each)}>
                  Take it out…
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
        {has ? <Captioned text={`${location.origin}/#/with/${orgId}`} caption="Sign-in address to hand out" /> : null}
        {may("settings:write") ? (
          <div className={styles.acts}>
            <Button icon="plus" onClick={() => setAdding(true)}>
              Add a provider
            </Button>
          </div>
        ) : null}
        <p className={styles.quiet}>SAML is not spoken here: its messages are signed XML, and reading that safely is a product of its own. Providers that speak SAML speak OpenID Connect too, or stand behind a broker that does.</p>
      </div>
      {isAdding ? <AddDialog redirectTo={value?.redirectTo ?? ""} onClose={() => setAdding(false)} onAdded={() => (setAdding(false), void again())} /> : null}
      <ConfirmDialog isOpen={removing !== undefined} isDanger isBusy={isBusy} title={`Take ${removing?.name ?? ""} out?`} confirmText="Take it out" onCancel={() => setRemoving(undefined)} onConfirm={() => void remove()}>
        Whoever came through it stays a member and cannot sign in any more; who is signed in now stays so until their session ends.
      </ConfirmDialog>
    </Card>
  );
};

const AddDialog = ({ redirectTo, onClose, onAdded }: { redirectTo: string; onClose: () => void; onAdded: () => void }) => {
  const { orgId } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem, clear } = useActing();
  const [of, setOf] = useState<{ name: string; issuer: string; clientId: string; clientSecret: string; role: Role }>({ name: "", issuer: "", clientId: "", clientSecret: "", role: "viewer" });
  const set = (part: Partial<typeof of>) => (setOf((before) => ({ ...before, ...part })), clear());
  const add = async () => {
    if (await act(() => ask("POST /v1/orgs/:orgId/providers", { orgId, ...of }))) onAdded();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Add an identity provider"
      description="Register this server there first: a confidential client, the code flow with PKCE, and this address to come back to."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isBusy={isBusy} disabled={Object.values(of).some((each) => each.trim() === "")} onClick={() => void add()}>
            Ask it, and add it
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <Problems of={[problem]} />
        <Captioned text={redirectTo} caption="Address to come back to (redirect URI)" />
        <Field label="Name" hint="As people see it on the button.">
          <Input value={of.name} maxLength={80} onValue={(name) => set({ name })} />
        </Field>
        <Field label="Issuer" hint="Its https address; what it says about itself is asked from there.">
          <Input isMono value={of.issuer} placeholder="https://login.example.org/realms/house" onValue={(issuer) => set({ issuer })} />
        </Field>
        <Field label="Client id">
          <Input isMono value={of.clientId} onValue={(clientId) => set({ clientId })} />
        </Field>
        <Field label="Client secret" hint="Kept sealed; it is not shown again.">
          <Input type="password" autoComplete="off" value={of.clientSecret} onValue={(clientSecret) => set({ clientSecret })} />
        </Field>
        <RoleField role={of.role} leavesOut={["admin"]} onRole={(role) => role !== "admin" && set({ role })} />
      </div>
    </Dialog>
  );
};
