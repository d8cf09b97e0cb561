import { useEffect, useState } from "react";
import type { Host, HostDraft } from "../../../src-main/contract/index.ts";
import { useApp, useDraftState } from "../../app/use-app.ts";
import { formOf, HostDialog, type HostForm } from "./host-dialog.tsx";
import { failureText } from "./words.ts";

type Props = { isOpen: boolean; hostId: string | undefined; onClose: () => void; onSaved: (host: Host) => void };

export const EditHost = ({ isOpen, hostId, onClose, onSaved }: Props) => {
  const { client } = useApp();
  const [facts, setFacts] = useState<{ host: Host | undefined; form: HostForm }>();
  // A new host that was set aside is there again; one that is known is read anew each time, for it may be another by then.
  const [written, setWritten] = useDraftState<HostForm | undefined>("new host", undefined);
  const [secrets, setSecrets] = useState<readonly string[]>([]);
  const [authorities, setAuthorities] = useState<readonly string[]>([]);
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    if (!isOpen) return setFacts(undefined);
    setError(undefined);
    // Who may not see the vault chooses another way to sign in.
    client.vault.list({}).then(({ secrets: found }) => setSecrets(found.map(({ name }) => name)), () => setSecrets([]));
    client.vault.sources({}).then(({ sources }) => setAuthorities(sources.filter(({ kind }) => kind === "openbao").map(({ id }) => id)), () => setAuthorities([]));
    if (hostId === undefined) return setFacts({ host: undefined, form: formOf(undefined, []) });
    client.hosts.get({ id: hostId }).then(({ host, jumps }) => setFacts({ host, form: formOf(host, jumps.map(({ name }) => name)) }), (failure: unknown) => (setError(failureText(failure)), setFacts({ host: undefined, form: formOf(undefined, []) })));
    return undefined;
  }, [client, isOpen, hostId]);
  const save = async (draft: HostDraft, jumpNames: readonly string[]): Promise<void> => {
    const jumps = await Promise.all(jumpNames.map(async (name) => {
      const { host } = await client.hosts.find({ name });
      if (!host) throw new Error(`There is no host “${name}” to jump through. Add it first, or correct the name.`);
      return host.id;
    }));
    const saved = hostId === undefined ? await client.hosts.add({ ...draft, jumps }) : await client.hosts.change({ id: hostId, to: { ...draft, jumps } });
    if (hostId === undefined) setWritten(undefined);
    onSaved(saved);
  };
  const form = (hostId === undefined ? written : undefined) ?? facts?.form ?? formOf(undefined, []);
  return (
    <HostDialog
      isOpen={isOpen && facts !== undefined}
      host={facts?.host}
      form={form}
      onForm={(next) => (hostId === undefined ? setWritten(next) : setFacts({ host: facts?.host, form: next }))}
      secrets={secrets}
      authorities={authorities}
      error={error}
      isBusy={isBusy}
      onClose={onClose}
      onCancel={() => {
        if (hostId === undefined) setWritten(undefined);
        onClose();
      }}
      onSave={(draft, jumpNames) => {
        setBusy(true);
        setError(undefined);
        save(draft, jumpNames).catch((failure: unknown) => setError(failureText(failure))).finally(() => setBusy(false));
      }}
    />
  );
};
