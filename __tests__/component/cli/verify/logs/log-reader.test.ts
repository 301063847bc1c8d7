import type { Shell } from "../../../../../cli/process/shell";
import { cloudLogs, LOGS_WAIT_SECONDS, logQueries } from "../../../../../cli/verify/logs/log-reader";
import { deployment } from "../../../../support/verify/deployment";
import { FakeClock } from "../../../../support/verify/run";

const places = deployment().logs;
const queries = logQueries(places, "abc=", "105445aa7843bc8bf206b12000100000");

/** A shell in which programs print these texts in turn, and then repeat the last one. */
function shellOf(answers: Readonly<Record<string, readonly string[]>>) {
  const calls: string[][] = [];
  const shell: Shell = (program, args) => {
    const name = program === "aws" ? `aws ${args[1]}` : program;
    const before = calls.filter(([first]) => first === name).length;
    calls.push([name, ...args]);
    const out = answers[name]?.[before] ?? answers[name]?.at(-1);
    return out === undefined
      ? { code: 1, out: "", error: "Unable to locate credentials" }
      : { code: 0, out, error: "" };
  };
  return { shell, calls };
}

const found =
  '{"status":"Complete","results":[[{"field":"status","value":"200"},{"field":"integrationStatus","value":"200"}]]}';

test("queries the access log through Insights, and waits for it", async () => {
  const { shell, calls } = shellOf({
    "aws start-query": ['{"queryId":"q"}'],
    "aws get-query-results": ['{"status":"Unknown","results":[]}', '{"status":"Complete","results":[]}', found],
  });
  const line = await cloudLogs(places, new FakeClock(), shell).accessLine(queries);
  expect(line).toEqual({ status: "200", integrationStatus: "200" });
  expect(calls[0]).toEqual(
    expect.arrayContaining([
      "start-query",
      "--region",
      "eu-west-1",
      "/aws/vendedlogs/storefront-dev-access",
      queries.insights,
    ]),
  );
  expect(calls.map(([name]) => name?.split(" ")[1])).toEqual([
    "start-query",
    "get-query-results",
    "get-query-results",
    "start-query",
    "get-query-results",
  ]);
});

test("prefers Cloud Run's request line to the service's own, and accepts either", async () => {
  const own = '[{"jsonPayload":{"requestId":"abc="}}]';
  const both = '[{"jsonPayload":{"requestId":"abc="}},{"httpRequest":{"status":404}}]';
  const read = async (...texts: string[]) => {
    const { shell, calls } = shellOf({ gcloud: texts });
    return { line: await cloudLogs(places, new FakeClock(), shell).runLine(queries), calls };
  };
  expect((await read("[]", both)).line).toEqual({ status: "404" });
  const { line, calls } = await read(own);
  expect(line).toEqual({});
  expect(calls[0]).toEqual([
    "gcloud",
    "logging",
    "read",
    queries.filter,
    "--project=storefront-dev",
    "--freshness=1h",
    "--limit=20",
    "--format=json",
  ]);
});

test("finds nothing if no line arrives in time", async () => {
  const { shell } = shellOf({ gcloud: ["[]"] });
  const clock = new FakeClock();
  const start = clock.now();
  expect(await cloudLogs(places, clock, shell).runLine(queries)).toBeUndefined();
  expect((clock.now() - start) / 1000).toBeLessThanOrEqual(LOGS_WAIT_SECONDS + 10);
});

test("reports the last line of a failed tool as the reason", async () => {
  const reader = cloudLogs(places, new FakeClock(), shellOf({}).shell);
  await expect(reader.accessLine(queries)).rejects.toThrow("aws failed: Unable to locate credentials");
  await expect(reader.runLine(queries)).rejects.toThrow("gcloud failed: Unable to locate credentials");
});
