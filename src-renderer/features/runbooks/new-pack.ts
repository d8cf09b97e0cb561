import { newPack } from "../../../src-main/contract/new-pack.ts";

/** What the editor opens with. */
export const NEW_PACK = newPack({ id: "our-runbooks", title: "Our runbooks", author: "" });

/** The next version after a pack's own, so that what is published is never in the way of what is in use. */
export const nextVersion = (files: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  ...files,
  "pack.yaml": (files["pack.yaml"] ?? "").replace(/^version:\s*(\d+)\.(\d+)\.(\d+)\s*$/m, (_all, major: string, minor: string, patch: string) => `version: ${major}.${minor}.${Number(patch) + 1}`),
});
