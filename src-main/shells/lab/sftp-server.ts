import { closeSync, fstatSync, futimesSync, lstatSync, mkdirSync, openSync, readdirSync, readlinkSync, readSync, renameSync, rmdirSync, statSync, symlinkSync, truncateSync, unlinkSync, utimesSync, writeSync, chmodSync, type Stats } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import type { Attributes, FileEntry, InputAttributes, SFTPWrapper } from "ssh2";
import ssh2 from "ssh2";

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;
type Handle = { readonly kind: "file"; readonly fd: number } | { readonly kind: "folder"; entries: FileEntry[] };

/** SFTP over one host's tree. Paths are resolved component by component under the root: no link leads out of it. */
export function serveSftp(sftp: SFTPWrapper, root: string): void {
  const handles = new Map<number, Handle>();
  let next = 0;
  const keep = (handle: Handle): Buffer => {
    const name = Buffer.alloc(4);
    name.writeUInt32BE((next += 1));
    handles.set(next, handle);
    return name;
  };
  const held = (name: Buffer): Handle | undefined => handles.get(name.length === 4 ? name.readUInt32BE() : -1);
  const guard = (id: number, work: () => void): void => {
    try {
      work();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      sftp.status(id, code === "ENOENT" || code === "ENOTDIR" ? STATUS_CODE.NO_SUCH_FILE : code === "EACCES" || code === "EPERM" ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.FAILURE, message);
    }
  };
  const ok = (id: number): void => void sftp.status(id, STATUS_CODE.OK);
  const path = (asked: string, follow = true): string => inside(root, asked, follow);

  sftp.on("OPEN", (id, name, flags, attrs) => guard(id, () => sftp.handle(id, keep({ kind: "file", fd: openSync(path(name), nodeFlags(flags), attrs.mode ?? 0o644) }))));
  sftp.on("READ", (id, handle, offset, length) => guard(id, () => {
    const file = held(handle);
    if (file?.kind !== "file") return sftp.status(id, STATUS_CODE.FAILURE);
    const bytes = Buffer.alloc(Math.min(length, 256 * 1024));
    const count = readSync(file.fd, bytes, 0, bytes.length, offset);
    return count === 0 ? sftp.status(id, STATUS_CODE.EOF) : sftp.data(id, bytes.subarray(0, count));
  }));
  sftp.on("WRITE", (id, handle, offset, data) => guard(id, () => {
    const file = held(handle);
    if (file?.kind !== "file") return sftp.status(id, STATUS_CODE.FAILURE);
    writeSync(file.fd, data, 0, data.length, offset);
    return ok(id);
  }));
  sftp.on("FSTAT", (id, handle) => guard(id, () => {
    const file = held(handle);
    return file?.kind === "file" ? sftp.attrs(id, attributes(fstatSync(file.fd))) : sftp.status(id, STATUS_CODE.FAILURE);
  }));
  sftp.on("FSETSTAT", (id, handle, attrs) => guard(id, () => {
    const file = held(handle);
    if (file?.kind === "file" && attrs.mtime !== undefined) futimesSync(file.fd, attrs.atime ?? attrs.mtime, attrs.mtime);
    ok(id);
  }));
  sftp.on("CLOSE", (id, handle) => guard(id, () => {
    const file = held(handle);
    if (file?.kind === "file") closeSync(file.fd);
    handles.delete(handle.readUInt32BE());
    ok(id);
  }));
  sftp.on("OPENDIR", (id, name) => guard(id, () => {
    const folder = path(name);
    const entries = readdirSync(folder).filter((entry) => !(folder === root && (entry === ".lab" || entry === ".host"))).map((entry) => entryOf(join(folder, entry)));
    sftp.handle(id, keep({ kind: "folder", entries }));
  }));
  sftp.on("READDIR", (id, handle) => guard(id, () => {
    const folder = held(handle);
    if (folder?.kind !== "folder") return sftp.status(id, STATUS_CODE.FAILURE);
    if (folder.entries.length === 0) return sftp.status(id, STATUS_CODE.EOF);
    return sftp.name(id, folder.entries.splice(0, 100));
  }));
  sftp.on("STAT", (id, name) => guard(id, () => sftp.attrs(id, attributes(statSync(path(name))))));
  sftp.on("LSTAT", (id, name) => guard(id, () => sftp.attrs(id, attributes(lstatSync(path(name, false))))));
  sftp.on("SETSTAT", (id, name, attrs: InputAttributes) => guard(id, () => {
    const file = path(name);
    if (attrs.size !== undefined) truncateSync(file, attrs.size);
    if (attrs.mode !== undefined) chmodSync(file, (attrs.mode as number) & 0o7777);
    if (attrs.mtime !== undefined) utimesSync(file, Number(attrs.atime ?? attrs.mtime), Number(attrs.mtime));
    ok(id);
  }));
  sftp.on("REMOVE", (id, name) => guard(id, () => (unlinkSync(path(name, false)), ok(id))));
  sftp.on("RMDIR", (id, name) => guard(id, () => (rmdirSync(path(name, false)), ok(id))));
  sftp.on("MKDIR", (id, name, attrs) => guard(id, () => (mkdirSync(path(name), { mode: (attrs.mode as number) || 0o755 }), ok(id))));
  sftp.on("RENAME", (id, from, to) => guard(id, () => (renameSync(path(from, false), path(to, false)), ok(id))));
  sftp.on("SYMLINK", (id, target, link) => guard(id, () => (symlinkSync(target, path(link, false)), ok(id))));
  sftp.on("READLINK", (id, name) => guard(id, () => sftp.name(id, [{ filename: readlinkSync(path(name, false)), longname: "", attrs: {} as Attributes }])));
  sftp.on("REALPATH", (id, name) => guard(id, () => {
    const real = posix.normalize(name.startsWith("/") ? name : `/home/ops/${name}`);
    sftp.name(id, [{ filename: real.length > 1 ? real.replace(/\/$/, "") : real, longname: "", attrs: {} as Attributes }]);
  }));
  (sftp as unknown as { on(event: "EXTENDED", listener: (id: number, name: string, data: Buffer) => void): void }).on("EXTENDED", (id, name, data) => guard(id, () => {
    if (name !== "posix-rename@openssh.com") return sftp.status(id, STATUS_CODE.OP_UNSUPPORTED);
    const first = data.readUInt32BE(0);
    renameSync(path(data.subarray(4, 4 + first).toString("utf8"), false), path(data.subarray(8 + first).toString("utf8"), false));
    return ok(id);
  }));
  sftp.on("close", () => {
    for (const handle of handles.values()) if (handle.kind === "file") closeSync(handle.fd);
    handles.clear();
  });
}

export function inside(root: string, asked: string, follow: boolean): string {
  const walk = (parts: readonly string[], from: string, depth: number): string => {
    if (depth > 40) throw Object.assign(new Error("too many links"), { code: "ELOOP" });
    let at = from;
    for (const [index, part] of parts.entries()) {
      if (part === "" || part === ".") continue;
      if (part === "..") {
        at = at === root ? root : dirname(at);
        continue;
      }
      const child = join(at, part);
      const isLast = index === parts.length - 1;
      const target = isLast && !follow ? undefined : linkOf(child);
      at = target === undefined ? child : walk(target.split("/"), target.startsWith("/") ? root : at, depth + 1);
    }
    return at;
  };
  return walk(asked.split("/"), asked.startsWith("/") ? root : join(root, "home/ops"), 0);
}

function linkOf(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}

const nodeFlags = (flags: number): string => {
  const isWrite = (flags & OPEN_MODE.WRITE) !== 0;
  if (!isWrite) return "r";
  if ((flags & OPEN_MODE.EXCL) !== 0) return "wx+";
  if ((flags & OPEN_MODE.TRUNC) !== 0) return "w+";
  return (flags & OPEN_MODE.APPEND) !== 0 ? "a+" : "r+";
};

const attributes = (stats: Stats): Attributes => ({ mode: stats.mode, uid: 1000, gid: 1000, size: stats.size, atime: Math.floor(stats.atimeMs / 1000), mtime: Math.floor(stats.mtimeMs / 1000) });

function entryOf(path: string): FileEntry {
  const stats = lstatSync(path);
  const type = stats.isDirectory() ? "d" : stats.isSymbolicLink() ? "l" : "-";
  return { filename: basename(path), longname: `${type}rw-r--r-- 1 ops ops ${stats.size} ${new Date(stats.mtimeMs).toISOString().slice(0, 10)} ${basename(path)}`, attrs: attributes(stats) };
}
