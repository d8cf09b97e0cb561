import type { Preview } from "../../lib/preview.ts";
import { AboutFacts } from "./about-section.tsx";
import { AppearanceForm } from "./appearance-section.tsx";
import { LockForm } from "./lock-section.tsx";
import { NetworkForm } from "./network-section.tsx";
import { PassphraseForm } from "./passphrase-form.tsx";
import { TerminalForm } from "./terminal-section.tsx";

const nothing = () => {};

export const previews: readonly Preview[] = [
  { name: "Appearance", draw: () => <AppearanceForm settings={{ theme: "dark", textSize: "normal", reducedMotion: false }} onChange={nothing} /> },
  { name: "Terminal", draw: () => <TerminalForm settings={{ terminalFontSize: 13, terminalScrollback: 10_000 }} onChange={nothing} /> },
  { name: "Lock", draw: () => <LockForm settings={{ idleLockMinutes: 15 }} canLock onChange={nothing} /> },
  { name: "Lock: no passphrase", draw: () => <LockForm settings={{ idleLockMinutes: 15 }} canLock={false} onChange={nothing} /> },
  { name: "Passphrase: first", draw: () => <PassphraseForm hasOne={false} onSet={() => Promise.resolve()} /> },
  { name: "Passphrase: another", draw: () => <PassphraseForm hasOne onSet={() => Promise.reject(new Error("That is not your passphrase. Nothing was changed."))} /> },
  { name: "Lock: never", draw: () => <LockForm settings={{ idleLockMinutes: 0 }} canLock onChange={nothing} /> },
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
