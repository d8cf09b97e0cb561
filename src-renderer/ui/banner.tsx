import { useEffect, useRef, type ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import styles from "./banner.module.css";
import { Icon, type IconName } from "./icon.tsx";
import { IconButton } from "./icon-button.tsx";

export type BannerTone = "info" | "ok" | "warn" | "bad";
const ICONS: Readonly<Record<BannerTone, IconName>> = { info: "info", ok: "success", warn: "warning", bad: "error" };

type Props = {
  tone: BannerTone;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  onDismiss?: () => void;
  /** `strip` spans the window's width under the bar; `card` sits in a page. */
  shape?: "card" | "strip";
};

export const Banner = ({ tone, title, children, actions, onDismiss, shape = "card" }: Props) => {
  const said = [title, children].filter((part) => typeof part === "string").join(" ");
  const box = useRef<HTMLDivElement>(null);
  // What was refused is pressed at a dialog's foot and told at its head, which a long form has scrolled away.
  useEffect(() => {
    if (tone === "bad" && box.current?.closest("[data-over]")) box.current.scrollIntoView({ block: "nearest" });
  }, [tone, said]);
  return (
    <div ref={box} className={classNames(styles.banner, styles[tone], styles[shape])} role={tone === "bad" ? "alert" : "status"}>
      <Icon name={ICONS[tone]} />
      <div className={styles.words}>
        <strong className={styles.title}>{title}</strong>
        {children === undefined ? null : <span className={styles.text}>{children}</span>}
      </div>
      {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
      {onDismiss === undefined ? null : <IconButton icon="close" label="Dismiss" size="sm" onClick={onDismiss} />}
    </div>
  );
};
