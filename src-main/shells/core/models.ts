import { statfsSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { verifySsh } from "../../approvals/index.ts";
import type { ApprovedList } from "../../contract/index.ts";
import type { Clock, NewId } from "../../kernel/index.ts";
import type { Insight } from "../../insight/index.ts";
import type { Ledger } from "../../ledger/port.ts";
import type { Log } from "../../log/index.ts";
import { createEngine, createModels, sealedFetch, type LentModel, type Models } from "../../models/index.ts";
import type { SettingsRoom } from "../../settings/index.ts";
import type { Store } from "../../store/index.ts";
import type { Vault } from "../../vault/port.ts";
import { entryFile } from "../process/places.ts";
import { gpuPacks } from "./gpu-packs.ts";
import { trustFolder } from "./trust-folder.ts";

export type ModelsComposeNeeds = { readonly insight: Insight; readonly home: string; readonly store: Store; readonly ledger: Ledger; readonly vault: Vault; readonly settings: SettingsRoom; readonly log: Log; readonly now: Clock; readonly newId: NewId; readonly houseHosts: () => readonly string[] | undefined; readonly houseModels: () => ApprovedList | undefined; readonly lent: LentModel | undefined };

/** The models and the process the embedded one runs in. Started only when a model is loaded. */
export function composeModels({ insight, home, store, ledger, vault, settings, log, now, newId, houseHosts, houseModels, lent }: ModelsComposeNeeds): Models & AsyncDisposable {
  const worker = { workerFile: entryFile("inference-worker.mjs", "src-main/models/embedded/worker.ts"), onLog: (line: string) => log.write("info", "inference", { line: line.slice(0, 400) }) };
  const engine = createEngine({ ...worker, stateFolder: join(home, "models", "chats") });
  const rankEngine = createEngine(worker);
  const trusted = trustFolder(join(home, "ca"));
  if (trusted > 0) log.write("info", "own-certificates", { count: trusted });
  const cores = availableParallelism();
  const isSealed = () => settings.current.value.network === "sealed";
  const models = createModels({
    signerOf: (bytes, signature, namespace) => verifySsh(bytes, signature, namespace)?.keyBlob,
    ...(lent && { lent }), insight, store, ledger, vault, engine, rankEngine, now, newId, cores,
    http: { fetch: sealedFetch(isSealed, fetch), wait: (ms, signal) => sleep(ms, undefined, { signal }), random: Math.random },
    network: () => settings.current.value.network,
    gpuPacks,
    houseHosts,
    houseModels,
    folder: join(home, "models"),
    machine: `${cpus()[0]?.model ?? "unknown"} x${cores}`,
    freeBytes: () => process.availableMemory(),
    freeDiskBytes: () => {
      const { bavail, bsize } = statfsSync(home);
      return bavail * bsize;
    },
  });
  return Object.assign(models, {
    async [Symbol.asyncDispose]() {
      await Promise.all([engine[Symbol.asyncDispose](), rankEngine[Symbol.asyncDispose]()]);
    },
  });
}
