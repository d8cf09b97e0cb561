import { useState } from "react";
import type { Forward } from "../../../src-main/contract/index.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { useApp, useFeed } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import styles from "./hosts.module.css";
import { failureText } from "./words.ts";

/** Ports of this machine that lead through the host. They listen on loopback only, and every opening is recorded. */
export const ForwardsSection = ({ hostId, isPossible }: { hostId: string; isPossible: boolean }) => {
  const { client } = useApp();
  const [all, setAll] = useState<readonly Forward[]>([]);
  const [target, setTarget] = useState("");
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  useFeed("forwards", (core, signal) => core.files.forwards({}, { signal }), ({ forwards }) => setAll(forwards));
  const mine = all.filter((forward) => forward.hostId === hostId);
  const parsed = /^(?:(\d{1,5})\s*[:→]\s*)?([A-Za-z0-9_.-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(target.trim());
  const open = () => {
    if (!parsed) return;
    setBusy(true);
    setFailure(undefined);
    client.files
      .openForward({ hostId, listenPort: Number(parsed[1] ?? 0), toHost: (parsed[2] ?? "").replace(/^\[|\]$/g, ""), toPort: Number(parsed[3]) })
      .then(() => setTarget(""), (error: unknown) => setFailure(failureText(error)))
      .finally(() => setBusy(false));
  };
  if (!isPossible) return null;
  return (
    <section className={styles.section} aria-label="Port forwards">
      <h3 className={styles.facetTitle}>Port forwards</h3>
      {failure === undefined ? null : <Banner tone="bad" title={failure} />}
      {mine.map((forward) => (
        <div key={forward.id} className={styles.forward}>
          <code>
            127.0.0.1:{forward.listenPort} → {forward.toHost}:{forward.toPort}
          </code>
          <span className={styles.quiet}>{forward.refused === "" ? `${forward.connections} open` : `the host could not reach it: ${renderedText(forward.refused)}`}</span>
          <IconButton icon="close" size="sm" label={`Close the forward on port ${forward.listenPort}`} onClick={() => void client.files.closeForward({ id: forward.id })} />
        </div>
      ))}
      <form
        className={styles.forward}
        onSubmit={(event) => {
          event.preventDefault();
          open();
        }}
      >
        <Input isMono aria-label="Where to, as host:port; a local port may stand before" placeholder="localhost:5432, or 15432:localhost:5432" value={target} onValue={setTarget} />
        <Button size="sm" type="submit" isBusy={isBusy} disabled={!parsed}>
          Open forward
        </Button>
      </form>
    </section>
  );
};
