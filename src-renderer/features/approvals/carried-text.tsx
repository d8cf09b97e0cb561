import { useMemo } from "react";
import { encode } from "uqr";
import { useApp } from "../../app/use-app.ts";
import { saveText } from "../../lib/save-text.ts";
import { CopyButton } from "../../ui/bytes.tsx";
import { Button } from "../../ui/button.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import styles from "./carried-text.module.css";

/** What still fits into one picture that a phone's camera reads from a screen. */
const MAX_QR = 1800;
/** Fewer, and a camera no longer tells one square from the next. */
const PIXELS_A_SQUARE = 3;

/** Text that travels to another installation: as a file, copied, or photographed. Nothing is sent anywhere. */
export const CarriedText = ({ label, name, text }: { label: string; name: string; text: string }) => {
  const { toast } = useApp();
  const save = async () => toast({ tone: "ok", title: (await saveText(name, text)) === "file" ? `${name} is written` : `${name} is in the clipboard` });
  return (
    <div className={styles.carried}>
      <p className={styles.name}>
        <code>{name}</code> <CopyButton text={text} label={`Copy ${name}`} />
        <Button size="sm" onClick={() => void save()}>
          Save as a file
        </Button>
      </p>
      <TextArea isMono readOnly rows={4} aria-label={label} value={text} />
      {text.length > MAX_QR ? <p className={styles.none}>Too long for a picture that a camera could read: carry the file.</p> : <QrPicture text={text} label={label} />}
    </div>
  );
};

const QrPicture = ({ text, label }: { text: string; label: string }) => {
  const { size, path } = useMemo(() => {
    const code = encode(text, { ecc: "L", border: 2 });
    return { size: code.size, path: code.data.map((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("") };
  }, [text]);
  return (
    <svg className={styles.qr} width={size * PIXELS_A_SQUARE} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={`${label}, as a picture`} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
};

/** The way back: the file itself, or what it holds. */
export const OpenFile = ({ onText }: { onText: (text: string) => void }) => (
  <label className={styles.open}>
    Open a file…{" "}
    <input
      type="file"
      accept=".json,application/json,text/plain"
      className={styles.file}
      onChange={(event) => {
        const { files } = event.currentTarget;
        void files?.[0]?.text().then(onText);
        // The same file again, after a mistake, is a choice too.
        event.currentTarget.value = "";
      }}
    />
  </label>
);
