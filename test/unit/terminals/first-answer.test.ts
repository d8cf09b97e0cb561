import { describe, expect, it } from "vitest";
import { createFirstAnswer } from "../../../src-main/terminals/first-answer.ts";

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
type Act = readonly ["shown" | "typed", string, /** Milliseconds since the act before. */ number?];
function after(...acts: readonly Act[]): boolean {
  let at = 0;
  const answer = createFirstAnswer(() => at);
  for (const [act, text, waited = 1000] of acts) {
    at += waited;
    answer[act](bytes(text));
  }
  return answer.isThere;
}
const LAST = "Last login: Sun Nov 22 17:03:11 2026 from 192.0.2.7\r\n";

describe("a shell's first answer", () => {
  it("is none while nothing came, and while only what comes before the shell did", () => {
    expect(after()).toBe(false);
    expect(after(["shown", LAST])).toBe(false);
    expect(after(["shown", "\r\nWelcome to Deb"], ["shown", "ian 13\r\n", 5], ["shown", LAST])).toBe(false);
    expect(after(["shown", "\u001b]0;web-01\u0007\u001b[?2004h"])).toBe(false);
    expect(after(["shown", "\u001b[1"])).toBe(false);
  });

  it("is a prompt, with colours and a title and after whatever greeting", () => {
    expect(after(["shown", "$ "])).toBe(true);
    expect(after(["shown", LAST], ["shown", "\u001b]0;ops@web-01: ~\u0007\u001b[01;32mops@web-01\u001b[00m:\u001b[01;34m~\u001b[00m$ "])).toBe(true);
    expect(after(["shown", "\r\nPassword expired. Current password: "])).toBe(true);
  });

  it("is not the echo of what was typed ahead, nor of the key that interrupts", () => {
    expect(after(["shown", LAST], ["typed", "up"], ["shown", "up"])).toBe(false);
    expect(after(["typed", "uptime\r"], ["shown", "uptime\r\n"])).toBe(false);
    expect(after(["typed", "\u0003"], ["shown", "^C"])).toBe(false);
    expect(after(["typed", "uptime\r"], ["shown", "uptime\r\n"], ["shown", "ops@web-01:~$ "])).toBe(true);
  });

  it("is there for good once a prompt stood, once somebody typed at one, and once something was answered", () => {
    expect(after(["shown", "$ "], ["shown", "\r\n"])).toBe(true);
    expect(after(["shown", "$ "], ["typed", "sleep 90\r", 5], ["shown", "sleep 90\r\n", 5])).toBe(true);
    expect(after(["typed", "uptime\r"], ["shown", "uptime\r\n 17:03 up 9 days\r\n"])).toBe(true);
    expect(after(["shown", "line\r\n".repeat(2000)])).toBe(true);
  });
});
