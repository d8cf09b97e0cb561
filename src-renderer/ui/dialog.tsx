import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Dialog as Base } from "@base-ui/react/dialog";
import { type ReactNode, type RefObject, useEffect, useRef } from "react";
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
          <Base.Popup data-over="" ref={popup} className={classNames(styles.dialog, styles[size])} initialFocus={initialFocus ?? (() => firstControl(popup.current))}>
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
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onCancel())}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles.backdrop} />
        <AlertDialog.Viewport className={styles.viewport}>
          <AlertDialog.Popup data-over="" className={classNames(styles.dialog, styles.sm)} initialFocus={cancel}>
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
