import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Fastify from "fastify";
import { describe, expect, it, vi } from "vitest";
import { backTo, serveConsole } from "../../../src-main/central/http/console.ts";
import { sendDownload } from "../../../src-main/central/http/download.ts";
import { consolePolicy } from "../../../src-main/shells/process/screen-files.ts";
import { throwawayFolders } from "../../harness/folders.ts";

const newFolder = throwawayFolders("sena-download-");
const text = (body: string, isHashed = false) => ({ type: "text/plain", body: Buffer.from(body), isHashed });

describe("the console's files", () => {
  const served = async () => {
    const app = Fastify();
    serveConsole(app, { policy: consolePolicy, files: new Map([["/console.html", text("the page")], ["/assets/a-12345678.js", text("code", true)]]) });
    await app.ready();
    return app;
  };

  it("are served under a policy that lets nothing in from elsewhere, the page always fresh and the code for good", async () => {
    const app = await served();
    const page = await app.inject("/");
    // Also where an organisation's provider sends people back to; the page finds its files beside it there too.
    for (const path of ["/", backTo("7f9c24e8-3b12-4b8a-9a51-6a1f0c6d2e11")]) {
      expect((await app.inject(`${path}?code=x&state=y`)).body).toBe("the page");
      expect(new URL("./assets/a-12345678.js", `https://server${path}`).pathname).toBe("/assets/a-12345678.js");
    }
    expect(page.headers["cache-control"]).toBe("no-store");
    expect(page.headers["content-security-policy"]).toMatch(/default-src 'none'.*script-src 'self'.*style-src 'self';.*connect-src 'self'.*frame-ancestors 'none'.*trusted-types 'none'/);
    expect(page.headers["content-security-policy"]).not.toMatch(/unsafe|nonce|\*/);
    expect((await app.inject("/assets/a-12345678.js")).headers["cache-control"]).toMatch(/immutable/);
  });

  it("are those that were built and no others, however a path is spelled", async () => {
    const app = await served();
    for (const path of ["/console.html", "/assets/", "/assets/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/a-12345678.js/"]) expect((await app.inject(path)).statusCode, path).toBe(404);
  });
});

it("a file that was made for one answer is gone when it was sent", async () => {
  const path = join(newFolder(), "made.zip");
  writeFileSync(path, "bytes");
  const app = Fastify();
  app.get("/take", (_request, reply) => sendDownload(reply, { name: 'a "b"/c.zip', type: "application/zip", path }));
  const answer = await app.inject("/take");
  expect(answer.body).toBe("bytes");
  expect(answer.headers["content-disposition"]).toBe('attachment; filename="a--b--c.zip"');
  await vi.waitFor(() => expect(existsSync(path)).toBe(false));
});
