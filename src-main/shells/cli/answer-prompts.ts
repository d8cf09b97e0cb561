import { createInterface } from "node:readline/promises";
import type { Client, Prompt, SenaContract } from "../../contract/index.ts";
import type { Io } from "./io.ts";
import { plainLine as plain } from "./plain.ts";

/**
 * While a command connects, the person at this terminal can answer what servers ask. Without a terminal nobody can, and
 * the core says so at once. What is answered at a screen meanwhile is asked no longer. Ends when `signal` aborts.
 */
export async function answerPrompts(core: Client<SenaContract>, { stdin, stderr }: Io, signal: AbortSignal, isOurs: (prompt: Prompt) => boolean = () => true): Promise<void> {
  if ((stdin as { isTTY?: boolean }).isTTY !== true) return;
  const open = new Map<string, AbortController>();
  // One question at a time: there is one keyboard.
  let before = Promise.resolve();
  const answer = async (prompt: Prompt, gone: AbortSignal): Promise<void> => {
    if (gone.aborted) return;
    try {
      const values = await ask(prompt, { stdin, stderr }, AbortSignal.any([signal, gone]));
      await core.prompts.answer({ id: prompt.id, ...(values && { values }) });
    } catch (error) {
      if (signal.aborted) return;
      if (gone.aborted) return void stderr.write("\nsena: that was answered elsewhere.\n");
      await core.prompts.answer({ id: prompt.id }).catch(() => undefined);
      throw error;
    }
  };
  try {
    for await (const { prompts } of core.prompts.pending({}, { signal })) {
      for (const [id, controller] of open) if (!prompts.some((prompt) => prompt.id === id)) controller.abort();
      for (const prompt of prompts) {
        if (open.has(prompt.id) || !isOurs(prompt)) continue;
        const gone = new AbortController();
        open.set(prompt.id, gone);
        before = before.then(() => answer(prompt, gone.signal)).catch(() => undefined);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function ask(prompt: Prompt, io: Pick<Io, "stdin" | "stderr">, signal: AbortSignal): Promise<string[] | undefined> {
  const { stderr } = io;
  switch (prompt.kind) {
    case "host-key": {
      stderr.write(`\n${plain(prompt.host)} (${prompt.environment}) shows a host key that is not known yet.\n${prompt.keyType} ${prompt.fingerprint}\n${prompt.randomart}\n${prompt.otherTypes.map((key) => `already known: ${key}\n`).join("")}Compare it with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub there).\n`);
      const answer = await line(io, "Trust it? Type yes, or the fingerprint: ", true, signal);
      return answer === "yes" || answer === prompt.fingerprint ? [prompt.fingerprint] : undefined;
    }
    case "secret":
      return [await line(io, `${prompt.what} for ${plain(prompt.detail)}: `, false, signal)];
    case "interactive": {
      stderr.write(`${plain(prompt.host)} asks${prompt.isAgain === true ? " again: that was not it" : ""}. ${[prompt.title, prompt.instructions].filter(Boolean).map(plain).join(" ")}\n`);
      const values: string[] = [];
      for (const { label, isShown } of prompt.fields) values.push(await line(io, plain(label), isShown, signal));
      return values;
    }
    default:
      return prompt satisfies never;
  }
}

async function line({ stdin, stderr }: Pick<Io, "stdin" | "stderr">, label: string, isShown: boolean, signal: AbortSignal): Promise<string> {
  if (!isShown) {
    stderr.write(label);
    return hidden(stdin as typeof process.stdin, stderr, signal);
  }
  const reader = createInterface({ input: stdin, output: stderr, terminal: true });
  // Ctrl+C and Ctrl+D close it, and a closed one never answers.
  const stopped = new Promise<never>((_resolve, reject) => reader.once("close", () => reject(new Error("stopped"))));
  try {
    return (await Promise.race([reader.question(label, { signal }), stopped])).trim();
  } finally {
    stopped.catch(() => undefined);
    reader.close();
  }
}

function hidden(stdin: typeof process.stdin, stderr: Io["stderr"], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = "";
    stdin.setRawMode?.(true);
    const end = (give: () => void): void => {
      stdin.off("data", take);
      signal.removeEventListener("abort", stop);
      stdin.setRawMode?.(false);
      stdin.pause();
      stderr.write("\n");
      give();
    };
    const stop = (): void => end(() => reject(signal.reason as Error));
    const take = (bytes: Buffer): void => {
      for (const key of bytes.toString("utf8")) {
        if (key === "\r" || key === "\n") return end(() => resolve(typed));
        if (key === "\u0003" || key === "\u0004") return end(() => reject(new Error("stopped")));
        typed = key === "\u007f" || key === "\b" ? typed.slice(0, -1) : key >= " " ? typed + key : typed;
      }
    };
    signal.addEventListener("abort", stop, { once: true });
    stdin.on("data", take).resume();
  });
}
