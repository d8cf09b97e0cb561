/** Whether SQLite means by this code that the file itself is none of its own any more. */
export const saysDamaged = (code: string): boolean => code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB";
