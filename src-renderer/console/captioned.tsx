import { Bytes } from "../ui/bytes.tsx";
import styles from "./console.module.css";

/** A machine's words to hand on, under what they are. */
export const Captioned = ({ caption, text }: { caption: string; text: string }) => (
  <div className={styles.captioned}>
    <span className={styles.quiet}>{caption}</span>
    <Bytes text={text} label={caption} wraps />
  </div>
);
