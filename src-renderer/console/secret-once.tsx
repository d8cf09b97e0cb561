import type { ReactNode } from "react";
import { Banner } from "../ui/banner.tsx";
import { Button } from "../ui/button.tsx";
import { Bytes } from "../ui/bytes.tsx";
import { Dialog } from "../ui/dialog.tsx";
import styles from "./console.module.css";

/** Something that is shown this once and kept nowhere in the clear. */
export const SecretOnce = ({ title, label, secret, children, onClose }: { title: string; label: string; secret: string; children: ReactNode; onClose: () => void }) => (
  <Dialog
    isOpen
    onClose={onClose}
    title={title}
    size="md"
    footer={
      <Button kind="primary" onClick={onClose}>
        I have taken it down
      </Button>
    }
  >
    <div className={styles.form}>
      <Banner tone="warn" title="Shown this once">
        {children}
      </Banner>
      <Bytes text={secret} label={label} look="strong" wraps />
    </div>
  </Dialog>
);
