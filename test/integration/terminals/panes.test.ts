import { existsSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { PIPE_WINDOW_BYTES } from "../../../src-main/contract/link/index.ts";
import { Failure, type Actor } from "../../../src-main/contract/index.ts";
import { idMaker } from "../../../src-main/kernel/index.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { createTerminals, type Terminals } from "../../../src-main/terminals/index.ts";
import { pipePair } from "../../fakes/byte-pipe.ts";
import { fakeLedger } from "../../fakes/ledger.ts";
import { fakeHost, localShells, type LocalShells } from "../../fakes/local-shell.ts";

const actor: Actor = { kind: "operator", id: "op", name: "Ada" };
const HAS_BASH = existsSync("/bin/bash");
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function desk(options: { ssh?: LocalShells; keepShell?: boolean; store?: ReturnType<typeof openStore> } = {}) {
  const ssh = options.ssh ?? localShells();
  const ledger = fakeLedger();
  const store = options.store ?? openStore({ path: ":memory:" });
  const hosts = [...["web-01", "db-01"].map((id) => fakeHost(id, { keepShell: options.keepShell ?? false })), fakeHost("shop-01", { environment: "prod" })];
  let acts: Actor | undefined = actor;
  const gated = new Set<string>();
  const find = (name: string) => hosts.find(({ id }) => id === name);
  const make = (): Terminals =>
    createTerminals({
      ssh, recordings: ledger.recordings, inventory: { get: find, find }, store, now: Date.now, newId: idMaker(Date.now, (into) => crypto.getRandomValues(into as Uint8Array<ArrayBuffer>)), random: () => 0.5,
      sleep: (_ms, signal) => new Promise((go) => { const timer = setTimeout(go, 30); signal.addEventListener("abort", () => (clearTimeout(timer), go()), { once: true }); }),
      acting: () => acts, isPasteGated: (environment) => gated.has(environment), scrollback: () => 1000,
    });
  const terminals = make();
  ends.push(() => ssh[Symbol.dispose](), () => terminals[Symbol.asyncDispose]());
  return { ssh, ledger, store, terminals, make, lock: () => (acts = undefined), unlock: (as: Actor) => (acts = as), gated };
}

/** A screen: collects what it is shown; `isSlow` takes bytes and never says that they are drawn. */
function look(terminals: Terminals, paneId: string, isSlow = false) {
  const { near, far } = pipePair();
  let text = "";
  let bytes = 0;
  far.onChunk((chunk, done) => {
    bytes += chunk.byteLength;
    if (isSlow) return;
    text += Buffer.from(chunk).toString("utf8");
    done();
  });
  const ended = terminals.attach(paneId, near, 80, 24);
  ended.catch(() => {});
  return { type: (keys: string) => far.write(new Uint8Array(Buffer.from(keys))), get text() { return text; }, get bytes() { return bytes; }, leave: () => far.close(), ended };
}
const until = async (what: string, is: () => boolean | Promise<boolean>, ms = 8000) => {
  const end = Date.now() + ms;
  while (!(await is())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((go) => setTimeout(go, 10));
  }
};
const stateOf = (terminals: Terminals, id: string) => terminals.list().find((pane) => pane.id === id)!;

describe.skipIf(!HAS_BASH)("panes over a real shell", () => {
  it("shows a shell, takes keys, and records both ways from the first byte", async () => {
    const { terminals, ledger } = desk();
    const pane = terminals.open("web-01", { cols: 80, rows: 24 }, actor);
    const screen = look(terminals, pane.id);
    await until("the shell is open", () => stateOf(terminals, pane.id).state.is === "open");
    await screen.type("echo $((40+2))\r");
    await until("the answer is drawn", () => screen.text.includes("42"));
    const cast = ledger.casts[0]!;
    expect(cast.events.filter(({ code }) => code === "i").map(({ data }) => data).join("")).toBe("echo $((40+2))\r");
    expect(cast.events.filter(({ code }) => code === "o").map(({ data }) => data).join("")).toContain("42");
    expect(stateOf(terminals, pane.id)).toMatchObject({ isRecorded: true, readOnly: "" });
    await terminals.close(pane.id, actor);
    expect(ledger.of("session-close")[0]?.fields["reason"]).toBe("closed by Ada");
  });

  it("tells a shell that has not answered from one that has, past a greeting and what is typed ahead", async () => {
    const ssh = localShells({ args: ["-c", "echo 'Last login: yesterday'; read -r typed; printf 'web-01$ '; sleep 60"] });
    const { terminals } = desk({ ssh });
    const pane = terminals.open("web-01", { cols: 80, rows: 24 }, actor);
    const screen = look(terminals, pane.id);
    await until("the greeting is there", () => screen.text.includes("yesterday"));
    expect(stateOf(terminals, pane.id).state).toMatchObject({ is: "open", answers: false });
    await screen.type("uptime");
    await until("it is echoed", () => screen.text.includes("uptime"));
    expect(stateOf(terminals, pane.id).state).toMatchObject({ is: "open", answers: false });
    await screen.type("\r");
    await until("the prompt is there", () => screen.text.includes("web-01$"));
    expect(stateOf(terminals, pane.id).state).toMatchObject({ is: "open", answers: true });
  });

  it("stops the remote program while the screen is slow, and loses nothing when it goes on", async () => {
    const total = 3_000_000;
    const ssh = localShells({ args: ["-c", `head -c ${total} /dev/zero | tr '\\0' a; sleep 60`] });
    const { terminals, ledger } = desk({ ssh });
    const pane = terminals.open("web-01", { cols: 80, rows: 24 }, actor);
    const slow = look(terminals, pane.id, true);
    await until("its window is full", () => slow.bytes >= 200_000);
    let before = -1;
    const recorded = () => ledger.casts[0]!.events.filter(({ code }) => code === "o").reduce((sum, { data }) => sum + data.length, 0);
    await until("nothing moves any more", () => {
      const now = recorded();
      const isStill = now === before;
      before = now;
      return isStill && now > 0;
    });
    expect(slow.bytes).toBeLessThanOrEqual(PIPE_WINDOW_BYTES);
    expect(recorded()).toBeLessThan(1024 * 1024);
    expect(terminals.pane(pane.id).most.pending).toBeLessThanOrEqual(128 * 1024);
    slow.leave();
    await until("all of it passed", () => recorded() === total);
  });

  it("consumes at its own speed when nobody looks, and shows a late screen the same picture", async () => {
    const ssh = localShells({ args: ["-c", "seq 1 5000; sleep 60"] });
    const { terminals } = desk({ ssh });
    const pane = terminals.open("web-01", { cols: 80, rows: 24 }, actor);
    await until("all is drawn", async () => (await terminals.pane(pane.id).screen.text(2)).lines.includes("5000"));
    const screen = look(terminals, pane.id);
    await until("the late screen has it", () => screen.text.includes("5000") && screen.text.includes("4100\r\n"));
    expect((await terminals.search("4999", 10)).hits).toEqual([{ paneId: pane.id, line: expect.any(Number) as number, text: "4999" }]);
  });

  it("refuses keys when the recorder fails, says why, and takes them again once a new recording stands", async () => {
    const { terminals, ledger } = desk();
    const pane = terminals.open("web-01", { cols: 80, rows: 24 }, actor);
    const screen = look(terminals, pane.id);
    await until("the shell is open", () => screen.text.includes("$"));
    ledger.breakWith(new Failure("LEDGER_FULL", "The disk is full."));
    await screen.type("touch /tmp/must-not\r");
    await until("the pane is read-only", () => stateOf(terminals, pane.id).readOnly !== "");
    expect(stateOf(terminals, pane.id)).toMatchObject({ isRecorded: false, readOnly: expect.stringContaining("recorder") as string });
    expect(screen.text).not.toContain("must-not");
    await expect(terminals.pane(pane.id).paste("ls", true)).rejects.toMatchObject({ code: "PANE_READ_ONLY" });
    ledger.mend();
    await terminals.pane(pane.id).recordAgain();
    await screen.type("echo ag''ain\r");
    await until("keys pass again", () => /[\r\n]again/.test(screen.text));
    expect(ledger.casts.at(-1)!.events[0]).toMatchObject({ code: "gap" });
  });

  it("opens no shell at all when nothing can be recorded", async () => {
    const { terminals, ledger, ssh } = desk();
    ledger.breakWith(new Failure("LEDGER_FULL", "The disk is full."));
    const pane = terminals.open("web-01", { cols: 80, rows: 24 }, actor);
    await until("it says so", () => stateOf(terminals, pane.id).state.is === "lost");
    expect(ssh.opened).toBe(0);
    expect(stateOf(terminals, pane.id).state).toMatchObject({ why: "The disk is full." });
  });

  it("takes no keys from whoever may not operate any more", async () => {
    const { terminals, lock, ledger } = desk();
    const pane = terminals.open("web-01", { cols: 80, rows: 24 }, actor);
    const screen = look(terminals, pane.id);
    await until("the shell is open", () => screen.text.includes("$"));
    lock();
    await screen.type("id\r");
    await until("it says so", () => stateOf(terminals, pane.id).readOnly !== "");
    expect(ledger.casts[0]!.events.some(({ code }) => code === "i")).toBe(false);
  });

  it("connects again after a drop, with a gap in the record and plain words in the pane", async () => {
    const { terminals, ledger, ssh } = desk();
    const pane = terminals.open("web-01", { cols: 80, rows: 24 }, actor);
    const screen = look(terminals, pane.id);
    await until("the shell is open", () => stateOf(terminals, pane.id).state.is === "open");
    ssh.refuse(new Failure("SSH_UNREACHABLE", "web-01 does not answer.", { retryable: true }));
    ssh.dropAll();
    await until("it tried in vain", () => ssh.opened >= 3);
    ssh.refuse(undefined);
    await until("it is open again", () => stateOf(terminals, pane.id).state.is === "open" && screen.text.includes("new shell, the old one did not survive"));
    expect(screen.text).toContain("connection lost: the network dropped");
    expect(ledger.of("gap").map(({ fields }) => fields["reason"])).toEqual(["the connection was lost and made again"]);
    expect(ledger.casts).toHaveLength(1);
  });

  it("does not try again by itself when trying cannot help, and does when asked", async () => {
    const { terminals, ssh } = desk();
    ssh.refuse(new Failure("HOST_KEY_CHANGED", "The host key changed.", { retryable: false }));
    const pane = terminals.open("web-01", { cols: 80, rows: 24 }, actor);
    await until("it is lost", () => stateOf(terminals, pane.id).state.is === "lost");
    expect(stateOf(terminals, pane.id).state).toMatchObject({ code: "HOST_KEY_CHANGED", retryAt: null });
    await new Promise((go) => setTimeout(go, 150));
    expect(ssh.opened).toBe(1);
    ssh.refuse(undefined);
    terminals.pane(pane.id).reconnect();
    await until("it is open", () => stateOf(terminals, pane.id).state.is === "open");
  });

  it("ends with the shell, keeps what it showed, and starts a new one when asked", async () => {
    const { terminals, ledger } = desk();
    const pane = terminals.open("web-01", { cols: 80, rows: 24 }, actor);
    const screen = look(terminals, pane.id);
    await until("the shell is open", () => screen.text.includes("$"));
    await screen.type("exit 7\r");
    await until("it ended", () => stateOf(terminals, pane.id).state.is === "ended");
    expect(stateOf(terminals, pane.id).state).toMatchObject({ status: 7 });
    expect(ledger.of("session-close")[0]?.fields["status"]).toBe(7);
    terminals.pane(pane.id).reconnect();
    await until("it is open", () => stateOf(terminals, pane.id).state.is === "open");
    expect(ledger.of("session-open")).toHaveLength(2);
  });

  it("asks for tmux only where the host keeps its shell", async () => {
    const { terminals, ssh } = desk({ keepShell: true });
    terminals.open("web-01", { cols: 80, rows: 24 }, actor);
    await until("it connected", () => ssh.opened === 1);
    expect(ssh.commands[0]).toContain("new-session -A -s sena-pane_");
  });

  it("types into all chosen panes at once and into no other", async () => {
    const { terminals } = desk();
    const [one, two, three] = ["web-01", "db-01", "db-01"].map((host) => terminals.open(host, { cols: 80, rows: 24 }, actor).id) as [string, string, string];
    const screens = [one, two, three].map((id) => look(terminals, id));
    await until("all are open", () => screens.every(({ text }) => text.includes("$")));
    terminals.broadcast([one, two]);
    await screens[0]!.type("echo t''ogether\r");
    await until("both ran it", () => [0, 1].every((i) => /[\r\n]together/.test(screens[i]!.text)));
    expect(screens[2]!.text).not.toContain("ogether");
    terminals.broadcast([]);
    await screens[0]!.type("echo al''one\r");
    await until("one ran it", () => /[\r\n]alone/.test(screens[0]!.text));
    expect(screens[1]!.text).not.toContain("alone");
  });

  it("spreads what is pasted to no pane where pasted lines are looked at first, and says so; keys go there", async () => {
    const { terminals, gated } = desk();
    const [web, db, shop] = ["web-01", "db-01", "shop-01"].map((host) => terminals.open(host, { cols: 80, rows: 24 }, actor).id) as [string, string, string];
    const screens = [web, db, shop].map((id) => look(terminals, id));
    await until("all are open", () => screens.every(({ text }) => text.includes("$")));
    terminals.broadcast([web, db, shop]);
    const has = (word: string) => screens.map(({ text }) => new RegExp(`[\\r\\n]${word}`).test(text));
    await terminals.pane(web).paste("echo ev''erywhere", true);
    await until("all ran it", () => has("everywhere").every(Boolean));
    gated.add("prod");
    await expect(terminals.pane(web).paste("echo no''t-there", true)).rejects.toMatchObject({ code: "PANE_LEFT_OUT", message: expect.stringContaining("not into shop-01") });
    await until("the others ran it", () => has("not-there")[0] === true && has("not-there")[1] === true);
    await terminals.pane(db).paste("echo he''re-alone", true, true);
    await until("it ran it", () => has("here-alone")[1] === true);
    await screens[0]!.type("echo by''-hand\r");
    await until("all took the keys", () => has("by-hand").every(Boolean));
    expect([has("not-there"), has("here-alone")]).toEqual([[true, true, false], [false, true, false]]);
  });

  it("records what another types as theirs, in a recording of their own, and no byte in neither", async () => {
    const { terminals, ledger, unlock } = desk();
    const pane = terminals.open("web-01", { cols: 80, rows: 24 }, actor);
    const screen = look(terminals, pane.id);
    const bob: Actor = { kind: "operator", id: "op_2", name: "Bob" };
    await until("the shell is open", () => stateOf(terminals, pane.id).state.is === "open");
    const typed = (n: number) => ledger.casts[n]?.events.filter(({ code }) => code === "i").map(({ data }) => data).join("");
    for (const [who, word] of [[actor, "fi''rst"], [bob, "sec''ond"], [bob, "th''ird"], [actor, "fo''urth"]] as const) {
      unlock(who);
      await screen.type(`echo ${word}\r`);
      await until("it ran", () => new RegExp(`[\\r\\n]${word.replace("''", "")}`).test(screen.text));
    }
    expect(ledger.of("session-open").map((entry) => entry.actor.name)).toEqual(["Ada", "Bob", "Ada"]);
    expect([0, 1, 2].map(typed)).toEqual(["echo fi''rst\r", "echo sec''ond\recho th''ird\r", "echo fo''urth\r"]);
    expect(ledger.casts.map(({ closed }) => closed)).toEqual([true, true, false]);
    const shown = ledger.casts.flatMap(({ events }) => events.filter(({ code }) => code === "o").map(({ data }) => data)).join("");
    for (const word of ["first", "second", "third", "fourth"]) expect(shown).toMatch(new RegExp(`[\\r\\n]${word}`));
  });

  it("takes nobody's keys whose recording cannot be begun", async () => {
    const { terminals, ledger, unlock } = desk();
    const pane = terminals.open("web-01", { cols: 80, rows: 24 }, actor);
    const screen = look(terminals, pane.id);
    await until("the shell is open", () => stateOf(terminals, pane.id).state.is === "open");
    unlock({ kind: "operator", id: "op_2", name: "Bob" });
    ledger.breakWith(new Failure("LEDGER_FULL", "The disk is full."));
    expect(await terminals.pane(pane.id).input(new Uint8Array(Buffer.from("echo lo''st\r")))).toBe(false);
    expect(stateOf(terminals, pane.id).readOnly).toContain("the recorder stopped"); // by the keys, or by output that came first
    expect(screen.text).not.toContain("lost");
  });

  it("pastes in brackets where the program asks, and never lets the text close them", async () => {
    const ssh = localShells({ args: ["-c", "printf '\\033[?2004h'; cat -v"] });
    const { terminals, ledger } = desk({ ssh });
    const pane = terminals.open("web-01", { cols: 80, rows: 24 }, actor);
    await until("brackets are on", () => terminals.pane(pane.id).screen.wantsBrackets);
    await terminals.pane(pane.id).paste("a\nb\u001b[201~rm", false);
    expect(ledger.casts[0]!.events.find(({ code }) => code === "i")?.data).toBe("\u001b[200~a\rbrm\u001b[201~");
  });

  it("opens its panes and layout again after the core died, with a gap in the new recording", async () => {
    const { terminals, make, ledger } = desk();
    const [one, two] = ["web-01", "db-01"].map((host) => terminals.open(host, { cols: 100, rows: 30 }, actor).id) as [string, string];
    const tree = { is: "split", direction: "row", share: 0.4, first: { is: "pane", paneId: one }, second: { is: "pane", paneId: two } } as const;
    terminals.layout({ tabs: [{ id: "tab", tree, focused: two }], active: "tab" });
    const after = make(); // the first was never closed: what a kill leaves
    ends.push(() => after[Symbol.asyncDispose]());
    await until("both are open again", () => after.list().length === 2 && after.list().every(({ state }) => state.is === "open"));
    const desk1 = (await after.desk(new AbortController().signal)[Symbol.asyncIterator]().next()).value!;
    expect(desk1.layout.tabs[0]).toEqual({ id: "tab", tree, focused: two });
    expect(ledger.of("gap").map(({ fields }) => fields["reason"])).toEqual(["SENA stopped without closing this pane", "SENA stopped without closing this pane"]);
    expect((await after.pane(one).screen.text(5)).lines.join("\n")).toContain("SENA stopped without closing this pane");
  });

  it("says nothing of a gap when SENA was closed in order", async () => {
    const { terminals, make, ledger } = desk();
    terminals.open("web-01", { cols: 80, rows: 24 }, actor);
    await until("it is open", () => terminals.list()[0]!.state.is === "open");
    await terminals[Symbol.asyncDispose]();
    const after = make();
    ends.push(() => after[Symbol.asyncDispose]());
    await until("it is open again", () => after.list()[0]?.state.is === "open");
    expect(ledger.of("gap")).toEqual([]);
  });

  it("stays alive under hostile and broken output", async () => {
    const script = "printf '\\033]52;c;cm0=\\007'; printf '\\033[21t\\033P$qm\\033\\\\'; (printf '\\033]0;'; head -c 10000000 /dev/zero | tr '\\0' A; printf '\\007'); head -c 500000 /dev/urandom; printf '\\030\\017\\033(B\\033[!p\\033[?1049l\\n'; echo still-here; cat -v";
    const ssh = localShells({ args: ["-c", script] });
    const { terminals, ledger } = desk({ ssh });
    const pane = terminals.open("web-01", { cols: 80, rows: 24 }, actor);
    const screen = look(terminals, pane.id);
    await until("it went through", async () => (await terminals.pane(pane.id).screen.find("still-here", 1)).length === 1, 20_000);
    expect(screen.text).not.toContain("]52;");
    expect(stateOf(terminals, pane.id).blocked.count).toBeGreaterThanOrEqual(3);
    // Whatever was answered on its own is where the cursor is and what we are.
    // oxlint-disable-next-line no-control-regex -- ESC is what is looked for
    for (const { data } of ledger.casts[0]!.events.filter(({ code }) => code === "i")) expect(data).toMatch(/^(\u001b\[[\d;?>]*[Rcn]|\u001b\[\??\d+;\d\$y)$/);
    expect(ledger.casts[0]!.events.filter(({ code }) => code === "o").reduce((sum, { data }) => sum + data.length, 0)).toBeGreaterThan(10_000_000);
  });
});
