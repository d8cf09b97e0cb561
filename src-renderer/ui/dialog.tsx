import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Dialog as Base } from "@base-ui/react/dialog";
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { classNames } from "../lib/class-names.ts";
import { Button } from "./button.tsx";
import styles from "./dialog.module.css";
import { IconButton } from "./icon-button.tsx";

type Props = {
  isOpen: boolean;
  onClose: () => void;
  title: ReactNode;
  /** Stands before the title: a tag, an icon. */
  lead?: ReactNode;
  description?: ReactNode;
  size?: "sm" | "md" | "lg";
  /** Buttons, the main one last. */
  footer?: ReactNode;
  initialFocus?: RefObject<HTMLElement | null>;
  children?: ReactNode;
};

/** Where the keys go afterwards: to what opened it; and where that is gone with what was done in it, to the screen, not to whatever had them some time before. */
const useWayBack = (isOpen: boolean, popup: RefObject<HTMLElement | null>): (() => boolean) => {
  const opener = useRef<Element>(null);
  useLayoutEffect(() => {
    if (isOpen) opener.current = document.activeElement;
  }, [isOpen]);
  return () => {
    const now = document.activeElement;
    // Whoever acted put them somewhere already.
    if (now !== null && now !== document.body && popup.current?.contains(now) !== true) return false;
    // A menu or the palette went before it: they know what had opened them.
    if (opener.current === null || opener.current.isConnected || opener.current.closest('[role="menu"], [role="dialog"]') !== null) return true;
    // Not returned: the screen itself is meant, and what is returned is passed over for the first control in it.
    queueMicrotask(() => document.getElementById("main")?.focus({ preventScroll: true }));
    return false;
  };
};

/** The second click of a double click that opened a dialog falls beside it, and is not meant to close it. */
const DOUBLE_CLICK_MS = 500;

/** Something to fill in or read that sets the rest aside. Escape and a click beside it close it. */
export const Dialog = ({ isOpen, onClose, title, lead, description, size = "md", footer, initialFocus, children }: Props) => {
  const popup = useRef<HTMLDivElement>(null);
  const openedAt = useRef(0);
  useEffect(() => {
    if (isOpen) openedAt.current = performance.now();
  }, [isOpen]);
  const change = (open: boolean, { reason, event }: { readonly reason: string; readonly event: Event }) => {
    if (!open && !(reason === "outside-press" && event.timeStamp - openedAt.current < DOUBLE_CLICK_MS)) onClose();
  };
  return (
    <Base.Root open={isOpen} onOpenChange={change}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Viewport className={styles.viewport}>
          <Base.Popup data-over="" ref={popup} className={classNames(styles.dialog, styles[size])} initialFocus={initialFocus ?? (() => firstControl(popup.current))} finalFocus={useWayBack(isOpen, popup)}>
            <header className={styles.head}>
              {lead}
              <Base.Title className={styles.title}>{title}</Base.Title>
              <Base.Close render={<IconButton icon="close" label="Close" size="sm" className={styles.close} />} />
            </header>
            <div className={styles.body}>
              {description === undefined ? null : <Base.Description className={styles.description}>{description}</Base.Description>}
              {children}
            </div>
            {footer === undefined ? null : <footer className={styles.foot}>{footer}</footer>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
};

/** The first thing to fill in; where there is none, the dialog itself, so that nothing is pressed by a stray Enter. */
const firstControl = (popup: HTMLElement | null): HTMLElement | null => popup?.querySelector<HTMLElement>("input:not(:disabled), textarea:not(:disabled), [role=combobox], [role=radio][tabindex='0']") ?? popup;

type ConfirmProps = {
  isOpen: boolean;
  title: string;
  /** What will happen, and whether it can be taken back. */
  children: ReactNode;
  /** A verb and its object: "Remove host", never "OK". */
  confirmText: string;
  cancelText?: string;
  isDanger?: boolean;
  isBusy?: boolean;
  onConfirm: () => void;
  onCancel: () => void;
};

/** A question that must be answered. The focus starts on the answer that changes nothing; a click beside it does nothing. */
export const ConfirmDialog = ({ isOpen, title, children, confirmText, cancelText = "Cancel", isDanger = false, isBusy = false, onConfirm, onCancel }: ConfirmProps) => {
  const cancel = useRef<HTMLButtonElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onCancel())}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles.backdrop} />
        <AlertDialog.Viewport className={styles.viewport}>
          <AlertDialog.Popup data-over="" ref={popup} className={classNames(styles.dialog, styles.sm)} initialFocus={cancel} finalFocus={useWayBack(isOpen, popup)}>
            <header className={styles.head}>
              <AlertDialog.Title className={styles.title}>{title}</AlertDialog.Title>
            </header>
            <div className={styles.body}>
              <AlertDialog.Description className={styles.description} render={<div />}>
                {children}
              </AlertDialog.Description>
            </div>
            <footer className={styles.foot}>
              <AlertDialog.Close render={<Button ref={cancel}>{cancelText}</Button>} />
              <Button kind={isDanger ? "danger" : "primary"} isBusy={isBusy} onClick={onConfirm}>
                {confirmText}
              </Button>
            </footer>
          </AlertDialog.Popup>
        </AlertDialog.Viewport>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
};
