import { useEffect, useMemo } from "react";
import type { Preview } from "../lib/preview.ts";
import { Banner } from "./banner.tsx";
import { Button } from "./button.tsx";
import { EmptyState } from "./empty-state.tsx";
import { Stack } from "./preview-row.tsx";
import { Progress } from "./progress.tsx";
import { Skeleton } from "./skeleton.tsx";
import { Spinner } from "./spinner.tsx";
import { createToasts } from "./toast.ts";
import { ToastHost } from "./toast-host.tsx";

const nothing = () => {};
const SomeToasts = () => {
  const toasts = useMemo(() => createToasts(), []);
  useEffect(() => {
    toasts.show({ title: "Host key of web-01 kept", tone: "ok", staysUntilDismissed: true });
    toasts.show({ title: "Copied 412 lines", text: "From web-01, between 07:41 and 07:43.", staysUntilDismissed: true, action: { text: "Undo", onPress: nothing } });
    toasts.show({ title: "The bundle was not written", text: "The stick is full: 1.2 GiB are needed. Nothing was lost; choose another place.", tone: "bad" });
  }, [toasts]);
  return <ToastHost toasts={toasts} />;
};

export const previews: readonly Preview[] = [
  {
    name: "Banners",
    draw: () => (
      <Stack>
        <Banner tone="info" title="Read-only">
          You may look at everything here. Changes need the operator role.
        </Banner>
        <Banner tone="ok" title="Verified">
          All 1 204 entries match the signed head.
        </Banner>
        <Banner tone="warn" title="The host key of db-01 changed" actions={<Button size="sm">Compare</Button>}>
          It was not connected to. Somebody reinstalled it, or somebody is in between.
        </Banner>
        <Banner tone="bad" title="The recorder has failed" onDismiss={nothing}>
          Nothing runs until it works again. The disk is full.
        </Banner>
      </Stack>
    ),
  },
  {
    name: "Strips",
    isWide: true,
    draw: () => (
      <>
        <Banner shape="strip" tone="warn" title="The core has stopped and is being started again.">
          What was acknowledged is safe.
        </Banner>
        <Banner shape="strip" tone="ok" title="Connected again." />
      </>
    ),
  },
  {
    name: "Progress",
    draw: () => (
      <Stack width={520}>
        <Progress label="Indexing manuals" fraction={0.34} detail="412 of 1 204 files" onCancel={nothing} />
        <Progress label="Connecting to 12 hosts" fraction={null} onCancel={nothing} />
        <Progress label="Writing the bundle" fraction={0.9} detail="about 2 s left" onCancel={nothing} isStopping />
        <Spinner label="Working" />
      </Stack>
    ),
  },
  { name: "Skeleton", draw: () => <Skeleton lines={4} /> },
  {
    name: "Empty",
    height: 300,
    draw: () => (
      <EmptyState
        icon="hosts"
        title="No hosts yet"
        actions={
          <>
            <Button kind="primary" icon="plus">
              Add host
            </Button>
            <Button icon="upload">Import…</Button>
          </>
        }
      >
        Add a host by address, or import them from your SSH configuration, an Ansible inventory or a CSV file.
      </EmptyState>
    ),
  },
  { name: "Toasts", isOverlay: true, draw: SomeToasts },
];
