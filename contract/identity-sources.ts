/**
 * Identity sources: the key of API Gateway's cache of authorizer results. The gateway replays a result for every
 * request with the same values, so every value that affects the decision must be included. If one is missing, the
 * gateway responds with 401 itself. The stage variable invalidates cached results of an older policy, which Terraform
 * cannot flush.
 */

/** Inputs of an HTTP API's authorizer. */
const HTTP = {
  token: "$request.header.Authorization",
  route: "$context.routeKey",
  path: "$context.path",
  policy: "$stageVariables.policy",
  address: "$context.identity.sourceIp",
} as const;

/**
 * Inputs of a REST API's authorizer. Method and resource together form the route, because the API has no single
 * variable for it.
 */
const REST = {
  token: "method.request.header.Authorization",
  method: "context.httpMethod",
  resource: "context.resourcePath",
  path: "context.path",
  policy: "stageVariables.policy",
} as const;

/** The only identity source of a JWT authorizer. */
export const JWT_IDENTITY_SOURCE = HTTP.token;

/** What the decision on a route's calls depends on. */
export interface DecidedBy {
  /** Whether any caller may call, without a token. */
  readonly isPublic: boolean;
  /** Whether the path has a variable. If so, the decision also depends on the path. */
  readonly hasVariable: boolean;
  /** Whether the decision also depends on the caller's IP address. */
  readonly byAddress: boolean;
}

export function httpIdentitySources({ isPublic, hasVariable, byAddress }: DecidedBy): readonly string[] {
  return [
    ...(isPublic ? [] : [HTTP.token]),
    HTTP.route,
    ...(hasVariable ? [HTTP.path] : []),
    HTTP.policy,
    ...(byAddress ? [HTTP.address] : []),
  ];
}

/**
 * Always includes the path, because a REST API's result names it: a cached result for another spelling of a route's
 * path (`/products/`, `/%70roducts`) would refuse all other callers.
 */
export function restIdentitySources({ isPublic }: Pick<DecidedBy, "isPublic">): readonly string[] {
  return [...(isPublic ? [] : [REST.token]), REST.method, REST.resource, REST.path, REST.policy];
}

const WORDS: Readonly<Record<string, string>> = {
  [HTTP.token]: "Authorization",
  [HTTP.route]: "routeKey",
  [HTTP.path]: "path",
  [HTTP.policy]: "policy",
  [HTTP.address]: "address",
  [REST.token]: "Authorization",
  [REST.path]: "path",
  [REST.policy]: "policy",
};

/**
 * Identity sources in words that are the same for both kinds of API. Any other is shown in full, because a header may
 * also be called `routeKey`.
 */
export function identitySourcesInWords(sources: readonly string[]): readonly string[] {
  const isRoute = [REST.method, REST.resource].every((each) => sources.includes(each));
  return sources.flatMap((source) => {
    if (isRoute && source === REST.method) return [WORDS[HTTP.route] ?? ""];
    if (isRoute && source === REST.resource) return [];
    return [WORDS[source] ?? source];
  });
}
