import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openScreen, saySlow, slowShare } from "./screen/screen.ts";
import type { Flags } from "./options.ts";

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;
const WORDS = "disk service kernel network address packet mount backup restore cluster quorum node certificate key user group permission log journal timer schedule memory swap process signal socket port firewall route gateway resolver package upgrade repository driver module firmware controller battery array volume snapshot replica database query index table lock transaction cache latency".split(" ");
const QUERIES = ["restore a snapshot", "certificate of the gateway", "journal is full", "replica lags behind", "battery of the controller"];

export const OPTIONS = { files: { type: "string" } } as const;

/** --files 10000. A folder of so many documents is taken in by the built program while somebody types into its search: which frames come late. */
export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  const files = Number(flags.files ?? 10_000);
  await using owned = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "sena-bench-window-"));
  owned.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  writeFolder(join(folder, "many"), files);
  writeFolder(join(folder, "few"), 50);
  const screen = owned.use(await openScreen());
  if (screen === undefined) return report({ name: "not_measured", value: 0, unit: "", note: "needs dist/ (npm run build) and a Chromium" });
  screen.sena("kb", "add", join(folder, "few"));
  await screen.go("#/knowledge");
  const box = screen.page.getByPlaceholder("A question, a command, an error…");
  await box.click();
  const type = async (until: () => boolean) => {
    for (let at = 0; !until(); at += 1) {
      await box.fill("");
      for (const letter of QUERIES[at % QUERIES.length] ?? "") {
        if (until()) return;
        await screen.page.keyboard.type(letter, { delay: 110 });
      }
      await sleep(1_200);
    }
  };
  const restUntil = performance.now() + 10_000;
  const still = await screen.count(() => type(() => performance.now() > restUntil));

  const from = performance.now();
  const taking = screen.begin("kb", "add", join(folder, "many"));
  let seconds = 0;
  taking.once("close", () => (seconds = (performance.now() - from) / 1000));
  const busy = await screen.count(() => type(() => seconds > 0));
  const many = (JSON.parse(screen.sena("kb", "list", "--json")) as { readonly sources: readonly { name: string; documents: number }[] }).sources.find(({ name }) => name === "many");
  if (many?.documents !== files) throw new Error(`only ${many?.documents} of ${files} files were taken in`);
  report({ name: "taken_in", value: seconds, unit: "s", note: `${files} files` });
  report({ name: "slow_frames_at_rest", value: slowShare(still), unit: "%", note: `typing alone: ${saySlow(still)}` });
  report({ name: "slow_frames_while_taking_in", value: slowShare(busy), unit: "%", ratio: (busy.frames / seconds) / (still.frames / 10), note: `typing into the search meanwhile: ${saySlow(busy)}; ratio: frames a second against typing alone` });
}

function writeFolder(folder: string, files: number): void {
  for (let n = 0; n < files; n += 1) {
    const under = join(folder, `part-${Math.floor(n / 200)}`);
    if (n % 200 === 0) mkdirSync(under, { recursive: true });
    const section = (at: number) => `## ${WORDS[(n + at) % WORDS.length]} and ${WORDS[(n * 7 + at) % WORDS.length]}\n\n${Array.from({ length: 60 }, (_, i) => WORDS[(n * 31 + i * i + at * 13) % WORDS.length]).join(" ")} ${n}.\n`;
    writeFileSync(join(under, `page-${n}.md`), `# Page ${n}\n\n${[0, 1, 2].map(section).join("\n")}`);
  }
}
