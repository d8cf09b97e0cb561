import type { SkillView } from "../../../src-main/contract/index.ts";
import type { Preview } from "../../lib/preview.ts";
import { DiffView } from "./diff-dialog.tsx";
import { Problems } from "./editor.tsx";
import { InputForm } from "./input-form.tsx";
import { PackCard } from "./packs-pane.tsx";
import { PlanView } from "./plan-view.tsx";
import { SkillList } from "./skill-list.tsx";
import { SkillHead } from "./skill-view.tsx";
import { ReadTable } from "./try-it.tsx";

const nothing = () => {};
const restart: SkillView = {
  id: "linux-core.restart-service", version: "1.0.0", signer: "SENA", title: "Restart a service", pack: "linux-core", topic: "services", summary: "Restarts a service and checks that it runs afterwards.", kind: "change", effect: "service-impact", trust: "built-in", isFavourite: true,
  inputs: [{ name: "service", title: "Service", type: "service", isRequired: true, choices: [], hint: "" }, { name: "lines", title: "Lines", type: "integer", isRequired: false, default: "100", choices: [], hint: "" }, { name: "state", title: "State", type: "enum", isRequired: false, default: "running", choices: ["running", "failed"], hint: "" }],
  targets: { os: ["linux"], tags: [] }, examples: ["bounce nginx on web-01"],
};
const disk: SkillView = { ...restart, id: "linux-core.disk-usage", title: "How full the disks are", topic: "disk", kind: "look", effect: "read", isFavourite: false };

export const previews: Preview[] = [
  { name: "Runbooks / list", height: 320, draw: () => <SkillList skills={[restart, disk]} search="" onSearch={nothing} kinds="all" onKinds={nothing} selectedId={disk.id} onSelect={nothing} /> },
  { name: "Runbooks / head", draw: () => <SkillHead skill={restart} onFavourite={nothing} /> },
  { name: "Runbooks / form", draw: () => <InputForm inputs={restart.inputs} values={{ service: "nginx" }} onValue={nothing} /> },
  {
    name: "Runbooks / plan",
    draw: () => (
      <PlanView
        isTree={false}
        steps={[
          { id: "before", title: "State before", script: "systemctl is-active nginx", effect: "read", role: "capture", checksAfter: [] },
          { id: "act", title: "Restart nginx", script: "systemctl restart nginx", effect: "service-impact", role: "act", checksAfter: ["systemctl is-active nginx"], undo: "systemctl stop nginx" },
        ]}
      />
    ),
  },
  {
    name: "Runbooks / a pack with errors",
    draw: () => <PackCard pack={{ id: "demo", version: "1.1.0", title: "Demo", summary: "For the gallery.", origin: "installed", trust: "tampered", signer: "", isActive: false, place: "demo/1.1.0", skills: 2, problems: [{ severity: "error", file: "pack.sig", line: 1, where: "", message: "its files are not those that were signed" }] }} active={undefined} onEdit={nothing} onDiff={nothing} onUse={nothing} onRemove={nothing} />,
  },
  { name: "Runbooks / a diff", draw: () => <DiffView file="runbooks.yaml" lines={[{ kind: "same", text: "steps:" }, { kind: "removed", text: "  run: [uptime]" }, { kind: "added", text: "  run: [cat, /proc/loadavg]" }]} /> },
  { name: "Runbooks / problems", draw: () => <Problems checked={{ skills: [], parsers: [], problems: [{ severity: "error", file: "runbooks.yaml", line: 12, where: "mount-table", message: '"look" declares "read", but "systemctl restart nginx" is "service-impact"' }] }} onGo={nothing} /> },
  { name: "Runbooks / rows read", draw: () => <ReadTable read={{ columns: [{ key: "mount", title: "Mounted on", kind: "text" }, { key: "use", title: "Used", kind: "percent" }], rows: [{ cells: ["/", 96], fromLine: 2, toLine: 2 }, { cells: ["/var", null], fromLine: 3, toLine: 3 }] }} /> },
];
