/** As the core writes it: `all`, `environment:prod`, `host:web-01`. */
export const scopeWords = (scope: string): string => (scope === "all" ? "every host" : scope.startsWith("environment:") ? `${scope.slice("environment:".length)} hosts` : scope.slice("host:".length));
