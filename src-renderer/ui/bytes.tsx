import { type ReactNode, useEffect, useState } from "react";
import { classNames } from "../lib/class-names.ts";
import { markBytes } from "../lib/mark-bytes.ts";
import styles from "./bytes.module.css";
import { IconButton } from "./icon-button.tsx";
import { Spoken } from "./page.tsx";

type BytesProps = {
  /** Exactly what runs or was run. */
  text: string;
  label: string;
  /** `quiet` for output in a list, `strong` for the one command somebody is about to approve. */
  look?: "quiet" | "strong";
  canCopy?: boolean;
  /** Without it long text scrolls sideways, so that one line on the machine is one line here. */
  wraps?: boolean;
};

/**
 * A machine's words, byte for byte. Everything that hides, reorders or mimics (control bytes, bidirectional marks,
 * zero-width and look-alike characters) is drawn as a named mark instead of being obeyed.
 */
export const Bytes = ({ text, label, look = "quiet", canCopy = true, wraps = false }: BytesProps) => (
  <figure className={classNames(styles.bytes, styles[look])}>
    <pre className={classNames(styles.pre, wraps && styles.wraps)} aria-label={label} tabIndex={0} role="region">
      <code>
        {markBytes(text).map((part, index) =>
          part.mark === undefined ? (
            part.text
          ) : (
            <mark key={index} className={styles.mark} title={part.mark}>
              {part.text}
            </mark>
          ),
        )}
      </code>
    </pre>
    {canCopy ? (
      <span className={styles.tools}>
        <CopyButton text={text} label={`Copy: ${label}`} />
      </span>
    ) : null}
  </figure>
);

/** Short machine words inside a sentence. */
export const Code = ({ children }: { children: ReactNode }) => <code className={styles.code}>{children}</code>;

export const CopyButton = ({ text, label = "Copy" }: { text: string; label?: string }) => {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 1600);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () => navigator.clipboard.writeText(text).then(() => setState("copied"), () => setState("refused"));
  return (
    <>
      <IconButton icon={state === "copied" ? "check" : state === "refused" ? "error" : "copy"} label={label} size="sm" onClick={() => void copy()} />
      <Spoken isLive>{state === "copied" ? "Copied" : state === "refused" ? "The clipboard refused the text" : ""}</Spoken>
    </>
  );
};
