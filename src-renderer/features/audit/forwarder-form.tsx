import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { NumberInput } from "../../ui/number-input.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import styles from "./dialogs.module.css";
import type { ForwarderConfig } from "./forwarders-side.tsx";

type Way = "tls" | "tcp" | "file" | "http";
type Format = ForwarderConfig["format"];

const ID = /^[a-z0-9][a-z0-9-]{0,31}$/;
const FORMATS: Readonly<Record<Way, readonly { readonly value: Format; readonly text: string }[]>> = {
  tls: [{ value: "syslog", text: "RFC 5424" }, { value: "cef", text: "CEF" }],
  tcp: [{ value: "syslog", text: "RFC 5424" }, { value: "cef", text: "CEF" }],
  file: [{ value: "ocsf", text: "OCSF" }, { value: "syslog", text: "RFC 5424" }, { value: "cef", text: "CEF" }],
  http: [{ value: "hec", text: "Splunk HEC" }],
};

type Props = { taken: readonly string[]; onCancel: () => void; onSave: (config: ForwarderConfig) => Promise<void> };

/** Only what the chosen way can carry is offered. */
export const ForwarderForm = ({ taken, onCancel, onSave }: Props) => {
  const [id, setId] = useState("siem");
  const [way, setWay] = useState<Way>("tls");
  const [format, setFormat] = useState<Format>("syslog");
  const [host, setHost] = useState("");
  const [port, setPort] = useState(6514);
  const [ca, setCa] = useState("");
  const [path, setPath] = useState("");
  const [url, setUrl] = useState("");
  const [token, setToken] = useState("");
  const [isBusy, setBusy] = useState(false);
  const go = (next: Way) => (setWay(next), setFormat((FORMATS[next][0] as { value: Format }).value), setPort(next === "tcp" ? 601 : 6514));
  const fault = !ID.test(id) ? "Small letters, digits and hyphens, at most 32." : taken.includes(id) ? "There is one of this name." : undefined;
  const isWhole = way === "file" ? path.startsWith("/") : way === "http" ? /^https?:\/\//.test(url) && token.trim() !== "" : host.trim() !== "";
  const to = (): ForwarderConfig["to"] => {
    switch (way) {
      case "file":
        return { kind: "file", path: path.trim() };
      case "http":
        return { kind: "http", url: url.trim(), token: token.trim() };
      case "tls":
        return { kind: "tls", host: host.trim(), port, ...(ca.trim() === "" ? {} : { ca: `${ca.trim()}\n` }) };
      case "tcp":
        return { kind: "tcp", host: host.trim(), port };
      default:
        return way satisfies never;
    }
  };
  return (
    <form
      className={styles.card}
      aria-label="New collector"
      onSubmit={(event) => {
        event.preventDefault();
        setBusy(true);
        void onSave({ id, format, to: to() }).finally(() => setBusy(false));
      }}
    >
      <Field label="Name" error={fault}>
        <Input value={id} onValue={setId} isMono />
      </Field>
      <Segmented label="How it gets there" value={way} onValue={go} segments={[{ value: "tls", text: "Syslog, TLS" }, { value: "tcp", text: "Syslog, TCP" }, { value: "file", text: "File" }, { value: "http", text: "Splunk" }]} />
      <Segmented label="Format" value={format} onValue={setFormat} segments={FORMATS[way]} />
      {way === "tls" || way === "tcp" ? (
        <>
          <Field label="Host" hint={way === "tcp" ? "In the clear on the network: only where the network itself is trusted." : undefined}>
            <Input value={host} onValue={setHost} isMono placeholder="siem.example.com" />
          </Field>
          <Field label="Port">
            <NumberInput value={port} onValue={setPort} min={1} max={65_535} />
          </Field>
        </>
      ) : null}
      {way === "tls" ? (
        <Field label="Certificate authority" hint="PEM. Without one, the authorities of this machine are trusted." isOptional>
          <TextArea value={ca} onValue={setCa} rows={3} isMono placeholder="-----BEGIN CERTIFICATE-----" />
        </Field>
      ) : null}
      {way === "file" ? (
        <Field label="File" hint="An absolute path; lines are added to it.">
          <Input value={path} onValue={setPath} isMono placeholder="/var/log/sena/record.jsonl" />
        </Field>
      ) : null}
      {way === "http" ? (
        <>
          <Field label="Address">
            <Input value={url} onValue={setUrl} isMono placeholder="https://splunk.example.com:8088/services/collector/event" />
          </Field>
          <Field label="Token" hint="The name of its secret in the vault, not the token itself.">
            <Input value={token} onValue={setToken} isMono placeholder="splunk/hec" />
          </Field>
        </>
      ) : null}
      <div className={styles.pair}>
        <Button type="submit" kind="primary" disabled={fault !== undefined || !isWhole} isBusy={isBusy}>
          Send copies there
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
};
