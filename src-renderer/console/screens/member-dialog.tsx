import { useState } from "react";
import { formatAgo, plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog, Dialog } from "../../ui/dialog.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "../console.module.css";
import { useActing, useAsked, useConsole, useNow, useOrg } from "../use-console.ts";
import { Problems } from "./problems.tsx";
import { RoleField, type Member, type Role } from "./role-field.tsx";

type Props = { member: Member; onChanged: () => Promise<void>; onClose: () => void };

export const MemberDialog = ({ member, onChanged, onClose }: Props) => {
  const { orgId, may } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem } = useActing();
  const [role, setRole] = useState<Role>(member.role);
  const [isRemoving, setRemoving] = useState(false);
  const who = { orgId, userId: member.userId };
  const save = async () => {
    if (await act(() => ask("PUT /v1/orgs/:orgId/members/:userId", { ...who, role }))) await onChanged();
  };
  const remove = async () => {
    const isDone = await act(() => ask("DELETE /v1/orgs/:orgId/members/:userId", who));
    // The dialog does not come back in between: it would ask where somebody is signed in who is not there any more.
    if (isDone) await onChanged().then(onClose);
    else setRemoving(false);
  };
  return (
    <>
      <Dialog
        isOpen={!isRemoving}
        onClose={onClose}
        title={member.name}
        footer={
          <>
            {may("people:write") ? (
              <>
                <Button kind="danger" onClick={() => setRemoving(true)}>
                  Remove…
                </Button>
                <Button kind="primary" isBusy={isBusy} disabled={role === member.role} onClick={() => void save()}>
                  Change the role
                </Button>
              </>
            ) : null}
            <Button onClick={onClose}>Close</Button>
          </>
        }
      >
        <div className={styles.stack}>
          <Problems of={[problem]} />
          {may("people:write") ? <RoleField role={role} onRole={setRole} /> : null}
          <KeyValues
            keyWidth={120}
            items={[
              { key: "E-mail address", value: member.email },
              ...(may("people:write") ? [] : [{ key: "Role", value: member.role }]),
              { key: "Signs in", value: member.isVouchedFor ? "through your identity provider" : "with a password here" },
              ...(member.isVouchedFor ? [] : [{ key: "Second factor", value: member.hasSecondFactor ? <Tag tone="ok">set up</Tag> : <Tag tone="warn">none</Tag> }]),
              { key: "Passkey", value: member.hasPasskey ? <Tag tone="ok">yes</Tag> : "none" },
            ]}
          />
          {may("people:write") ? <Sessions member={member} /> : null}
        </div>
      </Dialog>
      <ConfirmDialog isOpen={isRemoving} isDanger isBusy={isBusy} title={`Remove ${member.name}?`} confirmText="Remove from the organisation" onCancel={() => setRemoving(false)} onConfirm={() => void remove()}>
        They lose this organisation at once and their approver key is retired everywhere. What they did stays in the record.
      </ConfirmDialog>
    </>
  );
};

const Sessions = ({ member }: { member: Member }) => {
  const { orgId } = useOrg();
  const { ask, toasts } = useConsole();
  const { act, isBusy, problem } = useActing();
  const now = useNow(30_000);
  const { value, again } = useAsked("GET /v1/orgs/:orgId/members/:userId/sessions", { orgId, userId: member.userId }, { isWhole: true });
  const end = async () => {
    const isDone = await act(async () => {
      const { ended } = await ask("DELETE /v1/orgs/:orgId/members/:userId/sessions", { orgId, userId: member.userId });
      toasts.show({ tone: "ok", title: `${plural(ended, "session")} ended` });
    });
    if (isDone) await again();
  };
  return (
    <section className={styles.stack} aria-label="Sessions">
      <Problems of={[problem]} />
      {value?.items.length === 0 ? <p className={styles.quiet}>Not signed in anywhere.</p> : null}
      <ul className={styles.list}>
        {value?.items.map((each) => (
          <li key={`${each.createdAt} ${each.usedAt}`} className={styles.item}>
            <span className={styles.itemText}>
              {each.address === "" ? "unknown address" : each.address} <span className={styles.quiet}>{each.agent}</span>
            </span>
            <span className={styles.time}>used {formatAgo(each.usedAt, now)}</span>
          </li>
        ))}
      </ul>
      {value === undefined || value.items.length === 0 ? null : (
        <div className={styles.acts}>
          <Button isBusy={isBusy} onClick={() => void end()}>
            Sign them out everywhere
          </Button>
        </div>
      )}
    </section>
  );
};
