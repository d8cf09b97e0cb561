import type { ServerChannel } from "ssh2";
import type { Bmc } from "./bmc-state.ts";
import { racadm } from "./racadm.ts";

const PROMPT = "racadm>>";

/** The controller's own prompt: a line editor with backspace, Ctrl-C, Ctrl-U and arrow-key history, nothing of a shell. */
export function racadmShell(channel: ServerChannel, bmc: () => Bmc): void {
  const history: string[] = [];
  let line = "";
  let back = 0;
  const put = (text: string): void => void channel.write(text.replaceAll("\n", "\r\n"));
  const redraw = (next: string): void => {
    put(`${"\b \b".repeat(line.length)}${next}`);
    line = next;
  };
  const enter = (): void => {
    put("\n");
    const asked = line.trim();
    line = "";
    back = 0;
    if (asked === "exit" || asked === "quit" || asked === "logout") {
      channel.exit(0);
      channel.end();
      return;
    }
    if (asked !== "") {
      history.push(asked);
      put(racadm(asked, bmc()).out);
    }
    put(PROMPT);
  };
  put(PROMPT);
  channel.on("data", (bytes: Buffer) => {
    for (const key of bytes.toString("utf8").match(/\u001b\[[A-D]|[^]/g) ?? []) {
      if (channel.writableEnded) return;
      if (key === "\r" || key === "\n") enter();
      else if (key === "\u007f" || key === "\b") line.length > 0 && (put("\b \b"), (line = line.slice(0, -1)));
      else if (key === "\u0003") (put("^C\n"), (line = ""), put(PROMPT));
      else if (key === "\u0004" && line === "") (put("\n"), channel.exit(0), channel.end());
      else if (key === "\u0015") redraw("");
      else if (key === "\u001b[A" || key === "\u001b[B") {
        back = Math.min(history.length, Math.max(0, back + (key === "\u001b[A" ? 1 : -1)));
        redraw(back === 0 ? "" : (history[history.length - back] ?? ""));
      } else if (key >= " " && !key.startsWith("\u001b")) (put(key), (line += key));
    }
  });
}
