import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, vi } from "vitest";
import { CentralConfig } from "../../../src-main/central/config.ts";
import { startTraces } from "../../../src-main/central/http/traces.ts";

it("says once that a collector takes no traces, and once that it does again", async () => {
  let status = 503;
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    request.resume().on("end", () => response.writeHead(status).end());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const said: (readonly [string, string])[] = [];
  const traces = startTraces({ collector: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, version: "test", tell: (...of) => said.push(of), everyMs: 2 });
  try {
    const note = (): void => traces.note({ traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`, method: "POST", path: "/v1/link/push", status: 200, desktopId: "desk", from: 1, to: 2 });
    const until = async (count: number) => {
      await vi.waitFor(() => {
        note();
        expect(asked).toBeGreaterThanOrEqual(count);
      }, { interval: 5, timeout: 10_000 });
    };
    await until(4);
    expect(said).toEqual([["warn", "the collector of traces takes none: it answered 503; traces are lost until it does"]]);
    status = 200;
    await until(asked + 4);
    expect(said.slice(1)).toEqual([["info", "the collector of traces takes them again"]]);
  } finally {
    await traces[Symbol.asyncDispose]();
    server.close();
  }
});

it("takes no address of a collector that holds a name or a password, and does not repeat it", () => {
  for (const traces of ["https://ada@collector.example:4318", "https://ada:hunter2@collector.example", "https://:hunter2@collector.example"]) {
    const { error } = CentralConfig.safeParse({ traces });
    expect(error?.issues.map(({ message }) => message).join()).toMatch(/name or password in it is refused/);
    expect(error?.message).not.toMatch(/hunter2|collector\.example/);
  }
  expect(CentralConfig.safeParse({ traces: "nonsense" }).success).toBe(false);
  expect(CentralConfig.safeParse({ traces: "https://collector.example:4318/v1/traces" }).success).toBe(true);
});
