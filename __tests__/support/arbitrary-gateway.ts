import fc from "./properties";

const MODES = fc.constantFrom("count", "block");

/** Any valid gateway settings, including those for one kind of API only. */
export const arbitraryGateway = fc.record({
  kind: fc.constantFrom("http", "rest"),
  cors: fc.boolean(),
  domain: fc.boolean(),
  networks: fc.boolean(),
  defaultPlan: fc.boolean(),
  quota: fc.boolean(),
  tracing: fc.boolean(),
  forwards: fc.boolean(),
  waf: fc.option(
    fc.record(
      {
        common: fc.record({ mode: fc.constantFrom("none", "count", "block") }),
        rateLimit: fc.record({ requests: fc.integer({ min: 10, max: 5000 }), mode: MODES }),
        networks: fc.constant({ deny: ["198.51.100.0/24", "2001:db8::/32"], trust: ["203.0.113.0/24"], mode: "block" }),
        countries: fc.record({ deny: fc.constant(["AQ", "BV"]), mode: MODES }),
        body: fc.record({ maxBytes: fc.integer({ min: 1, max: 65_536 }), mode: MODES }),
        contentTypes: fc.record({ only: fc.constant(["application/json", "image/svg+xml"]), mode: MODES }),
      },
      { requiredKeys: [] },
    ),
    { nil: undefined },
  ),
});

export type GatewayShape = typeof arbitraryGateway extends fc.Arbitrary<infer Shape> ? Shape : never;

/** The provider declares no JWT authorizer for a REST API, so that handshake excludes it. */
export function isRest({ kind }: GatewayShape, shared: boolean): boolean {
  return kind === "rest" && !shared;
}

/** The config's `gateway`, without settings that handshake or kind do not support. */
export function gatewayOf(shape: GatewayShape, shared: boolean): Record<string, unknown> {
  const kind = isRest(shape, shared) ? "rest" : "http";
  return {
    kind,
    ...(shape.cors && { cors: { origins: ["https://a.example.com"] } }),
    ...(shape.domain && { domain: { name: "api.example.com", zoneId: "Z0123456789EXAMPLE" } }),
    ...(!shared && { throttle: { ratePerSecond: 50, burst: 100 } }),
    ...(!shared && shape.networks && { allowedNetworks: ["203.0.113.0/24", "2001:db8::/32"] }),
    ...(kind === "rest" && {
      ...(shape.defaultPlan && { defaultPlan: { quota: { requests: 10_000, per: "month" } } }),
      ...(shape.tracing && { tracing: true }),
      ...(shape.waf && { waf: shape.waf }),
    }),
  };
}
