import { CopyButton } from "../../ui/bytes.tsx";
import styles from "./hosts.module.css";

/** A fingerprint as text and as the picture OpenSSH draws of it: two ways to see that two keys are the same. */
export const KeyPicture = ({ keyType, fingerprint, randomart }: { keyType: string; fingerprint: string; randomart: string }) => (
  <div className={styles.key}>
    <pre className={styles.art} role="img" aria-label={`Picture of the key ${fingerprint}`}>
      {randomart}
    </pre>
    <div className={styles.keyText}>
      <span className={styles.quiet}>{keyType}</span>
      <code className={styles.fingerprint}>{fingerprint}</code>
      <CopyButton text={fingerprint} label="Copy the fingerprint" />
    </div>
  </div>
);
