import { parseArgs } from "node:util";
import { join } from "node:path";
import { homedir } from "node:os";
import { LAB_HOSTS, startLab, type LabHostName } from "./index.ts";

// The practice lab as a program of its own: prints what it offers, then serves until it is told to stop.

const { values } = parseArgs({ options: { home: { type: "string" }, resources: { type: "string" }, "with-parent": { type: "boolean", default: false }, json: { type: "boolean", default: false }, host: { type: "string", multiple: true }, keep: { type: "boolean", default: false }, "fixed-clock": { type: "boolean", default: false } } });
const unknown = values.host?.find((name) => !(LAB_HOSTS as readonly string[]).includes(name));
if (unknown !== undefined) {
  process.stderr.write(`lab: there is no practice host "${unknown}"; there are ${LAB_HOSTS.join(", ")}.\n`);
  process.exit(64);
}
try {
  const lab = await startLab({ home: values.home ?? join(homedir(), ".sena-lab"), keep: values.keep, ...(values.resources ? { resources: values.resources } : {}), clock: values["fixed-clock"] ? "fixed" : "running", ...(values.host ? { hosts: values.host as LabHostName[] } : {}) });
  const offer = { separation: lab.separation, key: lab.keyPath, knownHosts: lab.knownHostsPath, redfish: lab.redfish, hosts: lab.hosts };
  process.stdout.write(values.json ? `${JSON.stringify(offer)}\n` : `${lab.hosts.map((host) => `${host.name.padEnd(8)} ssh -p ${host.port} -i ${lab.keyPath} -o UserKnownHostsFile=${lab.knownHostsPath} ops@127.0.0.1   (password ${host.password})`).join("\n")}\n${lab.redfish ? `redfish  ${lab.redfish.url}/redfish/v1   (ops, ${lab.redfish.password})\n` : ""}`);
  const stop = async (): Promise<void> => {
    await lab[Symbol.asyncDispose]();
    process.exit(0);
  };
  // Started by SENA's core: it goes when the core goes, however that ends.
  if (values["with-parent"]) process.stdin.resume().on("end", () => void stop());
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
} catch (error) {
  process.stderr.write(`lab: ${(error as Error).message}\n`);
  process.exit(1);
}
