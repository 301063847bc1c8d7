import { faults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const resources = (cpu: number, memory: string, concurrency = 80) =>
  faults(
    `services: { orders: { resources: { cpu: ${cpu}, memory: ${memory} }, scaling: { concurrency: ${concurrency} } } }`,
  );

testAll([
  [1, "512Mi", 80],
  [1, "128Mi", 80],
  [1, "4Gi", 1000],
  [2, "8Gi", 80],
  [4, "2Gi", 80],
  [4, "16Gi", 80],
  [6, "4Gi", 80],
  [6, "24Gi", 80],
  [8, "32Gi", 80],
  [0.5, "1Gi", 1],
  [0.08, "128Mi", 1],
  [0.99, "512Mi", 1],
  [0.49, "512Mi", 1],
])("%s cpu with %s and concurrency %s are accepted", (cpu, memory, concurrency) => {
  expect(resources(cpu, memory, concurrency)).toEqual([]);
});

testAll([
  [1, "127Mi", "128Mi to 4096Mi"],
  [1, "100Mi", "128Mi to 4096Mi"],
  [1, "5Gi", "128Mi to 4096Mi"],
  [2, "9Gi", "128Mi to 8192Mi"],
  [4, "1Gi", "2048Mi to 16384Mi"],
  [6, "2Gi", "4096Mi to 24576Mi"],
  [8, "33Gi", "4096Mi to 32768Mi"],
])("%s cpu with %s does not", (cpu, memory, range) => {
  expect(resources(cpu, memory)).toEqual([
    `services.orders.resources.memory  got ${memory} with ${cpu} cpu, expected ${range} (Cloud Run's limits for ${cpu} cpu)`,
  ]);
});

testAll([
  [0.5, "2Gi", "128Mi to 1024Mi"],
  [0.49, "513Mi", "128Mi to 512Mi"],
])("%s cpu with %s does not", (cpu, memory, range) => {
  expect(resources(cpu, memory, 1)).toEqual([
    `services.orders.resources.memory  got ${memory} with ${cpu} cpu, expected ${range} (Cloud Run's limits for ${cpu} cpu)`,
  ]);
});

testAll([3, 5, 7, 9, 1.5, 0.125])("%s cpu are not offered", (cpu) => {
  expect(resources(cpu, "512Mi", 1)).toContainEqual(
    `services.orders.resources.cpu  got ${cpu}, expected 0.08 to 0.99 in hundredths, or 1, 2, 4, 6, 8 (Cloud Run's choices)`,
  );
});

test("a share below the smallest one is refused", () => {
  expect(resources(0.07, "512Mi", 1)).toEqual([
    "services.orders.resources.cpu  got 0.07, expected at least 0.08 (Cloud Run's smallest share of a core)",
  ]);
});

test("below one core an instance handles one request", () => {
  expect(resources(0.5, "512Mi", 2)).toEqual([
    "services.orders.scaling.concurrency  got 2 with 0.5 cpu, expected 1 (Cloud Run's rule below one core)",
  ]);
});

testAll(["512", "0.5Gi", "512MB", "512mi", "0Mi", "-1Mi"])("%s is not a memory size", (memory) => {
  expect(faults(`services: { orders: { resources: { memory: "${memory}" } } }`)).toEqual([
    `services.orders.resources.memory  got "${memory}", expected a whole number with Mi or Gi`,
  ]);
});

const scaling = (text: string, more = "") => faults(`services: { orders: { scaling: { ${text} } } }\n${more}`);

test("instances are limited by the quota, which a team may have raised", () => {
  expect(scaling("max: 1000")).toEqual([]);
  expect(scaling("max: 1001")).toEqual([
    "services.orders.scaling.max  got 1001, expected at most 1000 (Cloud Run's limit per service)",
  ]);
  expect(scaling("max: 1001", "limits: { cloudRunMaxInstances: 1001 }")).toEqual([]);
  expect(scaling("max: 11", "limits: { cloudRunMaxInstances: 10 }")).toEqual([
    "services.orders.scaling.max  got 11, expected at most 10 (Cloud Run's limit per service)",
  ]);
});

test("min must not exceed max", () => {
  expect(scaling("min: 10, max: 10")).toEqual([]);
  expect(scaling("min: 11, max: 10")).toEqual([
    "services.orders.scaling.min  got 11, expected at most scaling.max, 10",
  ]);
});

testAll([
  ["max: 0", "max  got 0, expected at least 1"],
  ["min: -1", "min  got -1, expected at least 0"],
  ["concurrency: 0", "concurrency  got 0, expected at least 1 (Cloud Run's limit per instance)"],
  ["concurrency: 1001", "concurrency  got 1001, expected at most 1000 (Cloud Run's limit per instance)"],
])("%s is refused", (text, fault) => {
  expect(scaling(text)).toEqual([`services.orders.scaling.${fault}`]);
});

test.each([
  ["shared-issuer", "handshake: shared-issuer\n", ""],
  ["verifyCallerToken", "", ", verifyCallerToken: true"],
])("with %s Envoy's container counts towards the instance's cores and memory", (_, handshake, more) => {
  const withEnvoy = (cpu: number, memory: string) =>
    faults(`${handshake}services: { orders: { resources: { cpu: ${cpu}, memory: ${memory} }${more} } }`).filter(
      (fault) => fault.startsWith("services.orders.resources"),
    );
  expect(withEnvoy(6, "24Gi")).toEqual([]);
  expect(withEnvoy(8, "32512Mi")).toEqual([
    expect.stringContaining("services.orders.resources.cpu  got 8 in addition to 0.5"),
  ]);
  expect(withEnvoy(8, "32Gi")).toEqual([
    expect.stringContaining("services.orders.resources.cpu  got 8"),
    expect.stringContaining("services.orders.resources.memory  got 32Gi in addition to 256Mi"),
  ]);
});
