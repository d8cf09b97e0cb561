import { readFileSync } from "node:fs";
import { ToolError, at, change, log, readState } from "./host.mjs";
import { checkConfig, filesOf } from "./nginx-config.mjs";
import { err, out } from "./out.mjs";
import { systemctl } from "./systemd.mjs";

const CONFIG = "/etc/nginx/nginx.conf";

export function nginx(argv) {
  const has = (flag) => argv.includes(flag);
  const config = has("-c") ? argv[argv.indexOf("-c") + 1] : CONFIG;
  if (has("-v")) return err("nginx version: nginx/1.22.1"), 0;
  if (has("-V")) return err("nginx version: nginx/1.22.1\nbuilt with OpenSSL 3.0.14 4 Jun 2024\nTLS SNI support enabled\nconfigure arguments: --prefix=/usr/share/nginx --conf-path=/etc/nginx/nginx.conf --with-http_ssl_module --with-http_v2_module --with-http_stub_status_module"), 0;
  if (has("-t") || has("-T")) {
    const fault = checkConfig(config);
    if (fault) return err(`${fault}\nnginx: configuration file ${config} test failed`), 1;
    if (!has("-q")) err(`nginx: the configuration file ${config} syntax is ok\nnginx: configuration file ${config} test is successful`);
    if (has("-T")) for (const file of filesOf(config)) out(`# configuration file ${file}:\n${readFileSync(at(file), "utf8")}`);
    return 0;
  }
  if (has("-s")) {
    const signal = argv[argv.indexOf("-s") + 1];
    const running = readState().units["nginx.service"]?.active === "active";
    if (!running) throw new ToolError("nginx: [error] open() \"/run/nginx.pid\" failed (2: No such file or directory)");
    if (signal === "reload" || signal === "reopen") {
      const fault = checkConfig(config);
      if (fault) throw new ToolError(fault);
      change((state) => log(state, { unit: "nginx.service", ident: "nginx", pid: state.processes.find((p) => p.unit === "nginx.service")?.pid, priority: 5, message: `signal process started: ${signal}` }));
      return 0;
    }
    if (signal === "quit" || signal === "stop") return systemctl(["stop", "nginx"]);
    throw new ToolError(`nginx: invalid option: "-s ${signal ?? ""}"`);
  }
  const fault = checkConfig(config);
  if (fault) throw new ToolError(fault);
  return systemctl(["start", "nginx"]);
}
