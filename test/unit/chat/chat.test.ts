import { describe, expect, test } from "vitest";
import { MAX_FRAME_BYTES } from "../../../src-main/shells/process/channel.ts";
import { ada, chatTypes, say, toldUntil, world } from "./world.ts";

/** In whose name each run was planned. */
const askers = (entries: ReturnType<typeof world>["entries"]) => entries.filter(({ type }) => type === "plan").map(({ actor }) => actor);

describe("a question", () => {
  test("is answered with what the run found, and the one fix a person must approve is put before that person", async () => {
    const { chat, approvals, decide, executed } = world();
    const { conversationId, turnId } = await say(chat, "why is web-01 down?");
    const before = await toldUntil(chat, conversationId, "waiting");
    expect(chatTypes(before)).toEqual(["message", "turn", "understood", "run", "answer", "proposal", "proposal-taken", "run", "turn"]);
    expect(executed.map(({ script }) => script)).toEqual(["systemctl is-active nginx"]);
    const answer = before.map(({ event }) => event).find((event) => event.kind === "chat" && event.event.type === "answer");
    expect(answer).toMatchObject({ event: { turnId, statements: [{ text: "nginx is down.", cites: [{ stepId: "h1-s1", fromLine: 1 }] }] } });
    decide([...approvals.keys()][0]!, "approved");
    const after = await toldUntil(chat, conversationId, "done", before.at(-1)!.cursor);
    expect(chatTypes(after).slice(-2)).toEqual(["answer", "turn"]);
    expect(executed.map(({ script }) => script)).toEqual(["systemctl is-active nginx", "systemctl start nginx"]);
  });

  test("never starts a fix that the policy would let through without a person; it is offered", async () => {
    const { chat, executed } = world();
    const { conversationId } = await say(chat, "why is dev web-01 down?");
    const told = await toldUntil(chat, conversationId, "done");
    expect(chatTypes(told)).toContain("proposal");
    expect(chatTypes(told)).not.toContain("proposal-taken");
    expect(executed).toHaveLength(1);
  });

  test("an offered fix starts when the operator takes it up, once", async () => {
    const { chat, approvals, decide } = world();
    const { conversationId } = await say(chat, "why is dev web-01 down?");
    const told = await toldUntil(chat, conversationId, "done");
    const proposal = told.map(({ event }) => event).flatMap((event) => (event.kind === "chat" && event.event.type === "proposal" ? [event.event] : []))[0]!;
    await chat.propose(conversationId, proposal.proposalId, true, ada);
    await expect(chat.propose(conversationId, proposal.proposalId, true, ada)).rejects.toMatchObject({ code: "PROPOSAL_GONE" });
    await toldUntil(chat, conversationId, "waiting", told.at(-1)!.cursor);
    decide([...approvals.keys()][0]!, "approved");
    await toldUntil(chat, conversationId, "done", told.at(-1)!.cursor);
  });

  test("an offered fix is asked for by whoever takes it up, and one put forward at once by whoever asked", async () => {
    const bob = { kind: "operator", id: "op2", name: "Bob" } as const;
    const offered = world();
    const { conversationId } = await say(offered.chat, "why is dev web-01 down?");
    const told = await toldUntil(offered.chat, conversationId, "done");
    const proposal = told.map(({ event }) => event).flatMap((event) => (event.kind === "chat" && event.event.type === "proposal" ? [event.event] : []))[0]!;
    await offered.chat.propose(conversationId, proposal.proposalId, true, bob);
    await toldUntil(offered.chat, conversationId, "waiting", told.at(-1)!.cursor);
    expect(askers(offered.entries)).toEqual([ada, bob]);
    const forward = world();
    await toldUntil(forward.chat, (await say(forward.chat, "why is web-01 down?")).conversationId, "waiting");
    expect(askers(forward.entries)).toEqual([ada, ada]);
  });

  test("that is out of scope says so", async () => {
    const { chat } = world();
    const { conversationId } = await say(chat, "make coffee");
    expect(chatTypes(await toldUntil(chat, conversationId, "out-of-scope"))).toEqual(["message", "turn", "out-of-scope", "turn"]);
  });

  test("that is not clear is asked back, and the next message answers in the same conversation", async () => {
    const { chat } = world();
    const { conversationId } = await say(chat, "which");
    const told = await toldUntil(chat, conversationId, "asked-back");
    expect(chatTypes(told)).toContain("ask-back");
    await say(chat, "why is web-01 down?", conversationId);
    await toldUntil(chat, conversationId, "waiting", told.at(-1)!.cursor);
  });

  test("that meets a bug says that it failed, with no inner words, and the log gets the rest", async () => {
    const { chat, reports } = world();
    const { conversationId } = await say(chat, "break");
    const told = await toldUntil(chat, conversationId, "failed");
    expect(JSON.stringify(told)).not.toContain("a bug");
    expect(reports).toHaveLength(1);
  });
});

describe("a conversation", () => {
  test("takes one question at a time", async () => {
    const { chat } = world();
    const { conversationId } = await say(chat, "why is web-01 down?");
    await expect(say(chat, "and now?", conversationId)).rejects.toMatchObject({ code: "TURN_OPEN" });
  });

  test("can be stopped while a fix waits for approval: nothing more runs", async () => {
    const { chat, executed } = world();
    const { conversationId } = await say(chat, "why is web-01 down?");
    await toldUntil(chat, conversationId, "waiting");
    await chat.stop(conversationId, ada);
    const told = await toldUntil(chat, conversationId, "stopped");
    expect(told.at(-1)).toMatchObject({ event: { event: { say: "Stopped by Ada." } } });
    expect(executed).toHaveLength(1);
  });

  test("told from any cursor on is the same as told from the start", async () => {
    const { chat } = world();
    const { conversationId } = await say(chat, "why is dev web-01 down?");
    const whole = await toldUntil(chat, conversationId, "done");
    const key = (item: (typeof whole)[number]) => (item.event.kind === "chat" ? `c${item.event.n}` : item.event.kind === "run" ? `r${item.event.item.n}` : "");
    for (let cut = 0; cut < whole.length - 1; cut += 1) {
      const rest = await toldUntil(chat, conversationId, "done", whole[cut]!.cursor);
      const both = new Set([...whole.slice(0, cut + 1).map(key), ...rest.map(key)]);
      expect([...both].sort()).toEqual([...new Set(whole.map(key))].sort());
    }
  });

  test("is found by its words, keeps its name and its pin", async () => {
    const { chat } = world();
    const { conversationId } = await say(chat, "why is web-01 down?");
    await toldUntil(chat, (await say(chat, "make coffee")).conversationId, "out-of-scope");
    chat.rename(conversationId, "Intranet outage");
    chat.pin(conversationId, true);
    expect(chat.list("", 10).conversations.map(({ title }) => title)).toEqual(["Intranet outage", "make coffee"]);
    expect(chat.list("coff", 10).conversations).toMatchObject([{ title: "make coffee", state: "out-of-scope" }]);
    expect(chat.list('" OR 1=1 --', 10).conversations).toEqual([]);
  });

  test("is exported with its commands and with fences that output cannot break", async () => {
    const { chat } = world(() => ({ stdout: "```\n# injected heading\n" , exitCode: 3 }));
    const { conversationId } = await say(chat, "why is dev web-01 down?");
    await toldUntil(chat, conversationId, "done");
    const [piece, ...more] = chat.export(conversationId);
    const { markdown, fileName } = piece!;
    expect(more).toEqual([]);
    expect(fileName).toBe("why-is-dev-web-01-down.md");
    expect(markdown).toContain("systemctl is-active nginx");
    expect(markdown).toContain("````\n```\n# injected heading\n````");
    expect(markdown).toMatch(/[^\n]\n$/);
  });

  test("is exported whole however large it is, in pieces that travel and that cut no sign in two", async () => {
    // Each of these takes six signs on its way, and a cut may fall between the halves of the last.
    const large = `x${"\u0001".repeat(3_000_000)}${"\u{1f600}".repeat(300_000)}`;
    const { chat } = world(() => ({ stdout: large, exitCode: 3 }));
    const { conversationId } = await say(chat, "why is dev web-01 down?");
    await toldUntil(chat, conversationId, "done");
    const pieces = [...chat.export(conversationId)];
    expect(pieces.map(({ markdown }) => markdown).join("").includes(large)).toBe(true);
    for (const piece of pieces) {
      expect(Buffer.byteLength(JSON.stringify(piece))).toBeLessThan(MAX_FRAME_BYTES / 4);
      expect(piece.markdown.isWellFormed()).toBe(true);
    }
  });
});

describe("after the core died", () => {
  test("a turn whose fix waited goes on: it waits again, and the approval still leads to the end", async () => {
    const there = world();
    const { conversationId } = await say(there.chat, "why is web-01 down?");
    await toldUntil(there.chat, conversationId, "waiting");
    await there.chat[Symbol.asyncDispose]();
    await there.runs[Symbol.asyncDispose]();
    there.approvals.clear();

    await using runs = there.open();
    await using chat = there.openChat(runs);
    await runs.takeUp();
    await chat.takeUp();
    const waits = Promise.withResolvers<void>();
    const look = setInterval(() => there.approvals.size > 0 && waits.resolve(), 1);
    await waits.promise;
    clearInterval(look);
    there.decide([...there.approvals.keys()][0]!, "approved");
    const told = await toldUntil(chat, conversationId, "done");
    expect(chatTypes(told).filter((type) => type === "answer")).toHaveLength(2);
    expect(there.executed.map(({ script }) => script)).toEqual(["systemctl is-active nginx", "systemctl start nginx"]);
  });
});
