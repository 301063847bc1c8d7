import { gateway } from "../../../../intent/schema/gateway";

const THROTTLE = { ratePerSecond: 50, burst: 100 };

test("a gateway needs only a throttle, and the rest has defaults", () => {
  expect(gateway.parse({ throttle: THROTTLE })).toEqual({
    kind: "http",
    authorizerCacheSeconds: 60,
    throttle: THROTTLE,
    tracing: false,
    authorizer: { memoryMb: 512 },
  });
});

test("an allowed page may send the usual headers", () => {
  expect(gateway.parse({ throttle: THROTTLE, cors: { origins: ["https://a.example.com"] } }).cors).toEqual({
    origins: ["https://a.example.com"],
    headers: ["authorization", "content-type"],
    maxAgeSeconds: 600,
  });
});

test.each<[object, string]>([
  [{ throttle: { ratePerSecond: 50 } }, "half a throttle would be sent as 0"],
  [{ throttle: THROTTLE, cors: { origins: [] } }, "no origin is no CORS"],
  [{ throttle: THROTTLE, cors: { origins: ["https://a.example.com"], maxAgeSeconds: 86_401 } }, "API Gateway's limit"],
  [{ throttle: THROTTLE, authorizerCacheSeconds: -1 }, "no time is 0"],
])("%j is refused: %s", (config) => {
  expect(gateway.safeParse(config).success).toBe(false);
});

test("0 disables the authorizer's cache", () => {
  expect(gateway.parse({ throttle: THROTTLE, authorizerCacheSeconds: 0 }).authorizerCacheSeconds).toBe(0);
});
