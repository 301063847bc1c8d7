import type { AuthorizerPolicy } from "../../../contract/policy-file";
import { keysOfOne, reachedBy } from "../../../contract/route-selection";
import { pathRules, requireOwnPath } from "../../../functions/authorizer/request/path-rule";
import type { Intent } from "../../../intent/model/intent";
import { RouteTable } from "../../../packages/local-front-door/gateway/http/gateway-request";
import { readRestApi } from "../../../packages/local-front-door/gateway/rest/api";
import { MethodTable } from "../../../packages/local-front-door/gateway/rest/methods";
import { Stack } from "../../../packages/local-front-door/terraform/stack";
import { routeKeys } from "../../../packages/terraform-access-review/access/gateway/routes";
import type { SynthesizedState } from "../../../packages/terraform-access-review/model/state";
import { restDev } from "../../support/rest";
import { intents } from "../../support/shop";
import { synthesizedStateOf } from "../../support/synthesized";
import { testAll } from "../../support/test-all";

const ENVIRONMENTS: readonly (readonly [name: string, intent: Intent])[] = [
  ...intents().map((intent) => [intent.environment, intent] as const),
  ["a REST API", restDev()],
];

testAll(ENVIRONMENTS)("local front door and authorizer select the routes of %s as the contract does", (_, intent) => {
  const state = synthesizedStateOf(intent);
  const keys = routeKeys(state.stack);
  const kind = keys.rest.length > 0 ? "rest" : "http";
  const reached = reachedBy("ANY *", keysOfOne(kind, keys[kind]));
  expect(reached.map(({ key }) => key).sort()).toEqual([...keys[kind]].sort());
  const asked = reached.map(({ request }) => request);
  const taken = reached.map(({ key, request }) => `${request}: ${key}`);
  const selected = localFrontDoor(state, kind);
  expect(asked.map((request) => `${request}: ${selected(request)}`)).toEqual(taken);
  expect(reached.map(({ key, request }) => `${request}: ${acceptedAs(state, key, request)}`)).toEqual(taken);
});

/** The route that the local front door selects for a request. */
function localFrontDoor({ stack }: SynthesizedState, kind: "http" | "rest"): (request: string) => string | undefined {
  const local = Stack.of(stack as Parameters<typeof Stack.of>[0], "/");
  const split = (request: string) => request.split(" ") as [method: string, path: string];
  if (kind === "http") {
    const table = new RouteTable(local);
    return (request) => table.find(...split(request))?.routeKey;
  }
  const table = new MethodTable(local, readRestApi(local));
  return (request) => table.find(...split(request))?.method.key;
}

/** The routes of the same service as which the authorizer accepts a request, whichever of them the gateway names. */
function acceptedAs({ policy }: SynthesizedState, key: string, request: string): string {
  if (policy === undefined) return key;
  const [method = "", path = ""] = request.split(" ");
  const { service } = policy.routes[key] ?? {};
  const accepting = [...pathRules(policy as AuthorizerPolicy)].filter(([other, rule]) => {
    if (policy.routes[other]?.service !== service || other.split(" ")[0] !== method) return false;
    try {
      requireOwnPath(rule, path);
      return true;
    } catch {
      return false;
    }
  });
  return accepting.map(([other]) => other).join(" and ");
}
