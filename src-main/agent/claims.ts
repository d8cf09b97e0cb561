import type { Citation, Statement } from "../contract/index.ts";
import type { StepResult } from "../runs/index.ts";
import { quoteStands } from "../knowledge/index.ts";
import { asTold } from "./documents.ts";
import type { CitedDocument } from "./port.ts";
import { line, linesOf } from "./untrusted.ts";

type Cite = { readonly doc?: unknown; readonly quote?: unknown; readonly step?: unknown; readonly stream?: unknown; readonly from?: unknown; readonly to?: unknown };
type Claim = { readonly text?: unknown; readonly tone?: unknown; readonly cites?: unknown };

const MAX_CLAIMS = 24;
const TONES = new Set(["plain", "good", "attention", "bad"]);

/** `s3` is the third result of this lane. Undefined when there are no such lines. */
export function citationOf(runId: string, results: readonly StepResult[], cite: Cite): Citation | undefined {
  const result = results[Number(/^s(\d{1,4})$/.exec(typeof cite.step === "string" ? cite.step : "")?.[1] ?? 0) - 1];
  const stream = cite.stream === "stderr" ? "stderr" : "stdout";
  const count = result ? linesOf(result[stream]).length : 0;
  const [from, to] = [cite.from, cite.to];
  if (!result || typeof from !== "number" || typeof to !== "number" || !Number.isInteger(from) || !Number.isInteger(to) || from < 1 || to < from || to > count) return undefined;
  return { runId, stepId: result.stepId, stream, fromLine: from, toLine: to };
}

/** A claim that no output line stands behind is kept, and marked as what it is. */
export function statementsOf(runId: string, results: readonly StepResult[], claims: unknown, documents: readonly CitedDocument[] = []): Statement[] {
  if (!Array.isArray(claims)) return [];
  return (claims as (Claim | null)[]).slice(0, MAX_CLAIMS).flatMap((claim): Statement[] => {
    if (typeof claim !== "object" || claim === null) return [];
    const text = line(claim.text, 600);
    if (text === "") return [];
    const named = (Array.isArray(claim.cites) ? (claim.cites as (Cite | null)[]) : []).slice(0, 16).flatMap((cite) => (cite === null || typeof cite !== "object" ? [] : cite));
    const cites = named.flatMap((cite) => citationOf(runId, results, cite) ?? []);
    const document = documents.find(({ id }) => named.some(({ doc }) => doc === id));
    const quotes = document === undefined ? [] : named.flatMap(({ doc, quote }) => (doc === document.id && typeof quote === "string" && quote.trim() !== "" ? [quote] : []));
    const invented = quotes.find((quote) => !quoteStands(document?.text ?? "", quote));
    if (document && invented !== undefined) return [{ text: `“${line(invented, 200)}” does not stand in “${document.title}” (${document.where}). Not shown by any document: ${text}`, tone: "unsure", cites: [] }];
    if (cites.length === 0 && document) return [{ text: asTold(document, text), tone: "plain", cites: [] }];
    if (cites.length === 0) return [{ text: `Not shown by any output: ${text}`, tone: "unsure", cites: [] }];
    return [{ text, tone: typeof claim.tone === "string" && TONES.has(claim.tone) ? (claim.tone as Statement["tone"]) : "plain", cites }];
  });
}
