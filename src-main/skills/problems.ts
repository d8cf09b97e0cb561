/** What is wrong with a pack, where, in words its author can act on. */
export type Problem = { readonly severity: "error" | "warning"; readonly file: string; readonly line: number; readonly where: string; readonly message: string };

export const sayProblem = ({ severity, file, line, where, message }: Problem): string => `${file === "" ? "" : `${file}:${line}: `}${severity}: ${where === "" ? "" : `${where}: `}${message}`;
export const isBad = (problems: readonly Problem[]): boolean => problems.some(({ severity }) => severity === "error");
