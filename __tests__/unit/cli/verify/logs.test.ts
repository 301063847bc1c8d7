import { type LogSource, Unreadable } from "../../../../cli/trace/log-source";
import { placesOf } from "../../../../cli/trace/places";
import { LOGS_WAIT_SECONDS } from "../../../../cli/verify/probes";
import { STACK } from "../../../support/verify/deployment";
import { FakeClock, verifyFake } from "../../../support/verify/run";

const ACCESS = { requestId: "id=", status: "200", time: "1", integrationStatus: "200" };
const row = [{ field: "@message", value: JSON.stringify(ACCESS) }];
const REQUEST = { httpRequest: { status: 200 } };

/** The verdict of `logs`, and what was asked, if the sources answer so. */
async function asked(
  source: Partial<Record<"cloudWatch" | "cloudLogging", (query: never) => Promise<readonly unknown[]>>>,
) {
  const clock = new FakeClock();
  const queries: string[] = [];
  const noted = (find: ((query: never) => Promise<readonly unknown[]>) | undefined) => async (query: never) => {
    queries.push(JSON.stringify(query));
    return find?.(query) ?? [];
  };
  const open = () =>
    ({
      notes: [],
      cloudWatch: noted(source.cloudWatch),
      cloudLogging: noted(source.cloudLogging),
    }) as unknown as LogSource;
  const logs = { places: placesOf("dev", { ...STACK, data: {} }, {}), clock, open };
  const start = clock.now();
  const { report } = await verifyFake({ more: { logs } });
  const seconds = (clock.now() - start) / 1000;
  return { verdict: report?.probes.find(({ id }) => id === "logs")?.verdict, queries, seconds };
}

test("a line on both sides, found by the request's id and the probe's trace", async () => {
  const { verdict, queries } = await asked({ cloudWatch: async () => [row], cloudLogging: async () => [REQUEST] });
  expect(verdict).toMatchObject({ kind: "confirmed", seen: expect.stringContaining("id=") });
  expect(queries[0]).toMatch(/storefront-dev-access.*"field":"requestId","values":\["id="\]/);
  expect(queries[1]).toMatch(/"field":"trace","values":\["projects\/storefront-dev\/traces\/[0-9a-f]{32}"\]/);
});

test("a service's own line with the id is enough", async () => {
  const cloudLogging = async (query: never) => (JSON.stringify(query).includes("jsonPayload.requestId") ? [{}] : []);
  expect((await asked({ cloudWatch: async () => [row], cloudLogging })).verdict?.kind).toBe("confirmed");
});

test("waits for lines, and refutes if one side has none in time", async () => {
  const { verdict, seconds } = await asked({ cloudLogging: async () => [REQUEST] });
  expect(verdict).toMatchObject({ kind: "refuted", seen: "the access log has no line of request id=" });
  expect([seconds >= LOGS_WAIT_SECONDS, seconds <= LOGS_WAIT_SECONDS + 10]).toEqual([true, true]);
  const atRun = (await asked({ cloudWatch: async () => [row] })).verdict;
  expect(atRun).toMatchObject({ kind: "refuted", seen: expect.stringContaining("Cloud Logging has none") });
});

test("logs that cannot be read give no verdict, with the remedy", async () => {
  const cloudWatch = async () => Promise.reject(new Unreadable("CloudWatch", "aws: no credentials", "sign in"));
  expect((await asked({ cloudWatch })).verdict).toEqual({
    kind: "could not tell",
    why: "aws: no credentials: sign in",
  });
});
