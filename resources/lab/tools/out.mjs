export const out = (text) => void process.stdout.write(text.endsWith("\n") || text === "" ? text : `${text}\n`);
export const err = (text) => void process.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
