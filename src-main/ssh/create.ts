import { Failure } from "../contract/failure.ts";
import type { Host } from "../inventory/port.ts";
import type { Live } from "../kernel/index.ts";
import { createConnections, type Connection, type Connections, type ConnectionsNeeds } from "./connections.ts";
import { execAtPrompt } from "./device-prompt.ts";
import { exec } from "./exec.ts";
import type { ExecOptions, ExecResult, HostIdentity, Ssh, SshShell } from "./port.ts";
import { shell, type ShellOptions } from "./shell.ts";
import { createSystemSsh, type SystemNeeds } from "./system.ts";

export type SshNeeds = Omit<ConnectionsNeeds, "handshakeMs" | "keepAliveMs" | "idleMs"> & Partial<Pick<ConnectionsNeeds, "handshakeMs" | "keepAliveMs" | "idleMs">> & { readonly system: Pick<SystemNeeds, "runFolder" | "program"> };

export type SshRoom = Ssh & AsyncDisposable & {
  readonly connections: ReturnType<typeof createConnections>;
  readonly connectedHosts: Live<readonly string[]>;
  readonly quietHosts: Connections["quiet"];
  /** The live connection, made when there is none: for file transfer and port forwards. */
  connection(hostId: string, signal?: AbortSignal): Promise<Connection>;
  /** The key a host shows now. Nothing is sent to it and nothing trusted. */
  lookAtKey(hostId: string, signal?: AbortSignal): Promise<Uint8Array>;
  /** Has loaded what a first connection needs. */
  ready(): Promise<void>;
};

const HANDSHAKE_MS = 20_000;
const KEEP_ALIVE_MS = 15_000;
/** Wide enough that no line is broken. */
const PROMPT_SCREEN = { cols: 511, rows: 200, term: "vt100" } as const;
const IDLE_MS = 10 * 60_000;

export function createSsh(needs: SshNeeds): SshRoom {
  const connections = createConnections({ handshakeMs: HANDSHAKE_MS, keepAliveMs: KEEP_ALIVE_MS, idleMs: IDLE_MS, ...needs });
  const system = createSystemSsh({ ...needs.system, hostKeys: needs.hostKeys, inventory: needs.inventory });
  const isSystem = (hostId: string): Host | undefined => {
    const host = needs.inventory.get(hostId);
    return host?.transport === "system" ? host : undefined;
  };
  const openShell = (hostId: string, options: ShellOptions): Promise<SshShell> => {
    const host = isSystem(hostId);
    return host ? system.shell(host, options) : shell(connections, hostId, options);
  };
  return {
    connections,
    connectedHosts: connections.connected,
    quietHosts: connections.quiet,
    connection: connections.get,
    ready: async () => void (await Promise.all([import("./dial.ts"), import("./look.ts")])),
    async lookAtKey(hostId, signal) {
      const host = needs.inventory.get(hostId);
      if (!host) throw new Failure("NOT_FOUND", `There is no host "${hostId}" in the inventory. It may have been removed.`, { status: 404 });
      const { lookAtKey } = await import("./look.ts");
      return lookAtKey(host, await connections.tunnel(host, signal), needs.hostKeys.types(host), needs.handshakeMs ?? HANDSHAKE_MS, signal);
    },
    async identify(hostId: string, signal?: AbortSignal): Promise<HostIdentity> {
      const host = isSystem(hostId);
      return host ? system.identify(host, signal) : (await connections.get(hostId, signal)).identity;
    },
    exec(hostId: string, options: ExecOptions): Promise<ExecResult> {
      const known = needs.inventory.get(hostId);
      if (known?.os === "cisco-ios") return execAtPrompt((signal) => openShell(hostId, { ...PROMPT_SCREEN, signal }), known.name, options);
      const host = isSystem(hostId);
      return host ? system.exec(host, options) : exec(connections, hostId, options);
    },
    shell: openShell,
    connected: () => [...new Set([...connections.connected.value, ...system.connected()])],
    disconnect(hostId: string) {
      connections.drop(hostId);
      const host = isSystem(hostId);
      if (host) system.disconnect(host);
    },
    async [Symbol.asyncDispose]() {
      connections[Symbol.dispose]();
      await system[Symbol.asyncDispose]();
    },
  };
}
