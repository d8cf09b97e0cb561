import { createReadStream, rmSync, statSync } from "node:fs";
import type { FastifyReply } from "fastify";
import type { Download } from "./route.ts";

export function sendDownload(reply: FastifyReply, { name, type, path }: Download): FastifyReply {
  const stream = createReadStream(path);
  stream.once("close", () => rmSync(path, { force: true }));
  return reply.headers({ "content-type": type, "content-length": String(statSync(path).size), "content-disposition": `attachment; filename="${name.replaceAll(/[^\w.-]/g, "-")}"` }).send(stream);
}
