/**
 * The command of a pane whose host keeps its shell: a tmux session of our own, on our own socket and without anybody's
 * configuration, whose window scrolls like a plain terminal. It says itself, in the pane, whether the shell was still
 * there. `sh -c` because the login shell may be any; without tmux the login shell runs as if nothing had been asked.
 */
export function keepShellCommand(paneId: string): string {
  if (!/^[a-z0-9_-]{1,64}$/.test(paneId)) throw new TypeError("a pane's id goes into a command");
  const session = `sena-${paneId}`;
  const tmux = "tmux -L sena -f /dev/null";
  const script = [
    `if ! command -v tmux >/dev/null 2>&1; then printf "%s\\n" "[SENA: this host has no tmux, the shell will not outlive the connection]"; exec "\${SHELL:-/bin/sh}" -l; fi`,
    `if ${tmux} has-session -t =${session} 2>/dev/null; then printf "%s\\n" "[SENA: the shell survived, here it is]"; else printf "%s\\n" "[SENA: a new shell, kept by tmux]"; fi`,
    `exec ${tmux} new-session -A -s ${session} ";" set-option -g status off ";" set-option -g terminal-overrides ",*:smcup@:rmcup@" ";" set-option -g escape-time 10`,
  ].join("; ");
  return `exec /bin/sh -c '${script}'`;
}
