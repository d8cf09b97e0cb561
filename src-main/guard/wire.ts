import { FIXED_PATH } from "../shellcheck/index.ts";

// sshd hands one string to the login shell of the account, whatever that is. What is sent is a constant line that every
// shell reads alike (no newline, no quote of ours inside the quotes, no "!"), and the approved script as base64.
// The same bytes that were approved reach one bash, with a fixed environment, and nothing else interprets them.

export type Dialect = "posix" | "racadm" | "cisco-ios";

/** `set --` first: the script begins as in a file of its own, without our word among its arguments. On the same line, so that errors still name the script's own. */
const EVAL = 'eval "set --;$(printf %s "$1"|base64 -d)"';
/** The programs of the spool take arguments of ours. */
const EVAL_OWN = 'eval "$(printf %s "$1"|base64 -d)"';
/** Nobody can turn a page here: what would ask for a key press prints instead. */
const NO_PAGER = "PAGER=cat SYSTEMD_PAGER=cat";
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const bootstrap = (program: string, args: readonly string[] = []): string =>
  `exec env -i HOME="$HOME" USER="$USER" LOGNAME="$USER" PATH=${FIXED_PATH} LC_ALL=C.UTF-8 ${NO_PAGER} /bin/bash --noprofile --norc -c '${args.length === 0 ? EVAL : EVAL_OWN}' sena ${[base64(program), ...args].join(" ")}`;

/** Linux refuses a single argument of 128 KiB; the whole line is one, and the script is in it once more as base64. */
export const MAX_WIRE_BYTES = 127 * 1024;
/** Devices have no shell to wrap: the line itself goes over the wire. */
export const wireOf = (script: string, dialect: Dialect, spoolId?: string): string => {
  if (dialect !== "posix") return script;
  return spoolId === undefined ? bootstrap(script) : bootstrap(SPOOLED, [base64(script), spoolId]);
};

/** Several scripts, one after the other, each by a shell of its own; after each a line on both streams says so. */
export const togetherWire = (nonce: string, scripts: readonly string[]): string => bootstrap(TOGETHER, [nonce, ...scripts.map(base64)]);

export const spoolStateWire = (spoolId: string): string => bootstrap(STATE, [spoolId]);
export const spoolFollowWire = (spoolId: string): string => bootstrap(FOLLOW_AGAIN, [spoolId]);
export const spoolStopWire = (spoolId: string): string => bootstrap(STOP, [spoolId]);

export type SpoolState = "absent" | "running" | "ended" | "dead";
export const readSpoolState = (stdout: Uint8Array): SpoolState | undefined => {
  const word = Buffer.from(stdout).toString("latin1").trim();
  return word === "absent" || word === "running" || word === "ended" || word === "dead" ? word : undefined;
};

/** What no command's output can be mistaken for: it is told apart from a script's own exit status by being asked first. */
/** Room for what a spool needs besides the output; where there is less, the script runs without one. */
const SPOOL_LEAST_BYTES = 64 * 1024;
const CUT_ON_HOST = "sena: what it printed did not fit where the host keeps it, and is not whole";
const STATUS_LOST = "sena: it was run to its end, and the host had no room to keep its status: how it ended is not known";
const STOPPED_OUTSIDE = "sena: the command was ended from outside before it finished";
/** Output beyond this is dropped on the host, so that a flood cannot fill its disk. By a limit on `cat`, which writes at once: `head -c` would hold lines back. */
const SPOOL_MAX_BYTES = 16 * 1024 * 1024;

const FOLLOW = `
o=0; e=0; n=0
emit() {
  s=$(stat -c %s "$1" 2>/dev/null || echo 0)
  if [ "$s" -gt "$2" ]; then tail -c +$(($2 + 1)) "$1" | head -c $((s - $2)); else s=$2; fi
}
while :; do
  end=; [ -e "$d/status" ] && end=1
  emit "$d/out" "$o"; o=$s
  emit "$d/err" "$e" >&2; e=$s
  [ -n "$end" ] && break
  if ! kill -0 -- "-$p" 2>/dev/null && [ ! -e "$d/status" ]; then echo '${STOPPED_OUTSIDE}' >&2; exit 137; fi
  n=$((n + 1))
  if [ "$n" -lt 20 ]; then sleep 0.02; elif [ "$n" -lt 100 ]; then sleep 0.1; else sleep 0.5; fi
done
if [ -e "$d/out.cut" ] || [ -e "$d/err.cut" ]; then echo '${CUT_ON_HOST}' >&2; fi
s=$(cat "$d/status" 2>/dev/null)
case $s in '' | *[!0-9]*) echo '${STATUS_LOST}' >&2; exit 125 ;; esac
exit "$s"
`;

// The script runs in a process group of its own and goes on when the connection breaks; what it says and how it ended
// lies in a folder only this account can read. A folder that is there already means: this step was started before.
const SPOOLED = `
b64=$2; d=$HOME/.cache/sena/spool/$3
run='${EVAL}'
if [ -e "$d" ]; then echo 'sena: this step was started on this host before; it is not run again' >&2; exit 125; fi
direct() { exec /bin/bash --noprofile --norc -c "$run" sena "$b64"; }
(umask 077; mkdir -p "$HOME/.cache/sena/spool" && mkdir "$d") 2>/dev/null || direct
(head -c ${SPOOL_LEAST_BYTES} /dev/zero >"$d/room" && rm "$d/room") 2>/dev/null || { rm -rf "$d"; direct; }
find "$HOME/.cache/sena/spool" -mindepth 1 -maxdepth 1 -type d -mtime +7 -exec rm -rf {} + 2>/dev/null
cat /proc/sys/kernel/random/boot_id >"$d/boot" 2>/dev/null
lim() { (trap '' XFSZ; ulimit -f ${SPOOL_MAX_BYTES / 1024}; exec cat >"$1") || : >"$1.cut"; cat >/dev/null; }
exec 4<&0
set -m
{
  { { /bin/bash --noprofile --norc -c "$run" sena "$b64" <&4 2>&1 >&3 3>&- 4<&-; echo "$?" >"$d/code"; } | lim "$d/err"; } 3>&1 | lim "$d/out"
  mv "$d/code" "$d/status"
} >/dev/null 2>&1 &
p=$!
set +m
exec 4<&-
echo "$p" >"$d/pid"
${FOLLOW}`;

const TOGETHER = `
n=$2; shift 2
for s do
  /bin/bash --noprofile --norc -c '${EVAL}' sena "$s" </dev/null
  printf '%s:%s\\n' "$n" "$?"; printf '%s:\\n' "$n" >&2
done
`;

const FOLLOW_AGAIN = `
d=$HOME/.cache/sena/spool/$2; p=$(cat "$d/pid")
${FOLLOW}`;

const STATE = `
d=$HOME/.cache/sena/spool/$2
alive() { [ "$(cat "$d/boot" 2>/dev/null)" = "$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)" ] && kill -0 -- "-$(cat "$d/pid" 2>/dev/null)" 2>/dev/null; }
if [ ! -d "$d" ]; then echo absent
elif [ -e "$d/status" ]; then echo ended
elif alive; then echo running
else sleep 0.3; if [ -e "$d/status" ]; then echo ended; else echo dead; fi; fi
`;

const STOP = `
d=$HOME/.cache/sena/spool/$2; p=$(cat "$d/pid" 2>/dev/null)
[ -n "$p" ] && [ ! -e "$d/status" ] || exit 0
kill -TERM -- "-$p" 2>/dev/null
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do kill -0 -- "-$p" 2>/dev/null || exit 0; sleep 0.1; done
kill -KILL -- "-$p" 2>/dev/null
exit 0
`;
