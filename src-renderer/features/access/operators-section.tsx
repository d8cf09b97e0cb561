import { useCallback, useEffect, useState } from "react";
import { Role, type AccessView, type OperatorEntry } from "../../../src-main/contract/index.ts";
import { useApp, useFeed } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/bytes.tsx";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "./access.module.css";

const ROLES = Role.options.map((role) => ({ value: role, text: role }));

export const OperatorsSection = () => {
  const { client } = useApp();
  const [access, setAccess] = useState<AccessView>();
  const [operators, setOperators] = useState<readonly OperatorEntry[]>();
  const [problem, setProblem] = useState("");
  useFeed("access", (core, signal) => core.access.state({}, { signal }), setAccess);
  const load = useCallback(() => client.access.operators({}).then((answer) => setOperators(answer.operators), (error: unknown) => setProblem((error as Error).message)), [client]);
  useEffect(() => void load(), [load, access]);
  const act = (work: () => Promise<unknown>) =>
    work().then(
      () => {
        setProblem("");
        return load();
      },
      (error: unknown) => setProblem((error as Error).message),
    );
  if (access === undefined || operators === undefined) return <Skeleton lines={6} label="Loading the operators" />;
  return (
    <>
      {problem === "" ? null : <Banner tone="bad" title="Nothing was changed">{problem}</Banner>}
      <FieldGroup title="Who works here" hint={access.mode === "single" ? "One person works here, so nobody else can look first: you approve your own commands, and every record says so. Four eyes begin when a second operator is added." : "Several people work here. A change of a production host needs somebody other than whoever asked."}>
        {access.mode === "single" ? (
          <Button onClick={() => void act(() => client.access.setMode({ mode: "several" }))}>Allow several operators</Button>
        ) : (
          <Button onClick={() => void act(() => client.access.setMode({ mode: "single" }))}>Go back to one operator</Button>
        )}
        <ul className={styles.list}>
          {operators.map((operator) => (
            <OperatorRow key={operator.id} operator={operator} onRole={(role) => void act(() => client.access.change({ operatorId: operator.id, roles: [role] }))} onActive={(active) => void act(() => client.access.change({ operatorId: operator.id, active }))} />
          ))}
        </ul>
      </FieldGroup>
      {access.mode === "single" ? null : <AddHere onAdd={(name, role, passphrase) => act(() => client.access.add({ name, roles: [role], passphrase }))} />}
      <AddRemote onAdd={(name, publicKey) => act(() => client.access.addRemote({ name, roles: ["approver"], publicKey }))} />
    </>
  );
};

const OperatorRow = ({ operator, onRole, onActive }: { operator: OperatorEntry; onRole: (role: Role) => void; onActive: (isActive: boolean) => void }) => (
  <li className={styles.row}>
    <span className={styles.name}>{operator.name}</span>
    {operator.active ? null : <Tag tone="neutral">retired</Tag>}
    {operator.isRemote ? <Tag tone="violet">elsewhere</Tag> : operator.hasPassphrase ? null : <Tag tone="warn">no passphrase</Tag>}
    <span className={styles.grow} />
    <span className={styles.quiet}>approver key</span>
    <CopyButton text={operator.publicKey} label={`Copy the public key of ${operator.name}`} />
    <Select label={`Role of ${operator.name}`} value={operator.roles[0] ?? null} onValue={onRole} choices={ROLES} isDisabled={!operator.active} />
    <Button size="sm" kind="ghost" onClick={() => onActive(!operator.active)}>
      {operator.active ? "Retire" : "Bring back"}
    </Button>
  </li>
);

const AddHere = ({ onAdd }: { onAdd: (name: string, role: Role, passphrase: string) => Promise<unknown> }) => {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("approver");
  const [passphrase, setPassphrase] = useState("");
  return (
    <FieldGroup title="Add an operator at this machine" hint="They type the passphrase themselves. It seals their own approver key.">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void onAdd(name, role, passphrase);
          setPassphrase("");
        }}
      >
        <Field label="Name" layout="row"><Input value={name} onValue={setName} maxLength={64} /></Field>
        <Field label="Role" layout="row"><Select value={role} onValue={setRole} choices={ROLES} /></Field>
        <Field label="Passphrase" layout="row" hint="At least ten characters."><Input type="password" autoComplete="new-password" value={passphrase} onValue={setPassphrase} /></Field>
        <Button type="submit" kind="primary" disabled={name.trim() === "" || passphrase.length < 10}>Add operator</Button>
      </form>
    </FieldGroup>
  );
};

const AddRemote = ({ onAdd }: { onAdd: (name: string, publicKey: string) => Promise<unknown> }) => {
  const [name, setName] = useState("");
  const [key, setKey] = useState("");
  return (
    <FieldGroup title="Add an approver on another installation" hint="Their public key, from their own list of operators. They decide by file or picture; no server is between.">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void onAdd(name, key);
        }}
      >
        <Field label="Name" layout="row"><Input value={name} onValue={setName} maxLength={64} /></Field>
        <Field label="Public key" layout="row"><Input isMono value={key} onValue={setKey} /></Field>
        <Button type="submit" disabled={name.trim() === "" || key.trim() === ""}>Add approver</Button>
      </form>
    </FieldGroup>
  );
};
