import { createHmac, randomFillSync, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { createCustody } from "../../src-main/central/custody/ingest.ts";
import { runningUrl } from "../../src-main/central/database/embedded.ts";
import { openTenants } from "../../src-main/central/database/tenants.ts";
import { bench as benchLink, OPTIONS as LINK_OPTIONS } from "./central-link.bench.ts";
import { organisation, testCentral, type TestCentral } from "../fakes/central.ts";
import { createCosigner, openLedger } from "../../src-main/ledger/index.ts";
import { idMaker } from "../../src-main/kernel/index.ts";
import type { Flags } from "./options.ts";

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;
const ENTRIES = 20_000;
const CLIENTS = 32;

export const OPTIONS = { seconds: { type: "string" }, ...LINK_OPTIONS } as const;

/** npm run bench -- central [--seconds 3] [--rounds 40] [--desktops 200]: all that is promised of the server. Client, server and database share this machine: lower bounds. */
export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  await records(flags, report);
  await benchLink({ flags }, report);
}

async function records(flags: Flags<typeof OPTIONS>, report: Report): Promise<void> {
  const seconds = Number(flags.seconds ?? 3);
  await using world = await testCentral({ isThrowaway: false }, { connections: CLIENTS });
  const { orgId } = await organisation(world, "Bench");
  const places = databaseOf(world);
  await using tenants = openTenants({ url: places.app, connections: CLIENTS, statementTimeoutMs: 15_000, onError: () => {} });
  const desktopId = randomUUID();
  await ingest({ tenants, orgId, desktopId, report });
  await listing({ tenants, orgId, superuser: places.superuser, seconds, report });
}

async function ingest({ tenants, orgId, desktopId, report }: { readonly tenants: ReturnType<typeof openTenants>; readonly orgId: string; readonly desktopId: string; readonly report: Report }): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "sena-bench-"));
  try {
    const random = (into: Uint8Array<ArrayBuffer>) => randomFillSync(into);
    await using ledger = await openLedger({ dir, now: Date.now, newId: idMaker(Date.now, random), random });
    const pending: Promise<unknown>[] = [];
    for (let n = 0; n < ENTRIES; n += 1) pending.push(ledger.append({ type: "intent", actor: { kind: "operator", id: "op_bench", name: "bench" }, fields: { script: `systemctl status unit-${n}`, effect: "read", why: "measuring" } }));
    await Promise.all(pending);
    await tenants.withOrg(orgId, "bench", async (tx) => {
      await tx.run("INSERT INTO app.desktops (org_id, desktop_id, name, public_key, log_origin, log_key, version, enrolled_at, seen_at) VALUES ($1, $2, 'bench', 'k', $3, $4, 'v', 1, 1)", [orgId, desktopId, ledger.origin, ledger.copySource.logKey()]);
      await tx.run("INSERT INTO app.ledgers (org_id, desktop_id) VALUES ($1, $2)", [orgId, desktopId]);
    });
    const custody = createCustody({ cosigner: createCosigner({ name: "bench/central", seed: Buffer.alloc(32, 7) }), now: Date.now });
    const batches = [];
    for (let from = 0; from < ENTRIES; from += 1000) batches.push(ledger.copySource.batch(from, Math.min(1000, ENTRIES - from)));
    const began = performance.now();
    for (const batch of batches) await tenants.withOrg(orgId, "bench", (tx) => custody.push(tx, orgId, desktopId, batch));
    const perSecond = ENTRIES / ((performance.now() - began) / 1000);
    report({ name: "audit ingest, hashed, verified, committed", value: Math.round(perSecond), unit: "entries/s", note: "batches of 1000, one desktop" });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The same statement, with the tenant's transaction and policy, and by a superuser with neither. */
async function listing({ tenants, orgId, superuser, seconds, report }: { readonly tenants: ReturnType<typeof openTenants>; readonly orgId: string; readonly superuser: pg.PoolConfig; readonly seconds: number; readonly report: Report }): Promise<void> {
  const sql = "SELECT seq, type, at FROM app.entries WHERE org_id = $1 ORDER BY at DESC LIMIT 50";
  const pool = new pg.Pool({ ...superuser, max: CLIENTS });
  const plain = await load(seconds, () => pool.query(sql, [orgId]));
  await pool.end();
  const secured = await load(seconds, () => tenants.withOrg(orgId, "bench", (tx) => tx.rows(sql, [orgId])));
  report({ name: "list under row security, p99 at 32 connections", value: secured.p99, unit: "ms", ratio: secured.perSecond / plain.perSecond, note: `ratio: throughput against the same statement without row security and its transaction, whose p99 was ${plain.p99} ms` });
  report({ name: "list under row security, throughput", value: Math.round(secured.perSecond), unit: "req/s", note: `without: ${Math.round(plain.perSecond)} req/s` });
}

async function load(seconds: number, act: () => Promise<unknown>): Promise<{ readonly perSecond: number; readonly p99: number }> {
  const times: number[] = [];
  const until = performance.now() + seconds * 1000;
  await Promise.all(Array.from({ length: CLIENTS }, async () => {
    while (performance.now() < until) {
      const began = performance.now();
      await act();
      times.push(performance.now() - began);
    }
  }));
  times.sort((a, b) => a - b);
  return { perSecond: times.length / seconds, p99: Math.round((times[Math.floor(times.length * 0.99)] ?? 0) * 10) / 10 };
}

function databaseOf(world: TestCentral): { readonly app: string; readonly superuser: pg.PoolConfig } {
  const connectionString = runningUrl(world.home) ?? "";
  const host = new URL(connectionString).searchParams.get("host") ?? "";
  const secret = Buffer.from(readFileSync(join(world.home, "central.secret"), "utf8").trim(), "base64url");
  const password = createHmac("sha256", secret).update("database role sena_app").digest("hex");
  return { app: `postgres://sena_app:${password}@localhost/postgres?host=${encodeURIComponent(host)}`, superuser: { connectionString } };
}
