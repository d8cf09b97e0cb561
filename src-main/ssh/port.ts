/** What the rooms above may ask of SSH. Host keys are always verified below this line. */
export type HostIdentity = { readonly hostId: string; readonly user: string; readonly fingerprint: string; readonly keyType: string };

export type ExecOptions = {
  /** Exact bytes sent to the server as the command. Only the guard builds them. */
  readonly wire: string;
  readonly stdin?: Uint8Array;
  readonly timeoutMs?: number;
  /** Output beyond this is counted, not kept, and the result says so. Default 1 MiB per stream. */
  readonly maxOutputBytes?: number;
  readonly signal?: AbortSignal;
  readonly onOutput?: (stream: "stdout" | "stderr", bytes: Uint8Array) => void;
  /** The host has taken the command: what a limit of its own counts from, not from the wait for a busy server's session. */
  readonly onOpened?: () => void;
};
export type ExecResult = {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly cut: { readonly stdout: number; readonly stderr: number };
  readonly elapsedMs: number;
};

export interface SshShell {
  readonly identity: HostIdentity;
  /** Pull, do not push: the SSH window fills when nobody reads, and the remote program blocks. */
  readonly output: AsyncIterable<Uint8Array>;
  write(bytes: Uint8Array): Promise<void>;
  resize(cols: number, rows: number): void;
  readonly ended: Promise<{ readonly status: number | null; readonly reason: string }>;
  close(): void;
}

export interface Ssh {
  /** Connects (reusing a live connection) and tells who answered; used before approval to show the host key. */
  identify(hostId: string, signal?: AbortSignal): Promise<HostIdentity>;
  exec(hostId: string, options: ExecOptions): Promise<ExecResult>;
  shell(hostId: string, options: { readonly cols: number; readonly rows: number; readonly term: string; readonly signal?: AbortSignal;
    /** Run in the PTY instead of the login shell. Only rooms of this program build it, never a model or a screen. */
    readonly command?: string }): Promise<SshShell>;
  /** Hosts with a live connection. */
  connected(): readonly string[];
  disconnect(hostId: string): void;
}
