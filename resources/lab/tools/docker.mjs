// Docker as far as an operator asks about it every day: what runs, its log, its use, images; start, stop, restart.
import { ToolError, change, log, nowMs, readState } from "./host.mjs";
import { err, out } from "./out.mjs";

const ago = (ms) => {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 1) return "Less than a second";
  if (minutes < 120) return minutes < 60 ? `${minutes} minutes` : "About an hour";
  return minutes < 2880 ? `${Math.floor(minutes / 60)} hours` : `${Math.floor(minutes / 1440)} days`;
};
const statusOf = (one, now) => (one.state === "running" ? `Up ${ago(now - one.since)}${one.health ? ` (${one.health})` : ""}` : `Exited (${one.code ?? 0}) ${ago(now - one.since)} ago`);

/** `{{.Name}}` and plain text: the part of Go's templates that format strings use. */
const formatted = (template, fields) => template.replaceAll("\\t", "\t").replace(/\{\{\s*\.(\w+)\s*\}\}/g, (_all, name) => fields[name] ?? `<no value>`);

/** Words after the command, with options that take a value told apart. */
function read(argv, withValue) {
  const found = {};
  const rest = [];
  for (let at = 0; at < argv.length; at += 1) {
    const [name, own] = argv[at].split(/=(.*)/s);
    if (!argv[at].startsWith("-")) rest.push(argv[at]);
    else if (withValue.includes(name)) found[name] = own ?? argv[(at += 1)];
    else found[name] = true;
  }
  return { found, rest };
}

function named(state, name) {
  const one = (state.containers ?? []).find((container) => container.name === name);
  if (!one) throw new ToolError(`Error response from daemon: No such container: ${name}`, 1);
  return one;
}

function ps(argv) {
  const { found } = read(argv, ["--format", "--filter", "-f"]);
  const state = readState();
  const now = nowMs(state);
  const filter = found["--filter"] ?? found["-f"];
  const pattern = filter?.startsWith("name=") ? new RegExp(filter.slice(5)) : /./;
  const shown = (state.containers ?? []).filter((one) => (found["-a"] || one.state === "running") && pattern.test(one.name));
  const template = found["--format"];
  if (!template) out("CONTAINER ID   IMAGE   COMMAND   CREATED   STATUS   PORTS   NAMES");
  for (const one of shown) {
    const fields = { ID: one.id, Names: one.name, State: one.state, Status: statusOf(one, now), Image: one.image, Ports: one.state === "running" ? one.ports : "" };
    out(formatted(template ?? "{{.ID}}   {{.Image}}   {{.Status}}   {{.Ports}}   {{.Names}}", fields));
  }
}

function logs(argv) {
  const { found, rest } = read(argv, ["--tail", "-n"]);
  const { lines } = named(readState(), rest[0]);
  const most = Number(found["--tail"] ?? found["-n"] ?? lines.length);
  for (const line of lines.slice(-most)) out(line);
}

function stats(argv) {
  const template = read(argv, ["--format"]).found["--format"] ?? "{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}";
  for (const one of (readState().containers ?? []).filter(({ state }) => state === "running")) out(formatted(template, { Name: one.name, CPUPerc: `${one.cpu.toFixed(2)}%`, MemUsage: one.memory, MemPerc: `${one.mem.toFixed(2)}%` }));
}

function images(argv) {
  const template = read(argv, ["--format"]).found["--format"] ?? "{{.Repository}}   {{.Tag}}   {{.CreatedSince}}   {{.Size}}";
  for (const { repository, tag, size, since } of readState().images ?? []) out(formatted(template, { Repository: repository, Tag: tag, Size: size, CreatedSince: since }));
}

const turn = (to) => (argv) => {
  const { rest } = read(argv, ["-t", "--time"]);
  change((state) => {
    for (const name of rest) {
      const one = named(state, name);
      Object.assign(one, to === "stopped" ? { state: "exited", code: 0, since: nowMs(state) } : { state: "running", since: nowMs(state), health: one.health ? "healthy" : undefined });
      log(state, { unit: "docker.service", ident: "dockerd", pid: 744, message: `container ${name} ${to}` });
    }
  });
  for (const name of rest) out(name);
};

const VERBS = { ps, logs, stats, images, start: turn("started"), stop: turn("stopped"), restart: turn("restarted"), system: () => out("TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE\nImages          3         2         1.214GB   402MB (33%)\nContainers      3         2         18.2MB    4.1MB (22%)\nLocal Volumes   1         1         96.4MB    0B (0%)\nBuild Cache     0         0         0B        0B") };

export function docker([verb = "", ...argv]) {
  const run = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (!run) {
    err(`docker: '${verb}' is not part of the practice lab.`);
    return 1;
  }
  run(argv);
  return 0;
}
