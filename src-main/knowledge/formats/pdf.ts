import { LIMITS, Unreadable, type Block, type Extracted } from "../blocks.ts";

const MAX_PAGES = 5_000;

/** The text layer, page by page. Nothing is drawn, no script of the file runs, no font is loaded. */
export async function readPdf(bytes: Uint8Array): Promise<Extracted> {
  const { getDocument, VerbosityLevel } = await import("pdfjs-dist/legacy/build/pdf.mjs");
  const task = getDocument({ data: new Uint8Array(bytes), disableFontFace: true, useSystemFonts: false, stopAtErrors: false, verbosity: VerbosityLevel.ERRORS, useWorkerFetch: false, isImageDecoderSupported: false, isOffscreenCanvasSupported: false, disableAutoFetch: true });
  try {
    const pdf = await task.promise;
    if (pdf.numPages > MAX_PAGES) throw new Unreadable(`it has ${pdf.numPages} pages, more than ${MAX_PAGES}`);
    const blocks: Block[] = [];
    const empty: number[] = [];
    let chars = 0;
    for (let n = 1; n <= pdf.numPages; n += 1) {
      const page = await pdf.getPage(n);
      const content = await page.getTextContent();
      page.cleanup();
      let line = "";
      const lines: string[] = [];
      for (const item of content.items) {
        if (!("str" in item)) continue;
        line += item.str;
        if (item.hasEOL) {
          lines.push(line.trimEnd());
          line = "";
        }
      }
      if (line.trim() !== "") lines.push(line);
      const text = lines.join("\n").trim();
      chars += text.length;
      if (chars > LIMITS.textChars) throw new Unreadable("it holds more text than a document may");
      if (text === "") empty.push(n);
      else blocks.push({ kind: "text", text, from: n, to: n, part: `page ${n}` });
    }
    const meta = await pdf.getMetadata().catch(() => undefined);
    const title = (meta?.info as { Title?: unknown } | undefined)?.Title;
    const scanned = empty.length === 0 ? [] : [empty.length === pdf.numPages ? "scanned: no page has a text layer, so nothing of it can be found" : `${empty.length} of ${pdf.numPages} pages have no text layer (first: page ${empty[0]})`];
    return { title: typeof title === "string" ? title : "", blocks, remarks: scanned };
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    const name = (error as Error).name;
    throw new Unreadable(name === "PasswordException" ? "it is protected by a password" : "it is not a whole PDF file");
  } finally {
    await task.destroy();
  }
}
