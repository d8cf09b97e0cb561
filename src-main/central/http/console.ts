import type { FastifyInstance, FastifyReply } from "fastify";

/** The console's files by URL path, each read once: a request is looked up here and joined to nothing. */
export type ConsoleFiles = { readonly files: ReadonlyMap<string, { readonly type: string; readonly body: Buffer; readonly isHashed: boolean }>; readonly policy: string };

/** Where a provider sends people back to: the same page, and it says by its own address whose provider it was. One segment, since the page names its files beside it. */
export const backTo = (orgId: string): string => `/from-${orgId}`;

/** Screens for people. They hold nothing by themselves: whatever they show, they ask of the routes, as anybody else would. */
export function serveConsole(app: Pick<FastifyInstance, "get">, console: ConsoleFiles | undefined): void {
  if (console === undefined) return;
  const { files, policy } = console;
  const send = (reply: FastifyReply, path: string): FastifyReply | void => {
    const file = files.get(path);
    if (file === undefined) return reply.callNotFound();
    return reply
      .headers({ "content-type": file.type, "content-security-policy": policy, "permissions-policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=()", "cache-control": file.isHashed ? "private, max-age=31536000, immutable" : "no-store" })
      .send(file.body);
  };
  for (const path of ["/", backTo(":orgId")]) app.get(path, (_request, reply) => send(reply, "/console.html"));
  for (const path of files.keys()) if (path !== "/console.html") app.get(path, (_request, reply) => send(reply, path));
}
