import type { ServerChannel } from "ssh2";
import { ios, promptOf, reload, type IosMode } from "./ios.ts";
import type { Switch } from "./switch-state.ts";

const MORE = " --More-- ";
const WIPE = "\b".repeat(MORE.length);

/** The switch's own prompt: exec mode first, `enable` with a password, a page at a time until `terminal length 0`. */
export function iosShell(channel: ServerChannel, device: () => Switch, rows: number, password: string): void {
  const mode: IosMode = { level: 1, config: "", at: "" };
  let page = Math.max(5, rows) - 1;
  let line = "";
  let rest: string[] = [];
  let asks: "password" | "confirm" | undefined;
  const put = (text: string): void => void (channel.writableEnded || channel.write(text.replaceAll("\n", "\r\n")));
  const prompt = (): void => put(promptOf(device(), mode));
  const more = (count: number): void => {
    put(rest.slice(0, count).map((one) => `${one}\n`).join(""));
    rest = rest.slice(count);
    if (rest.length > 0) put(MORE);
    else prompt();
  };
  const leave = (): void => (channel.exit(0), channel.end(), undefined);
  const answer = (text: string): void => {
    if (asks === "password") {
      asks = undefined;
      if (text === password) mode.level = 15;
      else put("% Access denied\n");
      return put("\n"), prompt();
    }
    asks = undefined;
    put("\n");
    if (!/^(?:y|yes)?$/i.test(text.trim())) return prompt();
    reload(device());
    return leave();
  };
  const enter = (): void => {
    const typed = line;
    line = "";
    if (asks !== undefined) return answer(typed);
    put("\n");
    const length = /^\s*term(?:inal)?\s+len(?:gth)?\s+(\d+)\s*$/i.exec(typed)?.[1];
    if (length !== undefined) page = Number(length) === 0 ? Infinity : Math.max(4, Number(length) - 1);
    const told = ios(typed, device(), mode);
    if (told.ends === true) return leave();
    asks = told.asks;
    if (asks !== undefined) return put(asks === "password" ? "Password: " : "Proceed with reload? [confirm]");
    rest = told.out === "" ? [] : told.out.replace(/\n$/, "").split("\n");
    return more(page);
  };
  const key = (typed: string): void => {
    if (rest.length > 0) {
      put(`${WIPE}${" ".repeat(MORE.length)}${WIPE}`);
      if (typed === "\r" || typed === "\n") return more(1);
      if (typed === " ") return more(page);
      rest = [];
      return prompt();
    }
    if (typed === "\r" || typed === "\n") return enter();
    if (typed === "\u001a" && mode.config !== "") return (line = "end"), put("^Z"), enter();
    if (typed === "\u0003") return (line = ""), (asks = undefined), put("\n"), prompt();
    if (typed === "\u0004" && line === "") return leave();
    if (typed === "\u007f" || typed === "\b") {
      if (line !== "" && asks !== "password") put("\b \b");
      line = line.slice(0, -1);
    } else if (typed >= " ") {
      line += typed;
      if (asks !== "password") put(typed);
    }
    return undefined;
  };
  put("\n");
  prompt();
  channel.on("data", (bytes: Buffer) => {
    for (const typed of bytes.toString("utf8").match(/\u001b\[[A-D]|\r\n|[^]/g) ?? []) if (!channel.writableEnded && !typed.startsWith("\u001b")) key(typed === "\r\n" ? "\r" : typed);
  });
}
