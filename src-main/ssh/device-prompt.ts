import { failer } from "../contract/failure.ts";
import { capped, DEFAULT_OUTPUT_BYTES, DEFAULT_TIMEOUT_MS } from "./exec.ts";
import { SSH_FAILURES } from "./failures.ts";
import type { ExecOptions, ExecResult, SshShell } from "./port.ts";

// Network devices answer at a prompt: many take no command beside it, or cut its output into pages. So a command is typed at the
// prompt of a session of its own, and what stands between its echo and the next prompt is its output.

const fail = failer(SSH_FAILURES);
/** Until a device has drawn its first prompt; banners come before it. */
const PROMPT_MS = 20_000;
const FIRST_PROMPT = /(?:^|\n)([A-Za-z0-9][\w.@/-]{0,62})(?:\([\w.-]{1,32}\))?[>#] ?$/;
const MORE = /\n?[ \t]*-+ ?More ?-+[ \t]*$/i;
/** What a device asks of a person; nobody answers it here. */
const ASKS = /(?:\[confirm\]|\[(?:yes\/no|no|yes)\]:?|\(y\/n\)\??|[Pp]assword:|\]\?) ?$/;
const REFUSED = /^% ?(?:Invalid|Incomplete|Ambiguous|Unknown|Unrecognized|Bad|Error|Access denied|Authorization failed|Command authorization)/im;
const NO_PAGES = "terminal length 0";

/** Backspaces, carriage returns and escape sequences as a screen would take them, line by line. */
export function plainOf(raw: string): string {
  // eslint-disable-next-line no-control-regex -- these are the bytes a device sends
  const text = raw.replace(/\u001b\[[0-9;?]*[A-Za-z]|\u0007|\u0000/g, "").replace(/\r+\n/g, "\n");
  return text.split("\n").map((line) => {
    if (!/[\b\r]/.test(line)) return line;
    const shown: string[] = [];
    let at = 0;
    for (const char of line) {
      if (char === "\b") at = Math.max(0, at - 1);
      else if (char === "\r") at = 0;
      else shown[at++] = char;
    }
    return Array.from(shown, (char) => char ?? " ").join("");
  }).join("\n");
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Keys a device acts on while the line is typed: help, completion, end of line. The gate never lets them here; nothing is typed that holds one. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const AT_ONCE = /[?\u0000-\u0009\u000b-\u001f]|[^\u0000-\u007e]/;

/** From `hostname core-1` on the prompt is another. In its configuration modes a device may cut a long name short. */
const HOSTNAME = /^\s*hos(?:t(?:n(?:a(?:m(?:e)?)?)?)?)?\s+(\S+)\s*$/i;
const KEPT_OF_A_LONG_NAME = 12;
const promptOf = (names: readonly string[]): RegExp => {
  const each = names.map((name) => `${escaped(name)}(?:\\([\\w.-]{1,32}\\))?|${escaped(name.slice(0, KEPT_OF_A_LONG_NAME))}[\\w.@/-]*\\([\\w.-]{1,32}\\)`);
  return new RegExp(String.raw`(?:^|\n)(?:${each.join("|")})[>#] ?$`);
};

export async function execAtPrompt(open: (signal: AbortSignal) => Promise<SshShell>, hostName: string, options: ExecOptions): Promise<ExecResult> {
  options.signal?.throwIfAborted();
  if (AT_ONCE.test(options.wire)) throw fail("SSH_NOT_TYPED", { host: hostName });
  const from = performance.now();
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const over = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? over : AbortSignal.any([options.signal, over]);
  const shell = await open(signal);
  const stop = (): void => shell.close();
  signal.addEventListener("abort", stop, { once: true });
  const stdout = capped(options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES);
  let exitCode = 0;
  try {
    const session = promptSession(shell);
    await session.begin(AbortSignal.any([signal, AbortSignal.timeout(PROMPT_MS)]));
    await session.command(NO_PAGES);
    options.onOpened?.();
    for (const line of options.wire.split("\n").filter((one) => one.trim() !== "")) {
      const { text, isAsked } = await session.command(line);
      const kept = stdout.add(Buffer.from(text === "" ? "" : `${text}\n`));
      if (kept.byteLength > 0) options.onOutput?.("stdout", kept);
      if (isAsked || REFUSED.test(text)) exitCode = 1;
      if (exitCode !== 0) break; // a device goes on where a shell would too; here nothing follows what it refused
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    if (over.aborted) throw fail("SSH_TIMEOUT", { host: hostName, seconds: Math.round(timeoutMs / 1000) });
    throw error instanceof PromptLost ? fail("SSH_LOST", { host: hostName, why: error.message }) : error;
  } finally {
    signal.removeEventListener("abort", stop);
    shell.close();
  }
  return { stdout: stdout.bytes, stderr: new Uint8Array(), exitCode, signal: null, cut: { stdout: stdout.cut, stderr: 0 }, elapsedMs: Math.round(performance.now() - from) };
}

class PromptLost extends Error {}

function promptSession(shell: SshShell): { begin(signal: AbortSignal): Promise<void>; command(line: string): Promise<{ readonly text: string; readonly isAsked: boolean }> } {
  const reader = shell.output[Symbol.asyncIterator]();
  const decoder = new TextDecoder();
  let raw = "";
  let prompt = FIRST_PROMPT;
  let names: readonly string[] = [];
  const read = async (): Promise<void> => {
    const { value, done } = await reader.next();
    if (done === true) throw new PromptLost("the device closed the session before its prompt came");
    raw += decoder.decode(value, { stream: true });
  };
  const type = (text: string): Promise<void> => shell.write(Buffer.from(text));
  return {
    async begin(signal) {
      const late = (): void => shell.close();
      signal.addEventListener("abort", late, { once: true });
      try {
        let found = prompt.exec(plainOf(raw));
        while (found === null) {
          await read();
          found = prompt.exec(plainOf(raw));
        }
        names = [found[1] ?? ""];
        prompt = promptOf(names);
      } finally {
        signal.removeEventListener("abort", late);
      }
    },
    async command(line) {
      raw = "";
      const renamed = HOSTNAME.exec(line)?.[1];
      if (renamed !== undefined) prompt = promptOf((names = [...names, renamed]));
      await type(`${line}\r`);
      let isAsked = false;
      for (;;) {
        await read();
        const tail = plainOf(raw.slice(-400));
        if (MORE.test(tail)) {
          raw = raw.replace(/[ \t]*-+ ?More ?-+[ \t]*$/i, "");
          await type(" ");
        } else if (prompt.test(tail) && plainOf(raw).trimStart() !== "" && plainOf(raw).includes("\n")) break;
        else if (ASKS.test(tail) && !isAsked) {
          isAsked = true;
          await type("\u0003");
        }
      }
      const lines = plainOf(raw).replace(prompt, "").split("\n");
      // The first line is the echo of what was typed.
      return { text: lines.slice(1).join("\n").replace(/^\n+|\s+$/g, ""), isAsked };
    },
  };
}
