import type { Pane } from "../../../src-main/contract/index.ts";
import { classNames } from "../../lib/class-names.ts";
import { formatCount, plural } from "../../lib/format.ts";
import { BothEnds } from "../../ui/both-ends.tsx";
import { Chip } from "../../ui/chip.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Menu, type MenuEntry } from "../../ui/menu.tsx";
import { EnvironmentTag } from "../../ui/tag.tsx";
import styles from "./pane.module.css";

type Props = {
  pane: Pane;
  isFocused: boolean;
  /** How many panes take what is typed here; 0 when only this one does. */
  broadcastTo: number;
  menu: readonly MenuEntry[];
  onSearch: () => void;
  onClose: () => void;
};

export const PaneHeader = ({ pane, isFocused, broadcastTo, menu, onSearch, onClose }: Props) => (
  <header className={classNames(styles.header, styles[pane.environment])} data-focused={isFocused || undefined}>
    <span className={styles.host}><BothEnds text={pane.hostName} /></span>
    <EnvironmentTag environment={pane.environment} />
    <span className={styles.title} title={pane.title === "" ? undefined : `The program calls itself “${pane.title}”`}>
      {pane.user}
      {pane.title === "" ? "" : ` · ${pane.title}`}
    </span>
    {broadcastTo > 0 ? (
      <Chip icon="broadcast" title="What you type here is typed into all of them">
        {`into ${plural(broadcastTo, "pane")}`}
      </Chip>
    ) : null}
    {pane.blocked.count === 0 ? null : (
      <span className={styles.quiet}>
        <Chip state="warn" title={`Kept from the screen: ${pane.blocked.last}. The recording has everything as it came.`}>{`${formatCount(pane.blocked.count)} held back`}</Chip>
      </span>
    )}
    <Recorded pane={pane} />
    <IconButton icon="search" label="Search in this pane" keys="Mod+Shift+F" size="sm" onClick={onSearch} />
    <Menu trigger={<IconButton icon="more" label={`More for ${pane.hostName}`} size="sm" />} entries={menu} align="end" />
    <IconButton icon="close" label={`Close ${pane.hostName}`} keys="Mod+Shift+X" size="sm" onClick={onClose} />
  </header>
);

const Recorded = ({ pane }: { pane: Pane }) =>
  pane.isRecorded ? (
    <Chip state="ok" title="Every byte in and out goes into the record">
      {`recorded · ${plural(pane.events, "event")}`}
    </Chip>
  ) : (
    <Chip state={pane.readOnly === "" ? "idle" : "bad"} title={pane.readOnly === "" ? "The recording ended with the session" : pane.readOnly}>
      not recorded
    </Chip>
  );
