import { useEffect, useState } from "react";
import type { z } from "zod";
import type { skillsContract } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";
import { classNames } from "../../lib/class-names.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import styles from "./screen.module.css";

type Files = z.infer<(typeof skillsContract)["diff"]["output"]>["files"];

export const DiffDialog = ({ pack, from, to, onClose }: { pack: string; from: string; to: string; onClose: () => void }) => {
  const { client, toast } = useApp();
  const [files, setFiles] = useState<Files>();
  useEffect(() => {
    client.skills.diff({ pack, from, to }).then(({ files: found }) => setFiles(found), (error: Error) => toast({ title: "The versions cannot be compared", text: error.message, tone: "bad" }));
  }, [client, toast, pack, from, to]);
  return (
    <Dialog isOpen onClose={onClose} size="lg" title={`${pack}: ${from} → ${to}`} footer={<Button onClick={onClose}>Close</Button>}>
      {files === undefined ? "Comparing…" : files.length === 0 ? "The files are the same." : files.map(({ file, lines }) => <DiffView key={file} file={file} lines={lines} />)}
    </Dialog>
  );
};

const SIGN = { same: " ", added: "+", removed: "-" } as const;
export const DiffView = ({ file, lines }: Files[number]) => (
  <section>
    <h3 className={styles.note}>{file}</h3>
    <pre className={styles.diff} tabIndex={0} aria-label={`Changes in ${file}`}>
      {lines.map(({ kind, text }, at) => (
        <span key={at} className={classNames(styles.diffLine, kind === "added" && styles.added, kind === "removed" && styles.removed)}>
          {SIGN[kind]} {text}
          {"\n"}
        </span>
      ))}
    </pre>
  </section>
);
