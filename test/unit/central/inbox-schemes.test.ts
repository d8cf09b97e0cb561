import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { AHEAD_MS, readSigned, WINDOW_MS, type InletScheme } from "../../../src-main/central/inbox/schemes.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const SECRET = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
const mac = (key: Buffer | string, text: string, as: "hex" | "base64"): string => createHmac("sha256", key).update(text).digest(as);

type Sent = { headers: Record<string, string>; body: string };
/** One good message of each scheme, signed as its documents say. */
const good: Readonly<Record<InletScheme, (of?: { at?: number; body?: string }) => Sent>> = {
  standard({ at = NOW, body = JSON.stringify({ status: "firing", commonLabels: { alertname: "DiskFull", instance: "web-01" } }) } = {}) {
    const seconds = String(Math.floor(at / 1000));
    return { body, headers: { "content-type": "application/json", "webhook-id": "msg_1", "webhook-timestamp": seconds, "webhook-signature": `v1,${mac(Buffer.alloc(24, 7), `msg_1.${seconds}.${body}`, "base64")}` } };
  },
  slack({ at = NOW, body = "token=x&user_name=ada&channel_name=ops&text=why+is+web-01+slow%3F" } = {}) {
    const seconds = String(Math.floor(at / 1000));
    return { body, headers: { "content-type": "application/x-www-form-urlencoded", "x-slack-request-timestamp": seconds, "x-slack-signature": `v0=${mac(SECRET, `v0:${seconds}:${body}`, "hex")}` } };
  },
  teams({ at = NOW, body = JSON.stringify({ type: "message", id: "1485983408511", timestamp: new Date(at).toISOString(), text: "<at>SENA</at> why is web-01 slow?", from: { name: "Ada" } }) } = {}) {
    return { body, headers: { "content-type": "application/json; charset=utf-8", authorization: `HMAC ${mac(Buffer.from(SECRET, "base64"), body, "base64")}` } };
  },
  pagerduty({ at = NOW, body = JSON.stringify({ event: { id: "01BB", event_type: "incident.triggered", occurred_at: new Date(at).toISOString(), data: { title: "web-01 is down" } } }) } = {}) {
    return { body, headers: { "content-type": "application/json", "x-pagerduty-signature": `v1=${"0".repeat(64)},v1=${mac(SECRET, body, "hex")}` } };
  },
};
const read = (scheme: InletScheme, { headers, body }: Sent, secrets: readonly string[] = [SECRET], now = NOW) => readSigned(scheme, secrets, { headers, body: Buffer.from(body) }, now);
const SCHEMES = Object.keys(good) as InletScheme[];

describe.each(SCHEMES)("a message signed as %s", (scheme) => {
  it("is read, with its number, its time and a title", () => {
    const reading = read(scheme, good[scheme]());
    expect(reading).toMatchObject({ told: { sentAt: NOW, title: expect.stringMatching(/web-01/) as string } });
    expect("told" in reading && reading.told.number).toMatch(/^\S{4,200}$/);
  });
  it("is taken with the former secret beside the new one, and not without it", () => {
    expect(read(scheme, good[scheme](), ["another secret of sixteen", SECRET])).toHaveProperty("told");
    expect(read(scheme, good[scheme](), ["another secret of sixteen"])).toEqual({ refused: "signature" });
    expect(read(scheme, good[scheme](), [])).toEqual({ refused: "signature" });
  });
  it("is refused when a byte of it was changed, and when the signature is short, empty or another's", () => {
    const sent = good[scheme]();
    expect(read(scheme, { ...sent, body: sent.body.replace("web-01", "web-02") })).toEqual({ refused: "signature" });
    const name = Object.keys(sent.headers).find((each) => /signature|authorization/.test(each)) as string;
    for (const signature of ["", "v1,", "v0=", "v1=", "HMAC ", (sent.headers[name] as string).slice(0, -4)]) expect(read(scheme, { ...sent, headers: { ...sent.headers, [name]: signature } }), signature).toEqual({ refused: "signature" });
  });
  it("is refused before and after its window and taken at its edges", () => {
    const windowMs = WINDOW_MS[scheme];
    for (const at of [NOW - windowMs, NOW + AHEAD_MS]) expect(read(scheme, good[scheme]({ at }))).toHaveProperty("told");
    for (const at of [NOW - windowMs - 1000, NOW + AHEAD_MS + 1000]) expect(read(scheme, good[scheme]({ at }))).toEqual({ refused: "time" });
  });
  it("is read as what its scheme says it is, whatever it says of itself", () => {
    const sent = good[scheme]();
    const others = scheme === "slack" ? ["application/json", "text/plain"] : ["application/x-www-form-urlencoded", "text/plain", "application/json; charset=utf-16", "application/jsonx", "multipart/form-data"];
    for (const type of [...others, ""]) expect(read(scheme, { ...sent, headers: { ...sent.headers, "content-type": type } }), type).toEqual({ refused: "content type" });
    expect(read(scheme, { ...sent, headers: { ...sent.headers, "content-encoding": "gzip" } })).toEqual({ refused: "content type" });
  });
  it("is refused when what was signed is no such message", () => {
    for (const body of ["", "[]", "null", "{", "\u{feff}{}"]) expect(read(scheme, good[scheme]({ body })), body).toEqual({ refused: "shape" });
  });
});

it("signs its number too: another number under the same signature is refused", () => {
  const sent = good.standard();
  expect(read("standard", { ...sent, headers: { ...sent.headers, "webhook-id": "msg_2" } })).toEqual({ refused: "signature" });
  expect(read("standard", { ...sent, headers: { ...sent.headers, "webhook-timestamp": String(NOW / 1000 - 60) } })).toEqual({ refused: "signature" });
});

it("shows a title as one line, without what moves a cursor or turns text around", () => {
  const body = JSON.stringify({ title: "disk\u{1b}[2J\nfull \u{202e}gnp" });
  expect(read("standard", good.standard({ body }))).toMatchObject({ told: { title: "disk [2J full gnp" } });
});

it("cuts a title between two characters and never inside of one, and takes half a character for none", () => {
  const read200 = (title: string): string => {
    const reading = read("standard", good.standard({ body: JSON.stringify({ title }) }));
    return "told" in reading ? reading.told.title : "";
  };
  expect(read200(`${"a".repeat(199)}🔥🔥`)).toBe(`${"a".repeat(199)}🔥`);
  expect(read200("disk \ud83d full\0 now")).toBe("disk \u{fffd} full now");
});

it("keeps nothing of Slack's own token in what it shows", () => {
  const reading = read("slack", good.slack());
  expect("told" in reading && reading.told.content).toBe("ada in ops: why is web-01 slow?");
});
