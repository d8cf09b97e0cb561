import type { Family } from "../grammar.ts";

// Server programs that can check their own configuration: what a diagnosis asks first. Only the forms without a file or
// directive from the command line are listed: with those, the configuration would be the caller's, not the host's.

export const servers: Family = {
  name: "servers",
  commands: [
    // Proved by decision, for it is the first question about a server that is down; what it does besides is said with it.
    { names: "nginx", says: "checks its configuration as a start would: it opens its logs and its pid file, and takes its ports for a moment", ceiling: "arbitrary-exec", shapes: [["!-t -q", ""], ["!-v !-V", ""], ["!-T -q", "", "read-secret", "nginx-prints", "it prints the whole configuration, keys and passwords in it too"], ["!-s:[stop|quit|reload|reopen]", "", "service-impact", "nginx-signal", "this stops or reloads the server"]] },
    { names: "haproxy", says: "checks a configuration", ceiling: "arbitrary-exec", shapes: [["!-v", ""], ["!-c -qV -f:text", "", "arbitrary-exec", "haproxy-check", "it checks as a start would: its settings may load programs in Lua, and names in them are looked up"]] },
    // Without -c it loads the modules that the file names.
    { names: "named-checkconf", says: "checks a configuration", ceiling: "arbitrary-exec", shapes: [["!-c", "kept?"]] },
    { names: "pg_lsclusters", says: "lists PostgreSQL clusters", shapes: [["-hj --no-header --json", ""]] },
  ],
  inside: ["nginx -t", "nginx -t -q", "nginx -v", "pg_lsclusters -h"],
  aside: [
    ["nginx", "starts a server"],
    ["nginx -T", "prints the whole configuration, keys and passwords in it too"],
    ["nginx -s stop", "signals"],
    ["nginx -t -c /tmp/evil.conf", "a configuration of the caller's, which may load modules"],
    ["nginx -g 'load_module /tmp/x.so;' -t", "directives of the caller's"],
    ["sshd", "starts a server"],
    ["sshd -t -f /tmp/x", "another configuration"],
  ],
};
