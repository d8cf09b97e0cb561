import { describe, expect, test } from "vitest";
import { completionAt } from "../../../src-renderer/features/chat/completion-at.ts";
import { EMPTY, applyItems, citationNumbers, citesByStep, isCited, linesOf } from "../../../src-renderer/features/chat/conversation-state.ts";
import { createConversation, REST_MS } from "../../../src-renderer/features/chat/conversation-store.ts";
import { spokenOutcome } from "../../../src-renderer/features/chat/spoken-outcome.ts";
import { readSlash } from "../../../src-renderer/features/chat/slash.ts";
import { fleet, storyOf, waits, WEB } from "../../../src-renderer/features/chat/story.ts";

type Told = Parameters<typeof storyOf>[0][number];

describe("what the chat screen makes of events", () => {
  test("a turn holds its run, its answer, its offer and the fix, in the order they came", () => {
    const state = waits();
    expect(state.turns).toHaveLength(1);
    expect(state.turns[0]!.blocks.map(({ kind }) => kind)).toEqual(["run", "answer", "offer", "run"]);
    expect(state.turns[0]!.state).toBe("waiting");
    expect(state.runs.get("run_2")!.steps.get("h1-s1")).toMatchObject({ state: "waiting", approval: { id: "appr_1" } });
    expect(state.offers.get("prop_1")!.taken).toBe("started");
  });

  test("says aloud what became of a question that was followed, and nothing of one that was over or goes on", () => {
    const message: Told = { type: "message", turnId: "turn_1", text: "is it up?", hosts: [WEB], attachments: [] };
    const outcome = (followedId: string | undefined, ...told: readonly Told[]) => spokenOutcome(applyItems(EMPTY, storyOf([message, ...told])).turns.at(-1), followedId);
    const run: Told = { type: "run", turnId: "turn_1", runId: "run_1", title: "Look", purpose: "answer" };
    const answer: Told = { type: "answer", turnId: "turn_1", statements: [{ text: "It is up.", tone: "good", cites: [] }, { text: "Since May.", tone: "plain", cites: [] }], tables: [], series: [] };
    const over = (state: "done" | "refused" | "failed" | "stopped", say = ""): Told => ({ type: "turn", turnId: "turn_1", state, say });
    expect(outcome("turn_1", run, answer)).toBe("");
    expect(outcome(undefined, run, answer, over("done"))).toBe("");
    expect(outcome("turn_1", run, answer, over("done"))).toBe("Answered in 2 sentences.");
    expect(outcome("turn_1", { type: "refused", turnId: "turn_1", say: "No." }, over("refused"))).toBe("It was refused.");
    expect(outcome("turn_1", { type: "ask-back", turnId: "turn_1", question: "Which?", slot: "host", choices: [], isFree: true }, over("done"))).toBe("SENA asks back.");
    expect(outcome("turn_1", run, over("stopped", "Stopped by Ada."))).toBe("Stopped.");
  });

  test("events told again after a reconnect change nothing", () => {
    const items = storyOf([
      { type: "message", turnId: "turn_1", text: "hello", hosts: [WEB], attachments: [] },
      { run: "run_1", event: { type: "queued", stepId: "h1-s1", hostId: "web-01", title: "t", script: "uptime", dialect: "posix", why: "", role: "check" } },
      { run: "run_1", event: { type: "output", stepId: "h1-s1", stream: "stdout", text: "up\n" } },
    ]);
    const once = applyItems(EMPTY, items);
    const twice = applyItems(once, items);
    expect(twice.turns).toHaveLength(1);
    expect(twice.runs.get("run_1")!.steps.get("h1-s1")!.stdout).toBe("up\n");
  });

  test("a step knows when it was sent and when it last said something, so that silence can be told", () => {
    const items = storyOf([
      { run: "run_1", event: { type: "queued", stepId: "h1-s1", hostId: "web-01", title: "t", script: "long", dialect: "posix", why: "", role: "act" } },
      { run: "run_1", event: { type: "started", stepId: "h1-s1", at: 1, reattached: false } },
      { run: "run_1", event: { type: "output", stepId: "h1-s1", stream: "stderr", text: "up\n" } },
    ]);
    const heard = (count: number) => applyItems(EMPTY, items.slice(0, count)).runs.get("run_1")!.steps.get("h1-s1")!.heardAt;
    expect([1, 2, 3].map(heard)).toEqual([undefined, items[1]!.at, items[2]!.at]);
  });

  test("a step that is re-attached shows its output once, from the start", () => {
    const state = applyItems(EMPTY, storyOf([
      { run: "run_1", event: { type: "queued", stepId: "h1-s1", hostId: "web-01", title: "t", script: "long", dialect: "posix", why: "", role: "act" } },
      { run: "run_1", event: { type: "started", stepId: "h1-s1", at: 1, reattached: false } },
      { run: "run_1", event: { type: "output", stepId: "h1-s1", stream: "stdout", text: "half" } },
      { run: "run_1", event: { type: "started", stepId: "h1-s1", at: 1, reattached: true } },
      { run: "run_1", event: { type: "output", stepId: "h1-s1", stream: "stdout", text: "half and whole\n" } },
    ]));
    expect(state.runs.get("run_1")!.steps.get("h1-s1")).toMatchObject({ stdout: "half and whole\n", wasReattached: true });
  });

  test("two hundred hosts are one view each, with their findings", () => {
    const state = fleet(200, 200);
    const hosts = [...state.runs.get("run_1")!.hosts.values()];
    expect(hosts).toHaveLength(200);
    expect(hosts.filter((one) => one.state === "failed").length).toBeGreaterThan(0);
  });

  test("a host's gravest finding is kept as it is told, the first of equals", () => {
    const told = (text: string, tone: "good" | "attention" | "bad"): Told => ({ run: "run_1", event: { type: "statement", hostId: "web-01", statement: { text, tone, cites: [] } } });
    const state = applyItems(EMPTY, storyOf([{ run: "run_1", event: { type: "planned", title: "t", hosts: [WEB], steps: [], inputs: {}, tree: false } }, told("fine", "good"), told("first", "attention"), told("second", "attention")]));
    expect(state.runs.get("run_1")!.hosts.get("web-01")!.worst!.text).toBe("first");
  });

  test("what a batch does not touch stays the same object, so that nothing of it is drawn anew", () => {
    const before = waits();
    const after = applyItems(before, [{ cursor: "0.900", at: 1, event: { kind: "run", item: { n: 900, runId: "run_2", at: 1, event: { type: "host", hostId: "web-01", state: "running", say: "" } } } }]);
    expect(after.turns).toBe(before.turns);
    expect(after.offers).toBe(before.offers);
    expect(after.runs.get("run_1")).toBe(before.runs.get("run_1"));
    expect(after.runs.get("run_2")).not.toBe(before.runs.get("run_2"));
  });

  test("what comes after a rest is shown at once, a flood a few times a second, and nothing of it is lost", () => {
    let now = 1000;
    const due: { at: number; act: () => void }[] = [];
    const { store, tell, close } = createConversation({ now: () => now, later: (act, ms) => (due.push({ at: now + ms, act }), () => due.pop()) });
    const pass = (ms: number) => {
      now += ms;
      for (const { act } of due.splice(0, due.filter(({ at }) => at <= now).length)) act();
    };
    let pictures = 0;
    store.subscribe(() => (pictures += 1));
    const items = storyOf([{ run: "run_1", event: { type: "planned", title: "t", hosts: [WEB], steps: [], inputs: {}, tree: false } }, ...Array.from({ length: 300 }, (): Told => ({ run: "run_1", event: { type: "statement", hostId: "web-01", statement: { text: "x", tone: "good", cites: [] } } }))]);
    for (const item of items) {
      tell(item);
      pass(1);
    }
    expect(pictures).toBe(1 + Math.floor((items.length - 1) / REST_MS));
    pass(REST_MS);
    expect(store.getState().runs.get("run_1")!.hosts.get("web-01")!.statements).toHaveLength(300);
    tell(items[0]!);
    close();
    expect(due).toEqual([]);
  });

  test("marks number the steps of a turn and lead to exactly the cited lines", () => {
    const state = waits();
    const turn = state.turns[0]!;
    expect([...citationNumbers(turn, state.runs)]).toEqual([["run_1/h1-s1", 1], ["run_1/h1-s2", 2], ["run_1/h1-s3", 3], ["run_2/h1-s1", 4]]);
    const cites = citesByStep(turn).get("run_1/h1-s3")!;
    const lines = linesOf(state.runs.get("run_1")!.steps.get("h1-s3")!.stdout, "stdout");
    expect(lines.filter((line) => isCited(line, cites)).map(({ number }) => number)).toEqual([2, 9, 10]);
  });
});

test("the last newline ends a line and starts none; carriage returns at line ends are not shown", () => {
  expect(linesOf("a\r\nb\n", "stdout").map(({ text }) => text)).toEqual(["a", "b"]);
  expect(linesOf("", "stdout")).toEqual([]);
});

describe("completion", () => {
  test("asks for hosts after @ and skills after # wherever a word begins", () => {
    expect(completionAt("why is @we", 10)).toEqual({ sign: "@", typed: "we", from: 7, to: 10 });
    expect(completionAt("#nginx.why", 10)).toMatchObject({ sign: "#", typed: "nginx.why" });
  });
  test("leaves mail addresses, paths and finished words alone", () => {
    expect(completionAt("ops@we", 6)).toBeUndefined();
    expect(completionAt("what is in /var", 15)).toBeUndefined();
    expect(completionAt("@web-01 ", 8)).toBeUndefined();
  });
});

describe("slash commands", () => {
  test("are known by name, with the rest of the line", () => {
    expect(readSlash("/rename Intranet outage")).toEqual({ name: "rename", rest: "Intranet outage" });
  });
  test("a path is a sentence, not a command", () => {
    expect(readSlash("/var is full on db-01")).toBeUndefined();
    expect(readSlash("/var")).toBeUndefined();
  });
});
