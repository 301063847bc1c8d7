import { isDeepStrictEqual } from "node:util";
import { restIdentitySources } from "../../contract/identity-sources";
import type { AuthorizerPolicy } from "../../contract/policy-file";
import type { GatewayIntent } from "../../intent/model/gateway-intent";
import type { Service } from "../../intent/model/intent";
import {
  isPreflight,
  publishedAt,
  type RestMethod,
  restMethods,
} from "../../packages/terraform-access-review/terraform-json/gateway-routes";
import { referred } from "../../packages/terraform-access-review/terraform-json/stack-json";
import {
  cacheTtlFindings,
  decidedBy,
  deciderOf,
  forwardFindings,
  missingRoutes,
  ROUTE_AUTHORIZER,
} from "./route-findings";
import { type BuiltInRule, type Finding, type StackJson, unless } from "./rule";

/** Whether the gateway forwards the caller's own token to a service. */
type Forwarding = Pick<Service, "id" | "forwardsAuthorization">;

/**
 * Every method of a REST API has an authorizer whose identity sources are exactly the inputs of its decision. A cached
 * result covers the whole API, and the function sees neither the cache key nor the TTL. No other check would find a
 * mistake here.
 */
export const restMethod: BuiltInRule<Declared> = {
  ...ROUTE_AUTHORIZER,
  findings(stack, declared) {
    const { policy } = declared;
    const methods = restMethods(stack);
    const uncached = new Set(
      methods.flatMap(({ key, authorizer }) => (policy.routes[key]?.mcp ? [authorizer?.address] : [])),
    );
    return [
      ...methods.flatMap((method) => methodFindings(stack, method, declared)),
      ...missingRoutes(
        policy,
        methods.map(({ key }) => key),
        "aws_api_gateway_rest_api.gateway",
      ),
      ...forwardFindings(stack, policy),
      ...cacheTtlFindings(stack, "aws_api_gateway_authorizer", (address) =>
        uncached.has(address) ? 0 : policy.cacheSeconds,
      ),
    ];
  },
};

interface Declared {
  readonly policy: AuthorizerPolicy;
  readonly services: readonly Forwarding[];
  readonly gateway: Pick<GatewayIntent, "mcp">;
}

function methodFindings(stack: StackJson, method: RestMethod, { policy, services, gateway }: Declared): Finding[] {
  const { key, authorization, authorizer } = method;
  const { address } = method.route;
  const known = policy.routes[key];
  if (known === undefined) {
    const message = `the policy has no route ${key}: every call would be refused, or answered without authorization`;
    return unless(isPreflight(method) || isDeclaredDocument(method, gateway), address, message);
  }
  if (authorization !== "CUSTOM" || authorizer?.attributes.type !== "REQUEST") {
    const message = "has no Lambda authorizer of type REQUEST: set authorization CUSTOM and an authorizer";
    return [{ address, message }];
  }
  const isPublic = known.access === "public";
  const expected = restIdentitySources({ isPublic });
  const found = String(authorizer.attributes.identity_source).split(",");
  const by = deciderOf(stack, authorizer.attributes.authorizer_uri);
  const wanted = isPublic ? "public" : "callers";
  if (by === wanted && [...found].sort().join() === [...expected].sort().join()) {
    return integrationFindings(stack, method, known.service, services);
  }
  return [{ address, message: decidedBy(by, found, wanted, expected) }];
}

/** Whether the method publishes exactly a document of config. */
function isDeclaredDocument(method: RestMethod, { mcp }: Declared["gateway"]): boolean {
  const content = publishedAt(method);
  const declared = mcp?.documents.find(({ path }) => path === method.path);
  return content !== undefined && isDeepStrictEqual(content, declared?.content);
}

function integrationFindings(
  stack: StackJson,
  { route, integrations }: RestMethod,
  service: string,
  services: readonly Forwarding[],
): Finding[] {
  // Requires a reference to the method: an integration with a literal method may be created before it, or without it.
  const own = integrations.filter((each) => referred(stack, each.attributes.http_method)?.address === route.address);
  if (integrations.length !== 1 || own.length !== 1) {
    return [{ address: route.address, message: `has ${own.length} integrations: expected one` }];
  }
  const forwards = services.find(({ id }) => id === service)?.forwardsAuthorization === true;
  return own.flatMap(({ address, attributes }) => {
    const found = attributes.request_parameters?.["integration.request.header.Authorization"];
    const message = `sends Authorization as ${found ?? "the caller wrote it"}: expected ''`;
    return unless(forwards || found === "''", address, message);
  });
}
