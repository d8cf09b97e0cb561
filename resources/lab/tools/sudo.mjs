import { spawnSync } from "node:child_process";
import { ToolError, change, log, readState } from "./host.mjs";
import { out } from "./out.mjs";

/** ops may become anyone without a password, as on many operators' machines; it is written to the journal as sudo does. */
export function sudo(argv) {
  let user = "root";
  let shell = false;
  let i = 0;
  for (; i < argv.length; i += 1) {
    const word = argv[i];
    if (word === "-u" || word === "--user") user = argv[(i += 1)] ?? "";
    else if (word.startsWith("-u") && word.length > 2) user = word.slice(2);
    else if (word === "-g") i += 1;
    else if (word === "-i" || word === "-s") shell = true;
    else if (word === "-l") return out(`User ops may run the following commands on ${readState().name}:\n    (ALL : ALL) NOPASSWD: ALL`), 0;
    else if (["-n", "-E", "-H", "-k", "-K", "-v", "-b", "--"].includes(word)) {
      if (word === "--") {
        i += 1;
        break;
      }
    } else if (word.startsWith("-")) throw new ToolError(`sudo: unrecognized option '${word}'`);
    else if (!/^[A-Za-z_]\w*=/.test(word)) break;
  }
  const command = argv.slice(i);
  const settings = argv.slice(0, i).filter((w) => /^[A-Za-z_]\w*=/.test(w)).map((w) => [w.slice(0, w.indexOf("=")), w.slice(w.indexOf("=") + 1)]);
  if (command.length === 0 && !shell) return 0;
  const run = command.length === 0 ? ["bash"] : shell ? ["bash", "-c", command.join(" ")] : command;
  change((state) => log(state, { ident: "sudo", pid: "", priority: 5, message: `     ops : PWD=${process.cwd()} ; USER=${user} ; COMMAND=${run.join(" ")}` }));
  const { status, signal, error } = spawnSync(run[0], run.slice(1), { stdio: "inherit", env: { ...process.env, ...Object.fromEntries(settings), SUDO_USER: "ops", USER: user, LOGNAME: user } });
  if (error) throw new ToolError(`sudo: ${run[0]}: command not found`, 1);
  return signal ? 128 : (status ?? 1);
}
