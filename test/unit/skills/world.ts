import { utf8 } from "../../../src-main/kernel/index.ts";
import { bookOf } from "../../../src-main/skills/lint.ts";
import { compileSkill } from "../../../src-main/skills/compile-skill.ts";
import { loadPack, type PackFiles } from "../../../src-main/skills/load.ts";
import type { SkillResult } from "../../../src-main/skills/port.ts";

export const HOST = { id: "web-01", name: "web-01", os: "linux", tags: [], environment: "prod" } as const;
export const HEAD = "sena: 1\nid: demo\nversion: 1.0.0\ntitle: Demo\nsummary: For tests.\n";
export const ASK = `    ask:\n      say: ["{show} [the] demo (a|b|c|d|e) [on <host>]"]\n      not: [one, two things, three things]\n`;
export const skill = (rest: string): string => `  - id: thing\n    title: A thing\n    summary: Shows a thing.\n    topic: tests\n${ASK}${rest}`;
export const filesOf = (parts: Readonly<Record<string, string>>): PackFiles => new Map(Object.entries(parts).map(([name, text]) => [name, utf8(text)]));
export const packOf = (part: string, head = HEAD): PackFiles => filesOf({ "pack.yaml": head, "part.yaml": part });

export function compiled(part: string, inputs: Readonly<Record<string, string>> = {}, id = "demo.thing") {
  const { pack, problems } = loadPack(packOf(part));
  if (pack === undefined) throw new Error(JSON.stringify(problems));
  const book = bookOf(pack, () => undefined);
  const found = book.skill(id);
  if (found === undefined) throw new Error(`no ${id}`);
  return compileSkill(found, inputs, HOST, book);
}

export const done = (key: string, stdout: string, exitCode = 0, stderr = ""): SkillResult => ({ key, state: exitCode === 0 ? "done" : "failed", stdout, stderr, exitCode });
