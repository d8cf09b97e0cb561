// Who may import whom: the drawn list. Each room names what it MAY reach; everything else is an error.
// docs/architecture.md draws the floors; a new arrow is a decision (docs/adr), and one that nobody uses any more goes.
const MAIN = {
  contract: [],
  kernel: [],
  store: ["kernel"],
  log: ["kernel"],
  settings: ["store", "kernel", "contract"],
  shellcheck: ["contract"],
  ledger: ["store", "kernel", "contract"],
  policy: ["contract"],
  skills: ["shellcheck", "inventory", "store", "kernel", "contract"],
  request: ["skills", "inventory", "kernel", "contract"],
  inventory: ["store", "kernel", "contract"],
  vault: ["store", "kernel", "contract"],
  access: ["vault", "ledger", "store", "kernel", "contract"],
  insight: ["ledger", "store", "kernel", "contract"],
  approvals: ["policy", "access", "ledger", "inventory", "shellcheck", "store", "kernel", "contract"],
  ssh: ["inventory", "vault", "ledger", "store", "kernel", "contract"],
  models: ["vault", "ledger", "insight", "store", "kernel", "contract"],
  guard: ["approvals", "ssh", "access", "policy", "ledger", "inventory", "shellcheck", "store", "kernel", "contract"],
  evals: ["models", "store", "kernel", "contract"],
  knowledge: ["store", "kernel", "contract"],
  terminals: ["ssh", "ledger", "inventory", "store", "kernel", "contract"],
  runs: ["guard", "ledger", "inventory", "skills", "store", "kernel", "contract"],
  schedules: ["runs", "approvals", "access", "ledger", "inventory", "skills", "store", "kernel", "contract"],
  agent: ["runs", "models", "skills", "knowledge", "inventory", "store", "kernel", "contract"],
  chat: ["agent", "runs", "skills", "request", "guard", "inventory", "ledger", "store", "kernel", "contract"],
  "central-link": ["approvals", "access", "ledger", "store", "kernel", "contract"],
  // The server is another program of the same rooms. Of the desktop's end it knows the messages alone (its port).
  central: ["central-link", "access", "ledger", "policy", "approvals", "shellcheck", "store", "kernel", "contract"],
  api: ["*"],
  shells: ["*"],
};
const PURE = ["contract", "kernel", "shellcheck", "policy"];
const UI = { lib: [], link: ["lib"], ui: ["lib"], features: ["ui", "lib", "link", "app"], app: ["features", "ui", "lib", "link"], gallery: ["features", "ui", "lib", "link", "app"], console: ["features", "ui", "lib", "app"] };

const zones = (root, list) =>
  Object.entries(list)
    .filter(([, may]) => !may.includes("*"))
    .map(([zone, may]) => ({
      name: `${root}/${zone} reaches too far`,
      severity: "error",
      from: { path: `^${root}/${zone}/` },
      to: { path: `^${root}/`, pathNot: [zone, ...may].map((name) => `^${root}/${name}/`) },
    }));

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...zones("src-main", MAIN),
    ...zones("src-renderer", UI),
    { name: "no cycles", severity: "error", from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } } },
    { name: "rooms meet at their doors", severity: "error", from: { path: "^src-main/([^/]+)/" }, to: { path: "^src-main/[^/]+/.+", pathNot: ["^src-main/$1/", "^src-main/[^/]+/(index|port)\\.ts$", "^src-main/contract/", "^src-main/api/", "^src-main/shells/"] } },
    { name: "the renderer sees only the contract", severity: "error", from: { path: "^src-renderer/" }, to: { path: "^src-main/", pathNot: "^src-main/contract/" } },
    { name: "screens parse nothing: of the contract they take types, and values only where no schema is", severity: "error", from: { path: "^src-renderer/" }, to: { path: "^src-main/contract/", pathNot: "^src-main/contract/(link/.+|words|failure|rendering|leaf-types|new-pack|line-changes|typed-fingerprint|timetable-words)\\.ts$", dependencyTypesNot: ["type-only"] } },
    { name: "no schema reaches the screens' code", severity: "error", from: { path: "^(src-renderer|src-main/contract/(link/.+|words|failure|rendering|leaf-types|new-pack|line-changes|typed-fingerprint|timetable-words)\\.ts$)" }, to: { path: "(^|/)node_modules/zod/", dependencyTypesNot: ["type-only"] } },
    { name: "the core never sees the renderer", severity: "error", from: { path: "^src-main/" }, to: { path: "^src-renderer/" } },
    { name: "electron only in shells/electron", severity: "error", from: { path: "^src-", pathNot: "^src-main/shells/electron/" }, to: { path: "^(node_modules/)?electron($|/)" } },
    { name: "pure rooms touch no Node API", severity: "error", from: { path: `^(src-main/(${PURE.join("|")})|src-renderer)/` }, to: { dependencyTypes: ["core"] } },
    { name: "shells do not know each other", severity: "error", from: { path: "^src-main/shells/(electron|station|cli)/" }, to: { path: "^src-main/shells/(electron|station|cli)/", pathNot: "^src-main/shells/$1/" } },
    { name: "only shells know shells", severity: "error", from: { path: "^src-main/(?!shells/)" }, to: { path: "^src-main/shells/" } },
    { name: "only shells and api know api", severity: "error", from: { path: "^src-main/(?!shells/|api/)" }, to: { path: "^src-main/api/" } },
    { name: "features meet at their index", severity: "error", from: { path: "^src-renderer/features/([^/]+)/" }, to: { path: "^src-renderer/features/", pathNot: ["^src-renderer/features/$1/", "^src-renderer/features/[^/]+/index\\.tsx?$"] } },
    { name: "product code never imports tests", severity: "error", from: { path: "^src-" }, to: { path: "^test/" } },
    { name: "no package that is not declared", severity: "error", from: { path: "^src-" }, to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] } },
    { name: "product code uses no development package", severity: "error", from: { path: "^src-main/", pathNot: "^src-main/shells/electron/" }, to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "node_modules/@types/" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "\\.module\\.css$" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.node.json" },
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".mjs", ".js", ".json"], exportsFields: ["exports"], conditionNames: ["node", "import", "types", "default"] },
    skipAnalysisNotInRules: true,
  },
};
