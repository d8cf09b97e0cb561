import { useCallback, useEffect, useState } from "react";
import type { ShownKey, TestStep } from "../../../src-main/contract/index.ts";
import { useApp, useFeed, useRoute } from "../../app/use-app.ts";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { EditHost } from "./edit-host.tsx";
import { FilesView } from "./files-view.tsx";
import { ForwardsSection } from "./forwards-section.tsx";
import { HostDetail, type HostFacts } from "./host-detail.tsx";
import { KeyDialog } from "./key-dialog.tsx";
import { failureText } from "./words.ts";

type Doing = "" | "edit" | "key" | "distrust" | "remove";

/** The open host beside the list, or its files instead of the list. */
export const OpenHost = ({ hostId, isFiles }: { hostId: string; isFiles: boolean }) => {
  const { client, navigate, toast } = useApp();
  const [facts, setFacts] = useState<HostFacts>();
  const [missing, setMissing] = useState<string>();
  const [doing, setDoing] = useState<Doing>("");
  const [shown, setShown] = useState<ShownKey>();
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [steps, setSteps] = useState<readonly TestStep[]>();
  const [testing, setTesting] = useState<AbortController>();
  const refresh = useCallback(() => client.hosts.get({ id: hostId }).then(setFacts, (error: unknown) => setMissing(failureText(error))), [client, hostId]);
  useFeed(`host.${hostId}`, (core, signal) => core.hosts.changes({}, { signal }), () => void refresh());
  useEffect(() => () => testing?.abort(), [testing]);
  const lookAtKey = useCallback(() => {
    setShown(undefined);
    setFailure(undefined);
    setDoing("key");
    client.hosts.lookAtKey({ id: hostId }).then(setShown, (error: unknown) => setFailure(failureText(error)));
  }, [client, hostId]);
  // From where a second person is asked to confirm it.
  const isKeyAsked = useRoute().params.get("do") === "key";
  useEffect(() => {
    if (!isKeyAsked) return;
    lookAtKey();
    navigate(`/hosts/${hostId}`, { replaces: true });
  }, [isKeyAsked, lookAtKey, navigate, hostId]);

  if (missing !== undefined && facts === undefined) return <EmptyState icon="hosts" title="This host is not there">{missing}</EmptyState>;
  if (facts === undefined) return <Skeleton lines={6} label="Reading the host" />;
  const { host } = facts;
  if (isFiles) return <FilesView host={host} onClose={() => navigate(`/hosts/${hostId}`)} />;

  const attempt = (work: () => Promise<string>, after?: () => void) => {
    setBusy(true);
    setFailure(undefined);
    work()
      .then(
        (say) => {
          setDoing("");
          toast({ title: say, tone: "ok" });
          void refresh();
          after?.();
        },
        (error: unknown) => setFailure(failureText(error)),
      )
      .finally(() => setBusy(false));
  };
  const test = () => {
    const stop = new AbortController();
    setTesting(stop);
    setSteps([]);
    void (async () => {
      try {
        for await (const step of client.hosts.test({ id: hostId }, { signal: stop.signal })) setSteps((before) => [...(before ?? []), step]);
      } catch (error) {
        if (!stop.signal.aborted) toast({ title: failureText(error), tone: "bad" });
      } finally {
        setTesting(undefined);
        void refresh();
      }
    })();
  };
  return (
    <>
      <HostDetail
        facts={facts}
        steps={steps}
        isTesting={testing !== undefined}
        acts={{
          openTerminal: () => navigate(`/terminals?host=${encodeURIComponent(host.id)}`),
          test,
          edit: () => setDoing("edit"),
          files: () => navigate(`/hosts/${hostId}/files`),
          lookAtKey,
          distrust: () => (setFailure(undefined), setDoing("distrust")),
          remove: () => (setFailure(undefined), setDoing("remove")),
          disconnect: () => attempt(async () => (await client.hosts.disconnect({ id: hostId }), `${host.name} disconnected`)),
          close: () => navigate("/hosts"),
          goTo: (id) => navigate(`/hosts/${id}`),
        }}
        forwards={<ForwardsSection hostId={hostId} isPossible={host.transport === "ssh2"} />}
      />
      <EditHost isOpen={doing === "edit"} hostId={hostId} onClose={() => setDoing("")} onSaved={() => attempt(async () => `${host.name} saved`)} />
      <KeyDialog
        key={doing}
        isOpen={doing === "key"}
        host={host.name}
        environment={host.environment}
        shown={shown}
        error={failure}
        isBusy={isBusy}
        onClose={() => setDoing("")}
        onTrust={(fingerprint, replaces) => attempt(async () => (await client.hosts.trust({ id: hostId, fingerprint, replaces })).say)}
      />
      <ConfirmDialog isOpen={doing === "distrust"} title={`Forget the keys of ${host.name}?`} confirmText="Forget its keys" isDanger isBusy={isBusy} onCancel={() => setDoing("")} onConfirm={() => attempt(async () => `${(await client.hosts.distrust({ id: hostId })).forgotten} forgotten`)}>
        {failure ?? `The next connection asks again${host.environment === "prod" ? "; another key than these is still a changed one, as this is production" : ""}. Keys in files of your own (~/.ssh/known_hosts) stay there.`}
      </ConfirmDialog>
      <ConfirmDialog isOpen={doing === "remove"} title={`Remove ${host.name}?`} confirmText="Remove host" isDanger isBusy={isBusy} onCancel={() => setDoing("")} onConfirm={() => attempt(async () => (await client.hosts.remove({ ids: [hostId] }), `${host.name} removed`), () => navigate("/hosts"))}>
        {failure ?? "It leaves the inventory. What was recorded about it stays in the record."}
      </ConfirmDialog>
    </>
  );
};
