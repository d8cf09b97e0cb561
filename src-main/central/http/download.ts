import { createReadStream, rmSync, statSync } from "node:fs";
import type { FastifyReply } from "fastify";
import type { Download } from "./route.ts";

export function sendDownload(reply: FastifyReply, file: Download): FastifyReply {
  const { name, type } = file;
  reply.headers({ "content-type": type, "content-disposition": `attachment; filename="${name.replaceAll(/[^\w.-]/g, "-")}"` });
  if ("text" in file) return reply.send(file.text);
  const { path } = file;
  const stream = createReadStream(path);
  stream.once("close", () => rmSync(path, { force: true }));
  return reply.header("content-length", String(statSync(path).size)).send(stream);
}
