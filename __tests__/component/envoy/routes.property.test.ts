import type { AuthorizerPolicy } from "../../../contract/policy-file";
import { patternOfKey } from "../../../contract/route-pattern";
import { pathRules, requireOwnPath } from "../../../functions/authorizer/request/path-rule";
import { describeWhere } from "../../support/describe-where";
import fc from "../../support/properties";
import { envoyBinary } from "./support/binary";
import { EchoApp } from "./support/echo-app";
import { Envoy } from "./support/envoy";
import { decoded, gatewayRoute } from "./support/gateway-route";
import { Issuers } from "./support/issuers";
import { SHOP, shopConfiguration } from "./support/shop";

const binary = envoyBinary();
const METHODS = ["GET", "POST", "DELETE"];

/** Only a few words, so that routes overlap. */
const literal = fc.constantFrom("a", "b", "export", "a.b", "B");
const routePath = fc
  .tuple(fc.array(fc.oneof({ weight: 3, arbitrary: literal }, fc.constant("{}")), { maxLength: 3 }), fc.boolean())
  .map(([segments, greedy]) => [...segments, ...(greedy ? ["{rest+}"] : [])])
  .map((segments) => `/${segments.map((text, index) => (text === "{}" ? `{v${index}}` : text)).join("/")}`);
const routeKeys = fc.uniqueArray(
  fc.tuple(fc.constantFrom(...METHODS), routePath).map(([method, path]) => `${method} ${path}`),
  { minLength: 1, maxLength: 12, selector: (key) => `${key.split(" ")[0]} ${patternOfKey(key).key}` },
);

/**
 * Values that a caller may send as a segment: the routes' own words in other spellings, and all ambiguous characters.
 */
const segment = fc.oneof(
  literal,
  fc.constantFrom(
    "42",
    "A",
    "EXPORT",
    "export.json",
    ".export",
    "export.",
    "a.b.c",
    "A.B",
    "x~y",
    "x:y@z",
    "a+b=c,d",
    "!$&'()*",
  ),
  fc.constantFrom(
    "",
    ".",
    "..",
    "...",
    "%2e%2e",
    "%2F",
    "a%2Fb",
    "%61",
    "%C3%A9",
    "%25",
    "a;b",
    "a%3Bb",
    "a\\b",
    "%5C",
    "a%00",
    "%zz",
  ),
);
const target = fc
  .tuple(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.constantFrom("", "", "?a=/b", "?%2e%2e"))
  .map(([segments, query]) => `/${segments.join("/")}${query}`);
const calls = fc.array(fc.tuple(fc.constantFrom(...METHODS, "PUT"), target), { minLength: 50, maxLength: 50 });

/** Characters that Envoy accepts in a segment, because all servers read them alike. */
const PLAIN = /^(?:\/\.*[\w~!$&'()*+,:=@-][\w.~!$&'()*+,:=@-]*)+$/;

describeWhere("missing" in binary ? binary.missing : undefined, "the route that real Envoy finds", () => {
  let issuers: Issuers;
  let app: EchoApp;
  beforeAll(async () => {
    [issuers, app] = await Promise.all([Issuers.start(), EchoApp.start()]);
  });
  afterAll(() => Promise.all([issuers?.stop(), app?.stop()]));

  function policyOf(keys: readonly string[]): AuthorizerPolicy {
    const route = { service: "orders", access: "public" } as const;
    return { ...SHOP, routes: Object.fromEntries(keys.map((key) => [key, route])) };
  }

  test("is the gateway's, or none if and only if the authorizer refuses the path or the path is not plain", async () => {
    const seen = { passed: 0, refused: 0, ambiguous: 0 };
    await fc.assert(
      fc.asyncProperty(routeKeys, calls, async (keys, sent) => {
        const policy = policyOf(keys);
        const rules = pathRules(policy);
        const { addresses: hosts, authorities } = issuers;
        const text = shopConfiguration(policy);
        const envoy = await Envoy.start("envoy" in binary ? binary.envoy : "", text, {
          app: app.address,
          hosts,
          authorities,
        });
        try {
          for (const [method, target] of sent) {
            const path = decoded(target.split("?")[0] ?? "");
            const route = gatewayRoute(keys, method, target);
            const own = route !== undefined && path !== undefined && isOwn(rules.get(route), path);
            const plain = target.split("?")[0] === "/" || PLAIN.test(target.split("?")[0] ?? "");
            const answer = await envoy.send({ method, path: target });
            const found = answer.status === 200 ? JSON.parse(answer.body) : undefined;
            const wanted = own && plain ? { route, target } : undefined;
            const got = found && { route: new Map(found.headers).get("x-gateway-route"), target: found.target };
            expect({ method, target, got }).toEqual({ method, target, got: wanted });
            if (found === undefined) expect([400, 401, 403]).toContain(answer.status);
            seen[wanted ? "passed" : route !== undefined && plain ? "ambiguous" : "refused"] += 1;
          }
        } finally {
          await envoy.stop();
        }
      }),
      { numRuns: 16, endOnFailure: true },
    );
    // Checks that the cases include each kind.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
  });
});

function isOwn(rule: Parameters<typeof requireOwnPath>[0] | undefined, path: string): boolean {
  if (rule === undefined) return false;
  if (!rule.hasVariable) return true;
  try {
    requireOwnPath(rule, path);
    return true;
  } catch {
    return false;
  }
}
