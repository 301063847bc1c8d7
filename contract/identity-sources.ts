/**
 * Identity sources: the key of API Gateway's cache of authorizer answers. The gateway replays an answer to every request
 * with the same values, so all that decides must be among them; it answers 401 by itself when one is missing. The stage
 * variable retires the answers of an older policy, which Terraform cannot flush.
 */

/** What an HTTP API's authorizer decides by. */
const HTTP = {
  token: "$request.header.Authorization",
  route: "$context.routeKey",
  path: "$context.path",
  policy: "$stageVariables.policy",
  address: "$context.identity.sourceIp",
} as const;

/** What a REST API's authorizer decides by. Method and resource together are the route: the API has no name for both. */
const REST = {
  token: "method.request.header.Authorization",
  method: "context.httpMethod",
  resource: "context.resourcePath",
  path: "context.path",
  policy: "stageVariables.policy",
} as const;

/** The only identity source of a JWT authorizer. */
export const JWT_IDENTITY_SOURCE = HTTP.token;

/** What decides on a route's calls. */
export interface DecidedBy {
  /** Whether any caller may call, without a token. */
  readonly isPublic: boolean;
  /** Whether the path has a variable: then the path decides as well. */
  readonly hasVariable: boolean;
  /** Whether the caller's address decides as well. */
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
 * The path is always among them, since a REST API's answer names it: an answer for another spelling of a route's path
 * (`/products/`, `/%70roducts`) would refuse all other callers.
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

/** Identity sources in words, those of both APIs alike. Any other stays in full: a header may be called `routeKey` too. */
export function identitySourcesInWords(sources: readonly string[]): readonly string[] {
  const isRoute = [REST.method, REST.resource].every((each) => sources.includes(each));
  return sources.flatMap((source) => {
    if (isRoute && source === REST.method) return [WORDS[HTTP.route] ?? ""];
    if (isRoute && source === REST.resource) return [];
    return [WORDS[source] ?? source];
  });
}
