import { useMemo } from "react";
import { encode } from "uqr";
import { CopyButton } from "../../ui/bytes.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import styles from "./carried-text.module.css";

/** What still fits into one picture that a phone's camera reads from a screen. */
const MAX_QR = 1800;

/** Text that travels to another installation: copied into a file, or photographed. Nothing is sent anywhere. */
export const CarriedText = ({ label, name, text }: { label: string; name: string; text: string }) => (
  <div className={styles.carried}>
    <div className={styles.words}>
      <p className={styles.name}>
        <code>{name}</code> <CopyButton text={text} label={`Copy ${name}`} />
      </p>
      <TextArea isMono readOnly rows={4} aria-label={label} value={text} />
    </div>
    {text.length > MAX_QR ? null : <QrPicture text={text} label={label} />}
  </div>
);

const QrPicture = ({ text, label }: { text: string; label: string }) => {
  const { size, path } = useMemo(() => {
    const code = encode(text, { ecc: "L", border: 2 });
    return { size: code.size, path: code.data.map((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("") };
  }, [text]);
  return (
    <svg className={styles.qr} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={`${label}, as a picture`} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
};
