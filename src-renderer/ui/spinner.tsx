import styles from "./spinner.module.css";

/** Beside words that say what is going on; alone it needs a label. */
export const Spinner = ({ label }: { label?: string }) => <span className={styles.spinner} {...(label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label })} />;
