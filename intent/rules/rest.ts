import { type Clash, clashes } from "../derived/clashes";
import type { Draft, Rule } from "../derived/draft";
import { documentPaths } from "../derived/mcp";
import { validRoutes } from "../derived/route-key";
import { ANONYMOUS, DEFAULT_PLAN } from "../derived/usage-plans";
import { REST_TIMEOUT_SECONDS } from "../model/limits";
import { type RestResource, restResources } from "../model/rest-resources";
import type { Path } from "../source/located";

const isRest = ({ gateway }: Draft) => gateway.kind === "rest";

/** An HTTP API counts no usage and cannot stream a response. */
export const restAloneCounts: Rule = (draft, report) => {
  if (isRest(draft)) return;
  const refuse = (path: Path, what: string) =>
    report(path, {
      got: what,
      expected: "no such setting (an HTTP API does not support it)",
      remedy: "remove it, or set gateway.kind: rest",
    });
  if (draft.gateway.tracing) refuse(["gateway", "tracing"], "X-Ray's tracing");
  if (draft.gateway.defaultPlan) refuse(["gateway", "defaultPlan"], "a usage plan for each caller");
  for (const [id, client] of draft.clients) {
    if (client.quota) refuse(["clients", id, "quota"], "a quota of one caller");
    if (client.throttle) refuse(["clients", id, "throttle"], "a throttle of one caller");
  }
  for (const [id, { forwardAuthorization }] of draft.services) {
    const path = ["services", id, "forwardAuthorization"];
    if (!forwardAuthorization && draft.isWritten(path)) refuse(path, "false (the token is withheld)");
  }
  for (const { service, config, path } of draft.routes) {
    // Another rule refuses `mcp`, which declares streams itself.
    const isServer = draft.services.get(service)?.mcp !== undefined;
    if (config.stream && !isServer) refuse([...path, "stream"], "true (the response is streamed)");
  }
};

/** A JWT authorizer of a REST API accepts no token without `aud` (ADR 0044). */
export const restIsFederated: Rule = (draft, report) => {
  if (!isRest(draft) || draft.handshake !== "shared-issuer") return;
  report(["gateway", "kind"], {
    got: "rest with handshake: shared-issuer",
    expected: "http (a REST API's JWT authorizer refuses the tokens of a user pool's programs)",
    remedy: "write http, or handshake: federated",
  });
};

/** Only a streamed response may exceed the integration timeout. */
export const timesFitTheGateway: Rule = (draft, report) => {
  for (const [id, { timeoutSeconds }] of draft.services) {
    const path: Path = ["services", id, "timeoutSeconds"];
    if (isRest(draft) && timeoutSeconds > REST_TIMEOUT_SECONDS && draft.isWritten(path)) {
      report(path, {
        got: String(timeoutSeconds),
        expected: `at most ${REST_TIMEOUT_SECONDS} (a REST API's limit)`,
        remedy: "lower it, or stream the routes that take longer",
      });
    }
  }
  for (const { service, config, path } of draft.routes) {
    if (config.timeoutSeconds === undefined || config.stream) continue;
    report([...path, "timeoutSeconds"], {
      got: "a timeout for this route",
      expected: "none without stream: true",
      remedy: `write services.${service}.timeoutSeconds instead, or stream: true with gateway.kind: rest`,
    });
  }
};

/**
 * Each child name must be unique below its parent, and API Gateway allows one variable per parent. It reports this only
 * at deploy time.
 */
export const restPathsAreATree: Rule = (draft, report) => {
  if (!isRest(draft)) return;
  const routes = validRoutes(draft);
  const resources = restResources([...routes.map(({ path }) => path), ...documentPaths(draft)]);
  const quota = draft.limits.resourcesPerApi;
  if (resources.length + 1 > quota) {
    report(["services"], {
      got: `${resources.length + 1} resources, one for each path and each prefix of a path`,
      expected: `at most ${quota} (API Gateway's quota per REST API)`,
      remedy: "merge routes with {path+}, or ask AWS for a larger quota and set limits.resourcesPerApi",
    });
  }
  const below = groupedRoutes(routes);
  for (const { claim, other } of rivalsIn(resources)) {
    const [few = [], many = []] = [claim, other].map(({ path }) => below.get(path) ?? []);
    // Each pair clashes twice. It is reported where fewer routes change, and a document has none.
    const isFewer = few.length < many.length || (few.length === many.length && claim.path < other.path);
    const [first] = few;
    if (first === undefined || !(isFewer || many.length === 0)) continue;
    report(["services", first.serviceId, "routes", first.written], verdictOn({ claim, other }, few));
  }
};

type Rivals = Clash<RestResource>;
type Route = ReturnType<typeof validRoutes>[number];

/**
 * Resources that clash in a REST API or in Terraform: a variable below the same parent, or a resource with the same
 * Terraform address.
 */
function rivalsIn(all: readonly RestResource[]): readonly Rivals[] {
  const variables = all.filter(({ part }) => part.startsWith("{"));
  const found = [...clashes(variables, ({ parent }) => parent), ...clashes(all, ({ address }) => address)];
  return [...new Map(found.map((rivals) => [rivals.claim.path, rivals])).values()];
}

/** By each path and each start of one, the routes that need its resource. */
function groupedRoutes(routes: readonly Route[]): ReadonlyMap<string, readonly Route[]> {
  const found = new Map<string, Route[]>();
  for (const route of routes) {
    for (const start of startsOf(route.path)) found.set(start, [...(found.get(start) ?? []), route]);
  }
  return found;
}

/** `/orders`, `/orders/{id}`. */
function startsOf(path: string): readonly string[] {
  const segments = path.split("/").slice(1);
  return segments.map((_, index) => `/${segments.slice(0, index + 1).join("/")}`);
}

function verdictOn({ claim: mine, other }: Rivals, routes: readonly Route[]) {
  if (mine.parent !== other.parent) {
    return {
      got: `${mine.path}, whose Terraform address aws_api_gateway_resource.${mine.address} is that of ${other.path}`,
      expected: "a unique address",
      remedy: "rename a segment of the path, or write gateway.kind: http",
    };
  }
  return {
    got: `${mine.path} and ${other.path}`,
    expected:
      "one variable name at each place in a path, and literals whose letters differ (a REST API stores paths as a tree)",
    remedy: `write ${other.part} in ${written(routes)}, or gateway.kind: http`,
  };
}

function written(routes: readonly Route[]): string {
  return routes.map(({ serviceId, written }) => `${serviceId}: ${written}`).join(", ");
}

/** These ids belong to the plans of all other clients and of callers of public routes. */
export const planIdsAreFree: Rule = (draft, report) => {
  if (!isRest(draft)) return;
  for (const id of [DEFAULT_PLAN, ANONYMOUS].filter((taken) => draft.clients.has(taken))) {
    report(["clients", id], {
      got: `the client ${id}`,
      expected: "another name (with kind: rest, a usage plan or an API key has it)",
      remedy: "rename the client",
    });
  }
};
