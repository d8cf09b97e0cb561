import { useState, type FormEvent } from "react";
import { formatAgo, formatInstant, plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog, Dialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Grow, Toolbar } from "../../ui/page.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Table } from "../../ui/table.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "../console.module.css";
import { orgHash } from "../model.ts";
import type { Output } from "../rest.ts";
import { SecretOnce } from "../secret-once.tsx";
import { useActing, useAsked, useConsole, useNow, useOrg, useRoute } from "../use-console.ts";
import { Problems } from "./problems.tsx";
import { MemberDialog } from "./member-dialog.tsx";
import { RoleField, type Role } from "./role-field.tsx";

export const PeopleScreen = () => {
  const { orgId, may } = useOrg();
  const { router } = useConsole();
  const route = useRoute();
  const now = useNow(30_000);
  const isInvitations = route.rest[2] === "invitations";
  const members = useAsked("GET /v1/orgs/:orgId/members", { orgId }, { isWhole: true });
  const [isInviting, setInviting] = useState(false);
  const [code, setCode] = useState<string>();
  const [count, setCount] = useState(0);
  const open = members.value?.items.find(({ userId }) => userId === route.rest[2]);
  const go = (...rest: readonly string[]) => router.navigate(orgHash(orgId, "people", ...rest).slice(1));
  return (
    <div className={styles.pane}>
      <Toolbar label="People">
        <Segmented label="Who" value={isInvitations ? "invitations" : "members"} onValue={(next) => (next === "members" ? go() : go("invitations"))} segments={[{ value: "members", text: "Members" }, { value: "invitations", text: "Invitations" }]} />
        <Grow />
        {may("people:write") ? (
          <Button kind="primary" icon="plus" onClick={() => setInviting(true)}>
            Invite somebody
          </Button>
        ) : null}
      </Toolbar>
      <Problems of={[members.problem]} />
      {isInvitations ? (
        <Invitations key={count} now={now} />
      ) : members.value === undefined ? null : (
        <Table
          label="Members"
          className={styles.fill ?? ""}
          rows={members.value.items}
          rowId={({ userId }) => userId}
          selectedId={open?.userId}
          onOpen={({ userId }) => go(userId)}
          columns={[
            { id: "name", title: "Name", width: "minmax(120px, 1fr)", cell: (row) => row.name },
            { id: "email", title: "E-mail address", width: "minmax(160px, 1.4fr)", cell: (row) => row.email },
            { id: "role", title: "Role", width: "110px", cell: (row) => row.role },
            { id: "factor", title: "Second factor", width: "120px", cell: (row) => (row.isVouchedFor ? "at the provider" : row.hasSecondFactor ? <Tag tone="ok">codes</Tag> : row.hasPasskey ? <Tag tone="ok">passkey</Tag> : <Tag tone="warn">none</Tag>) },
            { id: "joined", title: "Joined", width: "120px", cell: (row) => formatAgo(row.joinedAt, now) },
          ]}
        />
      )}
      {open === undefined ? null : <MemberDialog key={open.userId} member={open} onChanged={members.again} onClose={() => go()} />}
      {isInviting ? <InviteDialog onClose={() => setInviting(false)} onMade={(made) => (setInviting(false), setCode(made), setCount((before) => before + 1))} /> : null}
      {code === undefined ? null : (
        <SecretOnce title="An invitation" label="Invitation" secret={`${location.origin}/#/invited?code=${code}`} onClose={() => setCode(undefined)}>
          Hand it over yourself: this server sends no mail. It is good for seven days and one person.
        </SecretOnce>
      )}
    </div>
  );
};

const InviteDialog = ({ onClose, onMade }: { onClose: () => void; onMade: (code: string) => void }) => {
  const { orgId } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem } = useActing();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const isAddress = /^\S+@\S+$/.test(email.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isAddress && !isBusy) void invite();
  };
  const invite = () => act(async () => onMade((await ask("POST /v1/orgs/:orgId/invitations", { orgId, email: email.trim(), role })).code));
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Invite somebody"
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="invite" isBusy={isBusy} disabled={!isAddress}>
            Make the invitation
          </Button>
        </>
      }
    >
      <form id="invite" noValidate className={styles.form} onSubmit={submit}>
        <Problems of={[problem]} />
        <Field label="E-mail address" hint="Only somebody who gives this address can take it up.">
          <Input type="email" value={email} onValue={setEmail} />
        </Field>
        <RoleField role={role} onRole={setRole} />
      </form>
    </Dialog>
  );
};

const Invitations = ({ now }: { now: number }) => {
  const { orgId, may } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem } = useActing();
  const { value, again, problem: loading } = useAsked("GET /v1/orgs/:orgId/invitations", { orgId }, { isWhole: true });
  const [leaving, setLeaving] = useState<Output<"GET /v1/orgs/:orgId/invitations">["items"][number]>();
  const withdraw = async () => {
    if (leaving !== undefined && (await act(() => ask("DELETE /v1/orgs/:orgId/invitations/:invitationId", { orgId, invitationId: leaving.invitationId })))) await again();
    setLeaving(undefined);
  };
  return (
    <>
      <Problems of={[problem, loading]} />
      {value === undefined ? null : (
        <Table
          label="Invitations"
          className={styles.fill ?? ""}
          rows={value.items}
          rowId={({ invitationId }) => invitationId}
          empty={
            <EmptyState icon="users" title="No invitation is open">
              Whoever was invited has joined, or their invitation ran out. {plural(7, "day")} is how long one lasts.
            </EmptyState>
          }
          columns={[
            { id: "email", title: "E-mail address", width: "minmax(180px, 1fr)", cell: (row) => row.email },
            { id: "role", title: "Role", width: "120px", cell: (row) => row.role },
            { id: "until", title: "Good until", width: "170px", cell: (row) => formatInstant(row.expiresAt).slice(0, 16) },
            { id: "made", title: "Made", width: "120px", cell: (row) => formatAgo(row.createdAt, now) },
            {
              id: "act", title: "Take back", isTitleHidden: true, width: "110px",
              cell: (row) => (may("people:write") ? <Button size="sm" onClick={() => setLeaving(row)} aria-label={`Take back the invitation of ${row.email}`}>Take back</Button> : null),
            },
          ]}
        />
      )}
      <ConfirmDialog isOpen={leaving !== undefined} isDanger isBusy={isBusy} title="Take the invitation back?" confirmText="Take it back" onCancel={() => setLeaving(undefined)} onConfirm={() => void withdraw()}>
        {leaving?.email ?? ""} can no longer join with it. You can invite them again.
      </ConfirmDialog>
    </>
  );
};
