import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnyAuthMethod, AuthenticationType } from "ssh2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failer } from "../../../src-main/contract/failure.ts";
import type { CredentialRef } from "../../../src-main/inventory/index.ts";
import { freshKey, SSH_FAILURES } from "../../../src-main/ssh/index.ts";
import type { Question } from "../../../src-main/ssh/prompts.ts";
import { signIn } from "../../../src-main/ssh/sign-in.ts";
import { fakeHost } from "../../fakes/hosts.ts";

const fail = failer(SSH_FAILURES);
const never = new AbortController().signal;

describe("signing in", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "sena-sign-in-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A sign-in, step by step: what the server still takes goes in, what is offered to it comes out. */
  function attempt(credential: CredentialRef, { isSomebodyThere = true }: { isSomebodyThere?: boolean } = {}) {
    const asked: Question[] = [];
    const prompter = {
      ask: async (question: { host: string } & Question) => {
        asked.push(question);
        if (!isSomebodyThere) throw fail("SSH_NOBODY_TO_ASK", { host: question.host, what: "an answer (Password)" });
        return { values: ["nope"], actor: { kind: "operator", id: "u1", name: "ada" } as const };
      },
    };
    const auth = signIn(fakeHost({ id: "h1", name: "web-01", credential }), { prompter, vault: { reveal: async () => "" }, agentSocket: () => undefined, certifier: {} as never, now: () => 0, userHome: folder }, never, (work) => work);
    const step = (left: readonly AuthenticationType[] | null, isPartial = false) => new Promise<AnyAuthMethod | false>((give) => auth.handler(left as AuthenticationType[], isPartial, give as never));
    /** The server asks back within the method. */
    const interview = (method: AnyAuthMethod | false) => new Promise<readonly string[]>((finish) => (method as Extract<AnyAuthMethod, { type: "keyboard-interactive" }>).prompt("", "", "", [{ prompt: "Password: ", echo: false }], finish as never));
    return { auth, asked, step, interview };
  }
  const keyFile = (name: string, mode = 0o600): CredentialRef => {
    const path = join(folder, name);
    writeFileSync(path, freshKey().private);
    chmodSync(path, mode);
    return { kind: "key-file", path };
  };

  it("says of a second question that the answer before was not it, and asks three times at most", async () => {
    const { step, interview, asked } = attempt({ kind: "ask" });
    await step(null);
    for (let i = 0; i < 3; i += 1) await interview(await step(["keyboard-interactive"]));
    expect(asked.map((question) => question.kind === "interactive" && question.isAgain === true)).toEqual([false, true, true]);
    expect(await step(["keyboard-interactive"])).toBe(false);
  });
  it("takes the question behind a first factor for a new one", async () => {
    const { step, interview, asked } = attempt(keyFile("key"));
    await step(null);
    expect(await step(["publickey"])).toMatchObject({ type: "publickey" });
    await interview(await step(["keyboard-interactive"], true));
    expect(asked).toMatchObject([{ kind: "interactive" }]);
    expect(asked[0]).not.toHaveProperty("isAgain");
  });
  it("says that the key was refused where the host asks on and nobody is there", async () => {
    const { auth, step, interview } = attempt(keyFile("key"), { isSomebodyThere: false });
    await step(null);
    await step(["publickey", "keyboard-interactive"]);
    await interview(await step(["keyboard-interactive"]));
    expect(auth.trouble?.message).toBe("web-01 refused a key and asks for an answer (Password), and no one is at a screen to answer. Nothing was run. Open SENA, or say it in a terminal, and connect once; or give the host a key it knows.");
  });
  it("blames nothing where nothing was tried before", async () => {
    const { auth, step, interview } = attempt({ kind: "ask" }, { isSomebodyThere: false });
    await step(null);
    await interview(await step(["keyboard-interactive"]));
    expect(auth.trouble?.message).toMatch(/^web-01 asks for an answer \(Password\), and no one/);
  });
  it.skipIf(process.platform === "win32")("does not use a key that others can read, and says how to mend it", async () => {
    for (const mode of [0o644, 0o640, 0o604]) {
      const { auth, step } = attempt(keyFile(`key-${mode}`, mode));
      await step(null);
      expect(await step(["publickey"])).toBe(false);
      expect(auth.trouble).toMatchObject({ code: "SSH_KEY_UNREADABLE", message: expect.stringMatching(/\(mode 06\d\d\)\. Make it yours alone: chmod 600\. Nothing was run\. Mend that, or choose/) as string });
    }
    for (const mode of [0o600, 0o400]) expect(await ((of) => of.step(null).then(() => of.step(["publickey"])))(attempt(keyFile(`key-${mode}`, mode)))).toMatchObject({ type: "publickey" });
  });
  it("says of what is no key file what it is instead", async () => {
    mkdirSync(join(folder, "folder"), { mode: 0o700 });
    writeFileSync(join(folder, "text"), "not a key", { mode: 0o600 });
    for (const [name, why] of [["folder", "it is a folder"], ["missing", "there is no such file"], ["text", "what is in it is no private key that SENA reads"]] as const) {
      const { auth, step } = attempt({ kind: "key-file", path: join(folder, name) });
      await step(null);
      expect(await step(["publickey"])).toBe(false);
      expect(auth.trouble?.message).toContain(why);
    }
  });
});
