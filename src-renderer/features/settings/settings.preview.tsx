import type { Preview } from "../../lib/preview.ts";
import { AboutFacts } from "./about-section.tsx";
import { AppearanceForm } from "./appearance-section.tsx";
import { LockForm } from "./lock-section.tsx";
import type { CentralLinkView } from "../../../src-main/contract/index.ts";
import { CentralView } from "./central-section.tsx";
import { NetworkForm } from "./network-section.tsx";
import { PassphraseForm } from "./passphrase-form.tsx";
import { TerminalForm } from "./terminal-section.tsx";

const nothing = () => {};

const ACTS = { onEnrol: async () => {}, onTrust: async () => {}, onLeave: async () => {} };
const NO_LINK: CentralLinkView = { state: "none", say: "", orgName: "", address: "", kept: 0, lag: 0, heardAt: 0, edition: { n: 0, say: "" }, questions: [], approvers: [] };
const LINKED: CentralLinkView = {
  ...NO_LINK, state: "linked", orgName: "Harbour Lab", address: "central.harbour.example:8443", kept: 1204, lag: 312, heardAt: 1_763_700_090_000,
  approvers: [
    { userId: "u1", name: "Grace", publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleExam Grace", isRetired: false, isTrusted: true },
    { userId: "u2", name: "Nils", publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOtherOtherOtherOtherOtherOtherOtherOtherOther Nils", isRetired: false, isTrusted: false },
  ],
};

export const previews: readonly Preview[] = [
  { name: "Appearance", draw: () => <AppearanceForm settings={{ theme: "dark", textSize: "normal", reducedMotion: false }} onChange={nothing} /> },
  { name: "Terminal", draw: () => <TerminalForm settings={{ terminalFontSize: 13, terminalScrollback: 10_000 }} onChange={nothing} /> },
  { name: "Lock", draw: () => <LockForm settings={{ idleLockMinutes: 15 }} canLock onChange={nothing} /> },
  { name: "Lock: no passphrase", draw: () => <LockForm settings={{ idleLockMinutes: 15 }} canLock={false} onChange={nothing} /> },
  { name: "Passphrase: first", draw: () => <PassphraseForm hasOne={false} onSet={() => Promise.resolve()} /> },
  { name: "Passphrase: another", draw: () => <PassphraseForm hasOne onSet={() => Promise.reject(new Error("That is not your passphrase. Nothing was changed."))} /> },
  { name: "Lock: never", draw: () => <LockForm settings={{ idleLockMinutes: 0 }} canLock onChange={nothing} /> },
  { name: "Central: none", draw: () => <CentralView view={NO_LINK} mayChange isSealed={false} now={1_763_700_100_000} acts={ACTS} /> },
  { name: "Central: none, sealed", draw: () => <CentralView view={NO_LINK} mayChange isSealed now={1_763_700_100_000} acts={ACTS} /> },
  { name: "Central: linked", draw: () => <CentralView view={LINKED} mayChange isSealed={false} now={1_763_700_100_000} acts={ACTS} /> },
  { name: "Central: fork alarm", draw: () => <CentralView view={{ ...LINKED, state: "alarm", say: "The central server has 900 entries of this record and confirmed 1204 before: it was put back to an older state. Both signed heads are kept." }} mayChange={false} isSealed={false} now={1_763_700_100_000} acts={ACTS} /> },
  { name: "Network: sealed", draw: () => <NetworkForm settings={{ network: "sealed" }} mode="sealed" onChange={nothing} /> },
  { name: "Network: central decides", draw: () => <NetworkForm settings={{ network: "lan" }} mode="central" onChange={nothing} /> },
  {
    name: "About",
    draw: () => (
      <AboutFacts
        status={{
          version: "0.1.0",
          startedAt: 1_763_700_000_000,
          principal: { id: "op_1", name: "Mara Lind", permissions: ["public", "view", "operate"], locked: false },
          recorder: { state: "ok", events: 1204, head: "9f3c1a77d0e24b6f9f3c1a77d0e24b6f9f3c1a77d0e24b6f9f3c1a77d0e24b6f", say: "" },
        }}
      />
    ),
  },
];
