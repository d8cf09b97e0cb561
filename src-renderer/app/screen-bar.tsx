import { createContext, type ReactNode, useContext, useEffect } from "react";
import { createPortal } from "react-dom";
import styles from "./top-bar.module.css";

/** Where the top bar lets the open screen speak. Undefined outside the frame (gallery). */
export const BarSlot = createContext<HTMLElement | null | undefined>(undefined);

type Props = {
  /** What is open: a conversation's name, a host. Without it the bar shows the screen's own title. */
  title?: string;
  /** What it is about: hosts, environment, model. */
  chips?: ReactNode;
  actions?: ReactNode;
};

/** Put it anywhere inside a screen; the last one mounted speaks. */
export const ScreenBar = ({ title, chips, actions }: Props) => {
  const slot = useContext(BarSlot);
  useEffect(() => {
    if (title === undefined || slot === undefined || slot === null) return;
    const before = document.title;
    document.title = `${title} · SENA`;
    return () => {
      document.title = before;
    };
  }, [title, slot]);
  if (slot === undefined || slot === null) return null;
  return createPortal(
    <>
      {title === undefined ? null : <h1 className={styles.title}>{title}</h1>}
      {chips === undefined ? null : <div className={styles.chips}>{chips}</div>}
      <span className={styles.grow} />
      {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
    </>,
    slot,
  );
};
