import { ALARM_KEYS, ALARMS } from "../../../../intent/model/alarm-table";
import { faults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";
import { variantOf } from "../../../support/variant";

const slo = (text: string) => `services: { orders: { slo: { ${text} } } }`;

test("alarms: {} is enough", () => {
  expect(faults("alarms: {}")).toEqual([]);
  expect(faults("alarms: { actions: [] }")).toEqual([expect.stringContaining("alarms.actions  got")]);
});

testAll(ALARM_KEYS.map((key) => [key, ALARMS[key].max] as const))("%s is a whole number from 1 to %d", (key, max) => {
  for (const good of [1, max]) expect(faults(`alarms: { ${key}: ${good} }`)).toEqual([]);
  for (const bad of [0, max + 1, 1.5, "many"]) {
    expect(faults(`alarms: { ${key}: ${bad} }`)).toEqual([expect.stringContaining(`alarms.${key}  got`)]);
  }
});

test("false leaves out any alarm except the one on rotated secrets", () => {
  for (const key of ALARM_KEYS) {
    const expected = key === "lateRotationDays" ? [expect.stringContaining("lateRotationDays")] : [];
    expect(faults(`alarms: { ${key}: false }`)).toEqual(expected);
  }
});

test("with the shared-issuer handshake, a threshold for functions that do not exist is an error", () => {
  expect(variantOf("preview", { alarms: { throttledPercent: 3 } }).alarms?.thresholds).toEqual({
    gatewayErrorPercent: 1,
    serviceErrorPercent: 5,
    overheadP99Ms: 1000,
    throttledPercent: 3,
    lateRotationDays: 2,
  });
  for (const key of ["unavailablePercent", "forgedTokens", "concurrencyPercent"]) {
    expect(() => variantOf("preview", { alarms: { [key]: 3 } })).toThrow(
      `alarms.${key}  got ${key} with handshake: shared-issuer`,
    );
  }
});

testAll(["availability: 99.9", "latencyMs: 300", "availability: 95, latencyMs: 29000, latencyPercent: 99.5"])(
  "{ %s } is an objective",
  (text) => {
    expect(faults(slo(text))).toEqual([]);
  },
);

testAll([
  ["", "services.orders.slo  got neither availability nor latencyMs, expected at least one objective"],
  [
    "availability: 99.9, latencyPercent: 99",
    "services.orders.slo.latencyPercent  got latencyPercent without latencyMs, expected both, or neither",
  ],
])("{ %s } is not an objective", (text, fault) => {
  expect(faults(slo(text))).toEqual([fault]);
});

testAll([
  ["availability: 99.991", "at most 99.99 (Cloud Monitoring's limit)"],
  ["availability: 94.9", "at least 95"],
  ["availability: high", "a number from 95 to 99.99"],
  ["latencyMs: 0", "at least 1"],
  ["latencyMs: 29001", "at most 29000"],
  ["latencyMs: 300, latencyPercent: 100", "at most 99.99"],
])("{ %s }: expected %s", (text, expected) => {
  expect(faults(slo(text))).toEqual([expect.stringContaining(expected)]);
});

test("a service with more routes than a log group has filters for is an error", () => {
  const routes = (count: number) =>
    Array.from({ length: count }, (_, index) => `GET /${"x".repeat(200)}/${index}: public`).join(", ");
  const service = (count: number) =>
    `services: { orders: { slo: { availability: 99 }, routes: { ${routes(count)} } } }`;
  expect(faults(service(180))).toEqual([]);
  expect(faults(service(220))).toEqual([
    expect.stringMatching(/^services {2}got 1\d\d metric filters on the access log.*at most 100/),
  ]);
});

test("a route that is longer than a filter pattern is an error", () => {
  const [fault, ...others] = faults(
    `services: { orders: { slo: { availability: 99 }, routes: { GET /${"x".repeat(1000)}: public } } }`,
  );
  expect([others, fault]).toEqual([[], expect.stringMatching(/^services\.orders\.slo {2}got a route .* at most 1024/)]);
});
