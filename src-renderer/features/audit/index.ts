import { lazy } from "react";
import type { Screen } from "../../app/screen.ts";

export const screen: Screen = {
  id: "audit",
  title: "Audit",
  icon: "audit",
  path: "audit",
  element: lazy(() => import("./screen.tsx").then((module) => ({ default: module.AuditScreen }))),
  commands: [
    { id: "audit.verify", title: "Verify the record now", icon: "check", words: ["check", "hash", "tamper"], run: ({ navigate }) => navigate("/audit?open=verify") },
    { id: "audit.export", title: "Export an evidence bundle", icon: "download", words: ["bundle", "auditor", "zip"], run: ({ navigate }) => navigate("/audit?open=export") },
    { id: "audit.head", title: "Show the head of the record", icon: "anchor", words: ["witness", "checkpoint", "qr", "anchor"], run: ({ navigate }) => navigate("/audit?open=head") },
    { id: "audit.keep", title: "Keeping of the record: copies, retention, erasure, keys", icon: "settings", words: ["siem", "syslog", "splunk", "forward", "retention", "erase", "gdpr", "rotate"], run: ({ navigate }) => navigate("/audit?open=keep") },
  ],
};
