// Prometheus text format 0.0.4, by hand: three names and a histogram.

const BUCKETS_MS = [1, 5, 10, 25, 50, 100, 250, 1000, 5000] as const;

export function createMetrics(gauges: Readonly<Record<string, () => number>>) {
  const counts = new Map<string, number>();
  const times = BUCKETS_MS.map(() => 0);
  let seen = 0;
  let sumMs = 0;
  return {
    count(route: string, status: number, ms: number): void {
      const name = `sena_requests_total{route="${route.replaceAll(/["\\\n]/g, "")}",status="${status}"}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      seen += 1;
      sumMs += ms;
      BUCKETS_MS.forEach((limit, index) => {
        if (ms <= limit) times[index] = (times[index] as number) + 1;
      });
    },
    text: (): string =>
      [
        "# TYPE sena_requests_total counter",
        ...[...counts].map(([name, count]) => `${name} ${count}`),
        "# TYPE sena_request_ms histogram",
        ...BUCKETS_MS.map((limit, index) => `sena_request_ms_bucket{le="${limit}"} ${times[index]}`),
        `sena_request_ms_bucket{le="+Inf"} ${seen}`,
        `sena_request_ms_sum ${sumMs}`,
        `sena_request_ms_count ${seen}`,
        ...Object.entries(gauges).flatMap(([name, read]) => [`# TYPE ${name} gauge`, `${name} ${read()}`]),
        "",
      ].join("\n"),
  };
}
export type Metrics = ReturnType<typeof createMetrics>;
