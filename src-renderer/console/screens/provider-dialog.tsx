import { useEffect, useRef, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { Captioned } from "../captioned.tsx";
import styles from "../console.module.css";
import type { Input as Given, Output } from "../rest.ts";
import { useActing, useConsole, useOrg } from "../use-console.ts";
import { Problems } from "./problems.tsx";
import { RoleField } from "./role-field.tsx";

export type Registered = Pick<Output<"GET /v1/orgs/:orgId/providers">, "redirectTo" | "saml">;
type Protocol = "oidc" | "saml";
type Way = "described" | "by-hand";
type Of = { name: string; role: Given<"POST /v1/orgs/:orgId/providers">["role"]; issuer: string; clientId: string; clientSecret: string; metadata: string; entityId: string; signInUrl: string; certificate: string };
type PartProps = { of: Of; set: (part: Partial<Of>) => void };

const isFull = (of: Of, protocol: Protocol, way: Way): boolean => [of.name, ...(protocol === "oidc" ? [of.issuer, of.clientId, of.clientSecret] : way === "described" ? [of.metadata] : [of.entityId, of.signInUrl, of.certificate])].every((each) => each.trim() !== "");

export const ProviderDialog = ({ registered, onClose, onAdded }: { registered: Registered; onClose: () => void; onAdded: () => void }) => {
  const { orgId } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem, clear } = useActing();
  const [protocol, setProtocol] = useState<Protocol>("oidc");
  const [way, setWay] = useState<Way>("described");
  const [of, setOf] = useState<Of>({ name: "", role: "viewer", issuer: "", clientId: "", clientSecret: "", metadata: "", entityId: "", signInUrl: "", certificate: "" });
  // What went wrong stands at the top, and whoever pressed the button may be at the bottom.
  const problems = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (problem !== "") problems.current?.scrollIntoView({ block: "nearest" });
  }, [problem]);
  const set = (part: Partial<Of>) => (setOf((before) => ({ ...before, ...part })), clear());
  const add = async () => {
    const { name, role, issuer, clientId, clientSecret, metadata, entityId, signInUrl, certificate } = of;
    const saml = way === "described" ? { metadata } : { entityId, signInUrl, certificates: [certificate] };
    if (await act(() => (protocol === "oidc" ? ask("POST /v1/orgs/:orgId/providers", { orgId, name, role, issuer, clientId, clientSecret }) : ask("POST /v1/orgs/:orgId/providers/saml", { orgId, name, role, ...saml })))) onAdded();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Add an identity provider"
      description={protocol === "oidc" ? "Register this server there first: a confidential client, the code flow with PKCE, and this address to come back to." : "Register this server there first, under this name and with this address for answers, and have assertions signed with SHA-256 or better and not encrypted."}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isBusy={isBusy} disabled={!isFull(of, protocol, way)} onClick={() => void add()}>
            {protocol === "oidc" ? "Ask it, and add it" : "Add it"}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {problem === "" ? null : (
          <div ref={problems}>
            <Problems of={[problem]} />
          </div>
        )}
        <div>
          <Segmented label="Protocol" value={protocol} onValue={(next) => (setProtocol(next), clear())} segments={[{ value: "oidc", text: "OpenID Connect" }, { value: "saml", text: "SAML 2.0" }]} />
        </div>
        {protocol === "oidc" ? <Captioned text={registered.redirectTo} caption="Address to come back to (redirect URI)" /> : <OurSide {...registered.saml} />}
        <Field label="Name" hint="As people see it on the button.">
          <Input value={of.name} maxLength={80} onValue={(name) => set({ name })} />
        </Field>
        {protocol === "oidc" ? <OidcFields of={of} set={set} /> : <SamlFields of={of} set={set} way={way} onWay={(next) => (setWay(next), clear())} />}
        <RoleField role={of.role} leavesOut={["admin"]} onRole={(role) => role !== "admin" && set({ role })} />
      </div>
    </Dialog>
  );
};

const OurSide = ({ entityId, answersTo }: Registered["saml"]) => (
  <>
    <Captioned text={entityId} caption="This organisation’s name there (entity id, audience)" />
    <Captioned text={answersTo} caption="Address for answers (assertion consumer service, by POST)" />
    <p className={styles.quiet}>
      Or give the provider our{" "}
      <a href={new URL(entityId).pathname} download="sena-central-metadata.xml">
        description (metadata)
      </a>, which says both.
    </p>
  </>
);

const OidcFields = ({ of, set }: PartProps) => (
  <>
    <Field label="Issuer" hint="Its https address; what it says about itself is asked from there.">
      <Input isMono value={of.issuer} placeholder="https://login.example.org/realms/house" onValue={(issuer) => set({ issuer })} />
    </Field>
    <Field label="Client id">
      <Input isMono value={of.clientId} onValue={(clientId) => set({ clientId })} />
    </Field>
    <Field label="Client secret" hint="Kept sealed; it is not shown again.">
      <Input type="password" autoComplete="off" value={of.clientSecret} onValue={(clientSecret) => set({ clientSecret })} />
    </Field>
  </>
);

const SamlFields = ({ of, set, way, onWay }: PartProps & { way: Way; onWay: (way: Way) => void }) => (
  <>
    <Field label="What it gave you">
      <Segmented label="What it gave you" value={way} onValue={onWay} segments={[{ value: "described", text: "A description (metadata)" }, { value: "by-hand", text: "Single values" }]} />
    </Field>
    {way === "described" ? (
      <Field label="Its description" hint="The whole XML document. It is read here; nothing is asked of the provider.">
        <TextArea isMono rows={6} value={of.metadata} placeholder="<EntityDescriptor …" onValue={(metadata) => set({ metadata })} />
      </Field>
    ) : (
      <>
        <Field label="Its entity id" hint="Also called issuer or identifier.">
          <Input isMono value={of.entityId} onValue={(entityId) => set({ entityId })} />
        </Field>
        <Field label="Its sign-in address" hint="For requests by redirect (HTTP-Redirect).">
          <Input isMono value={of.signInUrl} placeholder="https://login.example.org/sso/saml" onValue={(signInUrl) => set({ signInUrl })} />
        </Field>
        <Field label="Its signing certificate" hint="PEM; several one after another while it goes over from one to the next.">
          <TextArea isMono rows={5} value={of.certificate} placeholder="-----BEGIN CERTIFICATE-----" onValue={(certificate) => set({ certificate })} />
        </Field>
      </>
    )}
  </>
);
