import { SETTINGS, shopWith } from "../../__tests__/support/settings";
import type { AuthorizerPolicy } from "../../contract/policy-file";
import type { Intent } from "../../intent/model/intent";
import { authorizerPolicy } from "../../stacks/authorizer-policy";
import { drawEnvironment, intentOf } from "./environment";

/** Maps of a policy whose keys config chooses. */
const MAPS = ["claims", "routes", "scopeValues", "services", "usageKeys", "where"];

/** The parts of a policy: `issuers.clients.scopeClaim`, without indices and the keys that config chooses. */
function partsOf(value: unknown, path = "", isMap = false): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => partsOf(item, path));
  if (typeof value !== "object" || value === null) return [path];
  const entries = Object.entries(value);
  return [
    path,
    ...entries.flatMap(([key, each]) => partsOf(each, isMap ? path : `${path}.${key}`, MAPS.includes(key))),
  ];
}

const partsIn = (intent: Intent | undefined): readonly string[] =>
  intent === undefined ? [] : partsOf(authorizerPolicy(intent) satisfies AuthorizerPolicy);

test("each part that a setting gives the authorizer's policy is in a policy that is compared with Cedar", () => {
  const drawn = new Set(
    Array.from({ length: 40 }, (_, seed) => partsIn(intentOf(drawEnvironment(seed + 1, 0)))).flat(),
  );
  const missing = SETTINGS.flatMap(({ key, before, after }) =>
    [before, after].flatMap((overlay) =>
      partsIn(shopWith(overlay))
        .filter((part) => !drawn.has(part))
        .map((part) => `proofs/cedar/draw.ts: draw ${key}, which sets ${part} of the policy`),
    ),
  );
  expect([...new Set(missing)]).toEqual([]);
});
