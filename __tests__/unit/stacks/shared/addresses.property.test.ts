import { loadFiles } from "../../../support/config-folder";
import fc from "../../../support/properties";
import { stackOf } from "../../../support/stack";

/** Examples of words in addresses that do not come from the config. */
const WORD = fc.constantFrom("a", "b", "by", "get", "preflight", "root");

/** Mostly harmless values, so that each difficult one occurs alone. */
function rarely(plain: string[], ...others: string[][]): fc.Arbitrary<string[]> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(plain) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

/** Ids that become equal when dashes become `_`: the same three words, divided differently. */
const ids = fc.tuple(WORD, WORD, WORD).chain(([a, b, c]) => {
  return fc.record({
    pools: fc.constant([a, `${a}-${b}`]),
    services: rarely([`preflight-${a}`, c], [c, `${b}-${c}`]),
    paths: rarely(
      ["/one", "/two"],
      [`/${a}/${b}-${c}`, `/${a}-${b}/${c}`],
      [`/${b}`, `/${a}/get/${b}`],
      [`/${a}/{x}`, `/${a}-by`],
      ["/", "/root"],
    ),
    listed: rarely(["c"], [`${a}_${b}`], ["c", "C"]),
    external: fc.constant(`list-${a}-${b}`),
    secrets: rarely(["one", "two"], [a, `${a}-adders`]),
  });
});

const config = fc
  .record({ ids, isRest: fc.boolean(), hasPages: fc.boolean() })
  .map(({ ids: { pools, services, paths, secrets, ...callers }, isRest, hasPages }) => ({
    name: "shop",
    aws: { account: "111122223333", region: "eu-west-1", ownsAccount: isRest },
    google: { project: "shop-project", region: "europe-west1", ownsProject: true },
    state: { path: "state/e.tfstate" },
    issuers: {
      ...Object.fromEntries(pools.map((key) => [key, { kind: "cognito", domainPrefix: `shop-${key}` }])),
      subjects: { kind: "oidc", issuer: "https://subjects.example.net", audiences: ["shop"] },
      list: {
        ...{ kind: "oidc", issuer: "https://token.example.com", audiences: ["shop"] },
        ...{ grants: "token", scopes: [`${services[0]}/use`], clients: callers.listed },
      },
    },
    gateway: {
      ...(isRest && { kind: "rest", defaultPlan: { quota: { requests: 10, per: "day" } } }),
      ...(hasPages && { cors: { origins: ["https://a.example.com"] } }),
    },
    services: Object.fromEntries(
      services.map((key, index) => [
        key,
        {
          image: "docker.io/acme/x",
          secrets: { KEY: { secret: secrets[index] ?? `key-${index}`, versionAdders: ["user:ann@example.com"] } },
          routes: { [`GET ${paths[index]}`]: { scopes: [`${key}/use`] } },
        },
      ]),
    ),
    clients: { [callers.external]: { issuer: "subjects", subject: "x", scopes: [`${services[0]}/use`] } },
  }));

test("every valid config gives a stack with distinct addresses, whatever its ids", () => {
  const stacks = { made: 0, refused: 0 };
  fc.assert(
    fc.property(config, (drawn) => {
      const result = loadFiles({ "base.yaml": JSON.stringify(drawn), "e.yaml": "{}" });
      if (!result.ok) {
        stacks.refused += 1;
        return;
      }
      for (const intent of result.intents) stackOf(intent);
      stacks.made += 1;
    }),
    { numRuns: 40 },
  );
  // Otherwise the test would prove nothing.
  expect(stacks.made).toBeGreaterThan(10);
  expect(stacks.refused).toBeGreaterThan(10);
});
