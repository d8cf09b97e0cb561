import { Suspense, type ReactNode } from "react";
import type { HostRef } from "../../../src-main/contract/index.ts";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Split } from "../../ui/split.tsx";
import { HostPanes } from "../terminals/index.ts";
import styles from "./side-panes.module.css";

type Props = { hosts: readonly HostRef[]; isShown: boolean; children: ReactNode };

/** The conversation, and beside it the panes of the hosts it is about. It keeps its place in the tree either way: what was read, typed and scrolled to stays. */
export const SidePanes = ({ hosts, isShown, children }: Props) => (
  <Split
    direction="row"
    defaultShare={0.54}
    minFirst={380}
    minSecond={280}
    label="Conversation and panes"
    first={children}
    second={isShown && hosts.length > 0 ? (
      <aside className={styles.panes} aria-label="Panes of these hosts">
        <Suspense fallback={<Skeleton lines={3} label="Opening the panes" />}>
          <HostPanes hosts={hosts.map(({ id }) => id)} />
        </Suspense>
      </aside>
    ) : null}
  />
);
