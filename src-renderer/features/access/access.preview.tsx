import type { Preview } from "../../lib/preview.ts";
import { OperatorRow } from "./operators-section.tsx";
import { RetireDialog } from "./retire-dialog.tsx";
import { SecretRows } from "./secrets-section.tsx";
import { SessionRows } from "./session-list.tsx";
import { SourceRows } from "./source-list.tsx";
import { UseRows } from "./use-list.tsx";

const NOW = 1_763_700_000_000;
const nothing = () => {};
const operator = { id: "op_1", name: "Mara Lind", roles: ["admin"] as ("admin" | "approver")[], active: true, publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII5P7mWk16ZgfPqBS2zCpZ3J0LPp9jSweZvg4djUnbFm", isAgentKey: false, isRemote: false, hasPassphrase: true, createdAt: NOW };
const grant = { id: "g1", skillId: "linux-core.disk-usage", version: "1.0.0", signer: "SENA", scope: "environment:prod", untilAt: NOW + 9_000_000_000, byId: "op_1", byName: "Mara Lind", createdAt: NOW, revokedAt: null };
const secret = { name: "db/root", version: 3, createdAt: NOW, changedAt: NOW, lastUsedAt: NOW, rotateDays: 90, isDue: true };

export const previews: readonly Preview[] = [
  {
    name: "Operators",
    draw: () => (
      <ul>
        <OperatorRow operator={operator} isMe mayChange onRole={nothing} onActive={nothing} />
        <OperatorRow operator={{ ...operator, id: "op_2", name: "Jonas Weber", roles: ["approver"], publicKey: "sk-ssh-ed25519@openssh.com AAAA", isAgentKey: true }} isMe={false} mayChange onRole={nothing} onActive={nothing} />
        <OperatorRow operator={{ ...operator, id: "op_3", name: "Ida Holm", roles: ["approver"], isRemote: true, active: false }} isMe={false} mayChange={false} onRole={nothing} onActive={nothing} />
      </ul>
    ),
  },
  {
    name: "Somebody whose word still holds",
    draw: () => (
      <ul>
        <OperatorRow operator={{ ...operator, id: "op_3", name: "Ida Holm", roles: ["approver"], active: false }} isMe={false} mayChange stillHolds="2 runbooks that run without asking by their word, though they may approve no more" onRole={nothing} onActive={nothing} />
      </ul>
    ),
  },
  { name: "Retire somebody who leaves something", isOverlay: true, draw: () => <RetireDialog operator={operator} left={{ remembered: [grant, { ...grant, id: "g2", skillId: "nginx.restart" }], approved: [{ id: "s1", name: "Disks, each night" }, { id: "s2", name: "Certificates" }] as never, owned: [{ id: "s3", name: "Patch day" }] as never }} onCancel={nothing} onRetire={nothing} /> },
  { name: "Sessions", draw: () => <SessionRows sessions={[{ operatorId: "op_1", name: "Mara Lind", from: NOW, to: null, ended: "" }, { operatorId: "op_2", name: "Jonas Weber", from: NOW - 9_000_000, to: NOW - 60_000, ended: "idle" }]} /> },
  { name: "Secrets", draw: () => <SecretRows mayChange secrets={[secret, { ...secret, name: "bmc/ops", lastUsedAt: null, rotateDays: 45, isDue: false }]} onRotation={nothing} onRemove={nothing} /> },
  { name: "Sources", draw: () => <SourceRows mayChange checked={{ bao: { ok: false, say: "bao did not give the secret: it is sealed: somebody has to unseal it there. Nothing was done." } }} sources={[{ kind: "openbao", id: "bao", url: "https://bao.example.internal:8200", mount: "secret", namespace: "", tokenSecret: "bao-token", roleId: "", caFile: "" }]} onCheck={nothing} onEdit={nothing} onRemove={nothing} /> },
  { name: "Uses", draw: () => <UseRows uses={[{ at: NOW, name: "db/root", for: "ssh to web-01" }]} /> },
];
