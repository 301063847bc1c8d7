import { REGIONS } from "../../../../intent/model/regions";
import { faults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

testAll([
  [
    "gateway: { throttle: { ratePerSecond: 10001 } }",
    "gateway.throttle.ratePerSecond  got 10001, expected at most 10000",
  ],
  ["gateway: { throttle: { burst: 5001 } }", "gateway.throttle.burst  got 5001, expected at most 5000"],
  [
    "services: { orders: { routes: { GET /orders: { throttle: { ratePerSecond: 10001, burst: 1 } } } } }",
    'services.orders.routes["GET /orders"].throttle.ratePerSecond  got 10001, expected at most 10000',
  ],
  [
    "gateway: { kind: rest, defaultPlan: { throttle: { ratePerSecond: 10001, burst: 1 } } }",
    "gateway.defaultPlan.throttle.ratePerSecond  got 10001, expected at most 10000",
  ],
  [
    "gateway: { kind: rest }\nclients: { batch: { throttle: { ratePerSecond: 1, burst: 5001 } } }",
    "clients.batch.throttle.burst  got 5001, expected at most 5000",
  ],
])("%s exceeds the account's quota", (changes, fault) => {
  expect(faults(changes)).toEqual([`${fault} (API Gateway's quota of the account in eu-west-1)`]);
});

test("thirteen regions have a quarter of the rate and of the burst", () => {
  const found = (region: string, rate: number, burst: number) =>
    faults(`aws: { region: ${region} }\ngateway: { throttle: { ratePerSecond: ${rate}, burst: ${burst} } }`).filter(
      (fault) => fault.includes("API Gateway's quota"),
    );
  const low = REGIONS.aws.filter((region) => found(region, 2501, 1251).length > 0);
  expect(low.join(" ")).toBe(
    "af-south-1 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-7 ca-west-1 " +
      "eu-central-2 eu-south-1 eu-south-2 il-central-1 me-central-1 mx-central-1",
  );
  expect(low.flatMap((region) => found(region, 2500, 1250))).toEqual([]);
});

test("a quota that AWS raised applies", () => {
  const limits = "limits: { requestsPerSecond: 20000, requestBurst: 10000 }";
  expect(faults(`gateway: { throttle: { ratePerSecond: 20000, burst: 10000 } }\n${limits}`)).toEqual([]);
});

testAll([
  ["ratePerSecond: 0", "gateway.throttle.ratePerSecond  got 0, expected a number above 0"],
  ["ratePerSecond: -1", "gateway.throttle.ratePerSecond  got -1, expected a number above 0"],
  ["burst: 0", "gateway.throttle.burst  got 0, expected at least 1"],
  ["burst: 1.5", "gateway.throttle.burst  got 1.5, expected a whole number from 1"],
  ["burst: null", "gateway.throttle.burst  got nothing, expected a whole number from 1"],
])("a throttle of %s is refused", (text, fault) => {
  expect(faults(`gateway: { throttle: { ${text} } }`)).toEqual([fault]);
});

test("a rate may be below one per second", () => {
  expect(faults("gateway: { throttle: { ratePerSecond: 0.5 } }")).toEqual([]);
});

const origin = (text: string) => faults(`gateway: { cors: { origins: ["${text}"] } }`);

testAll(["https://shop.example.com", "https://shop.example.com:8443", "http://localhost:3000", "http://localhost"])(
  "%s is an origin",
  (text) => {
    expect(origin(text)).toEqual([]);
  },
);

testAll([
  "*",
  "https://*.example.com",
  "https://shop.example.com/",
  "https://shop.example.com/path",
  "http://shop.example.com",
  "http://localhost.example.com",
  "shop.example.com",
  "https://user@shop.example.com",
  "null",
])("%s is not an origin", (text) => {
  expect(origin(text)).toEqual([
    `gateway.cors.origins[0]  got "${text}", expected https://host[:port] or http://localhost[:port], exactly (no *, no path)`,
  ]);
});

testAll([
  "https://Shop.example.com",
  "https://shop.example.com:443",
  "http://localhost:80",
  "https://café.example.com",
  "https://shop.example.com:99999",
])("no browser sends %s", (text) => {
  expect(origin(text)).toEqual([
    `gateway.cors.origins[0]  got "${text}", expected an origin as browsers send it: lower-case host, no default port, no slash`,
  ]);
});

testAll(["*", "Content-Type", "a b", ""])("the header %j is refused", (header) => {
  expect(faults(`gateway: { cors: { origins: [https://a.example.com], headers: ["${header}"] } }`)).toEqual([
    expect.stringContaining("gateway.cors.headers[0]  got"),
  ]);
});

testAll([
  ["authorizerCacheSeconds: 301", "gateway.authorizerCacheSeconds  got 301, expected at most 300"],
  ["authorizerCacheSeconds: -1", "gateway.authorizerCacheSeconds  got -1"],
  ["cors: { origins: [] }", "gateway.cors.origins  got an empty list"],
  ["cors: { origins: [https://a.example.com], maxAgeSeconds: 86401 }", "gateway.cors.maxAgeSeconds  got 86401"],
  ["authorizer: { memoryMb: 256 }", "gateway.authorizer.memoryMb  got 256, expected at least 512"],
  ["authorizer: { memoryMb: 20480 }", "gateway.authorizer.memoryMb  got 20480, expected at most 10240"],
  [
    "authorizer: { reservedConcurrency: { callers: 0 } }",
    "gateway.authorizer.reservedConcurrency.callers  got 0, expected at least 1",
  ],
])("%s is refused", (text, fault) => {
  expect(faults(`gateway: { ${text} }`)).toEqual([expect.stringContaining(fault)]);
});
