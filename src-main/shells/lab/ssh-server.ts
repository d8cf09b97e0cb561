import { timingSafeEqual } from "node:crypto";
import type { Socket } from "node:net";
import { connect } from "node:net";
import ssh2, { type AuthContext, type Connection, type ParsedKey, type PseudoTtyInfo, type Server, type ServerChannel, type Session } from "ssh2";
import { racadmShell } from "./bmc-shell.ts";
import type { Bmc } from "./bmc-state.ts";
import type { Ground } from "./ground.ts";
import { iosShell } from "./ios-shell.ts";
import { iosOnce } from "./ios.ts";
import { racadm } from "./racadm.ts";
import { runCommand, runShell, type Tty } from "./sessions.ts";
import { serveSftp } from "./sftp-server.ts";
import type { Switch } from "./switch-state.ts";

export type LabHostServer = {
  readonly name: string;
  readonly hostKey: string;
  /** What a channel runs on: a Linux ground, the management controller, or the switch. */
  readonly behind: () => { readonly kind: "linux"; readonly ground: Ground; readonly root: string } | { readonly kind: "bmc"; readonly bmc: Bmc } | { readonly kind: "switch"; readonly device: Switch };
  readonly user: string;
  readonly password: string;
  /** Asked after the password where the client offers keyboard-interactive. */
  readonly oneTimeCode: string;
  readonly clientKey: ParsedKey;
  /** Ports of the lab itself: the only places a tunnel through this host may lead. */
  readonly reachable: () => ReadonlyMap<string, number>;
};

const same = (a: string, b: string): boolean => {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
};

const IDENT = { linux: "OpenSSH_9.2p1 Debian-2+deb12u3", bmc: "OpenSSH_8.8", switch: "Cisco-1.25" } as const;

export function labServer(host: LabHostServer): Server {
  const server = new ssh2.Server({ hostKeys: [host.hostKey], ident: IDENT[host.behind().kind] }, (client) => accept(client, host));
  server.on("error", () => {}); // a client that vanished in the handshake
  return server;
}

function accept(client: Connection, host: LabHostServer): void {
  client.on("error", () => {});
  client.on("authentication", (context) => authenticate(context, host));
  client.on("ready", () => {
    client.on("session", (open) => serveSession(open(), host));
    client.on("tcpip", (open, reject, { destIP, destPort }) => {
      const port = host.reachable().get(`${destIP}:${destPort}`) ?? ([...host.reachable().values()].includes(destPort) && (destIP === "127.0.0.1" || destIP === "localhost") ? destPort : undefined);
      if (port === undefined) return reject();
      const socket: Socket = connect(port, "127.0.0.1");
      socket.once("connect", () => {
        const channel = open();
        channel.pipe(socket).pipe(channel);
        channel.on("error", () => socket.destroy());
        channel.on("close", () => socket.destroy());
      });
      socket.once("error", () => reject());
      return undefined;
    });
  });
}

function authenticate(context: AuthContext, host: LabHostServer): void {
  const methods: ("publickey" | "password" | "keyboard-interactive")[] = ["publickey", "password", "keyboard-interactive"];
  if (context.username !== host.user) return context.reject(methods);
  switch (context.method) {
    case "password":
      return same(context.password, host.password) ? context.accept() : context.reject(methods);
    case "publickey": {
      const known = context.key.algo === host.clientKey.type && Buffer.from(host.clientKey.getPublicSSH()).equals(context.key.data);
      if (!known) return context.reject(methods);
      if (!context.signature) return context.accept();
      return host.clientKey.verify(context.blob as Buffer, context.signature, context.hashAlgo) === true ? context.accept() : context.reject(methods);
    }
    case "keyboard-interactive":
      return void context.prompt([{ prompt: "Password: ", echo: false }, { prompt: "One-time code: ", echo: true }], "practice lab", "Password practice, code 123456", (answers) =>
        answers.length === 2 && same(answers[0] ?? "", host.password) && same(answers[1] ?? "", host.oneTimeCode) ? context.accept() : context.reject(methods),
      );
    default:
      return context.reject(methods);
  }
}

function serveSession(session: Session, host: LabHostServer): void {
  const env: Record<string, string> = {};
  let pty: (PseudoTtyInfo & { term?: string }) | undefined;
  let tty: Tty | undefined;
  session.on("env", (accept, _reject, { key, val }) => {
    if (/^(LC_\w+|TERM|COLORTERM)$/.test(key)) env[key] = val;
    accept?.();
  });
  session.on("pty", (accept, _reject, info) => {
    pty = info as PseudoTtyInfo & { term?: string };
    accept?.();
  });
  session.on("window-change", (accept, _reject, { cols, rows }) => {
    tty?.resize(cols, rows);
    accept?.();
  });
  session.on("signal", (accept, _reject, { name }) => {
    tty?.signal(`SIG${name.replace(/^SIG/, "")}`);
    accept?.();
  });
  session.on("exec", (accept, _reject, { command }) => {
    const channel = quiet(accept());
    const behind = host.behind();
    if (behind.kind !== "linux") {
      const { out, code } = behind.kind === "bmc" ? racadm(command, behind.bmc) : { ...iosOnce(command, behind.device), code: 0 };
      channel.write(out);
      channel.exit(code);
      channel.end();
    } else if (pty) tty = runShell(behind.ground, pty, command, env, channel);
    else runCommand(behind.ground, command, env, channel);
  });
  session.on("shell", (accept) => {
    const channel = quiet(accept());
    const behind = host.behind();
    if (behind.kind === "bmc") racadmShell(channel, () => behind.bmc);
    else if (behind.kind === "switch") iosShell(channel, () => deviceOf(host), pty?.rows ?? 24, host.password);
    else if (pty) tty = runShell(behind.ground, pty, undefined, env, channel);
    else runCommand(behind.ground, "exec /bin/bash --login", env, channel);
  });
  session.on("sftp", (accept, reject) => {
    const behind = host.behind();
    if (behind.kind !== "linux") return reject();
    return serveSftp(accept(), behind.root);
  });
}

/** After a reset it is another one. */
function deviceOf(host: LabHostServer): Switch {
  const behind = host.behind();
  if (behind.kind !== "switch") throw new Error(`${host.name} is no switch`);
  return behind.device;
}

function quiet(channel: ServerChannel): ServerChannel {
  channel.on("error", () => {}); // the client went away in the middle
  channel.stderr.on("error", () => {});
  return channel;
}
