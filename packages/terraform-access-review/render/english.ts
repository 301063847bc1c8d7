import { needInWords, needsInWords } from "../../../contract/scope-need";
import type { Fact } from "../model/fact";
import { typeOf } from "../types";

/** How each kind of fact reads. Capitals mark what a reviewer must not miss. */
export type Vocabulary = {
  readonly [Kind in Fact["kind"]]: (fact: Fact<Kind>, words: (fact: Fact) => string) => string;
};

export const ENGLISH: Vocabulary = {
  resource: ({ type, name, address }) =>
    [type === "" ? name : `${typeOf(type).named?.[0]} ${name}`, address && `(${address})`].filter(Boolean).join(" "),
  text: ({ parts }, words) => parts.map((part) => (typeof part === "string" ? part : words(part))).join(""),
  stated: ({ text }) => text,

  anyone: () => "anyone",
  "no-caller": () => "no caller",
  "not-read": () => "NOT READ",
  caller: ({ name }) => name,
  "every-caller": () => "every caller",
  issuer: ({ id }) => `issuer ${id}`,
  "jwt-holders": ({ issuer, audiences }, words) =>
    `tokens of ${issuer === undefined ? "ANY ISSUER" : words(issuer)} for ${audiences.map(words).join(" or ") || "ANY AUDIENCE"}`,
  permitted: ({ permission }) => `principals with ${permission}`,
  authorizer: () => "the authorizer",
  "account-administrators": () => "administrators of the AWS account",
  "app-client": ({ name }) => `app client ${name}`,
  "provider-users": ({ name, type }) => `users of ${name} (${type})`,
  pages: ({ of, origin }) => `pages of ${PAGES[of](origin)}`,
  "api-key": ({ name }) => `API KEY ${name} OF NO CALLER IN THE POLICY`,
  "api-gateway": () => "API Gateway",
  "any-principal": () => "any principal",
  "any-principal-except": ({ principals }) => `any principal except ${principals}`,
  "policy-holders": () => "any principal with this policy",
  "key-holder": ({ address }) => `holder of the key ${address}`,
  "aws-account": ({ id }) => `AWS account ${id}`,
  "issued-tokens": ({ issuer }) => `tokens issued by ${issuer}`,
  "token-holders": () => "anyone with network access and a valid token",
  "tokenless-callers": () => "any caller without a valid token",
  "google-public": ({ member }) => `ANYONE (${member})`,
  federated: ({ identity, pool }, words) => `${identity} through ${words(pool)}`,

  call: ({ key, mcp }) => (mcp === undefined ? key : `${key} (MCP server ${mcp})`),
  "any-call": () => "any call",
  "writing-call": () => "methods that write",
  "aws-actions": ({ actions, not, trust }) =>
    `${not ? "everything except " : ""}${actions.join(", ")}${trust ? " (trust policy)" : ""}`,
  "aws-policy": ({ arn }) => `all of ${arn}`,
  "google-role": ({ role = "", permissions }) => permissions?.join(", ") ?? role,
  release: ({ role }) => `release its code, by ${role}`,
  "run-as": () => "run as",
  "function-url": () => "call it by its function URL",
  "create-users": () => "create users",
  "get-tokens": ({ secret, flows }) =>
    `get tokens ${secret ? "with" : "without"} a secret by ${flows.length > 0 ? `the OAuth flow ${flows.join(", ")}` : "no OAuth flow"}`,
  "issue-scopes": () => "issue access tokens with scopes",
  "issue-tokens": () => "issue tokens for callers",
  "sign-in": () => "sign in",
  "user-pool-trigger": ({ trigger }) => `decide on users or their tokens (${trigger})`,
  "read-logs": () => "read the logs",
  "copy-logs": () => "copy logs",
  "log-copying": () => "the copying of logs",
  "write-gateway-logs": () => "write the logs of every REST API of the AWS account",
  "cross-origin": () => "make cross-origin requests",
  "read-errors": () => "read error responses in a browser",
  "read-value": ({ name }) => `read ${name} in error responses`,
  "read-document": ({ path }) => `read the document ${path}`,
  "get-challenge": ({ type }) => `learn from ${type} responses where to get a token`,
  "send-requests": () => "send requests",
  "usage-limit": () => "usage limit",
  "get-id-tokens": ({ service }) => `get ID tokens for routes of ${service}`,
  invoke: () => "invoke it",
  "call-past": () => "call it past the gateway",
  "app-requests": () => "requests to its app",
  federate: ({ by }) =>
    by === "aws"
      ? "exchange a signed GetCallerIdentity request for a federated token"
      : "be exchanged for a federated token",
  impersonate: () => "impersonate it, from anywhere",
  "unknown-grants": () => "unknown grants",

  "called-service": ({ name, path, method }) =>
    `service ${name}${path === undefined ? "" : `, asked for ${path || "/"}`}${method === undefined ? "" : `, asked as ${method}`}`,
  "called-address": ({ uri }) => `service ${uri}`,
  integrations: ({ count }) => (count === 0 ? "nothing" : `ONE OF ${count} INTEGRATIONS`),
  integration: ({ type, uri }, words) => `${type} ${uri === undefined ? "without an address" : words(uri)}`,
  "jwt-authorizer": ({ name }) => `JWT authorizer ${name}`,
  "resource-server": ({ id }) => `resource server ${id}`,
  "missing-api": ({ isRest }) => `${isRest ? "REST API" : "API"} of another stack`,
  stage: ({ name, api }, words) => `stage ${name} of ${words(api)}`,
  "scoped-routes": () => "every scoped route",
  envoy: ({ service }, words) => `Envoy of ${words(service)}`,
  aws: () => "AWS",
  "default-account": () => "THE PROJECT'S DEFAULT SERVICE ACCOUNT",
  "pool-provider": ({ pool, id }, words) => `${words(pool)}, provider ${id}`,
  "function-version": ({ parts }, words) => parts.map(words).join(", "),
  "log-access": ({ cloud, by }, words) =>
    cloud === "aws" ? `AWS as ${words(by)}` : `Google Cloud through ${words(by)}`,
  arguments: ({ entries }, words) => entries.map(([name, value]) => `${name} ${words(value)}`).join(", "),
  "all-except": ({ names }, words) => `everything except ${names.map(words).join(", ")}`,

  decision: ({ by, seconds, cacheKey }) => {
    const ttl = seconds === undefined ? "ITS DEFAULT TTL" : `${seconds} s`;
    return `${by} decides, result cached for ${ttl} per ${cacheKey.join(" + ")}`;
  },
  "decided-by": ({ name, isJwt }) => `decision of ${isJwt ? "JWT authorizer " : ""}${name}`,
  "cache-key": ({ part }) => `${part} in the cache key`,
  "jwt-decides": ({ authorizer }) => `JWT authorizer ${authorizer} decides`,
  "no-authorizer": ({ why }, words) => `NO AUTHORIZER (${words(why)})`,
  "other-authorization": ({ authorization }) => `authorization ${authorization}`,
  "other-type": ({ type }) => `of type ${type}, which asks in another form`,
  "other-api": () => "of another API",
  "unknown-function": ({ uri, why }) => `${uri} decides, which ${UNKNOWN_FUNCTION[why]}`,
  "aws-signature": () => "SigV4 signature",
  needs: ({ needs }) => needsInWords(needs) || "ANY SCOPE",
  need: ({ scopes, claim, at }) =>
    `${claim === undefined ? "" : `${claim} `}${needInWords({ allOf: scopes })}${at === undefined ? "" : " at the gateway"}`,
  "any-scope": ({ at }) => (at === undefined ? "any scope" : "any scope at the gateway"),
  "own-path": ({ segment, claim, list }) =>
    `path segment ${segment} is ${list ? "one of" : "the caller's"} ${claim}${list ? " of the caller" : ""}`,
  "no-caller-has": ({ needs }) => `no caller has ${needsInWords(needs)}`,
  "unique-id": ({ id }) => `unique id ${id}`,
  "token-audience": ({ audiences }) => `a token for ${audiences.join(" or ")}`,
  "page-origin": ({ origin }) => `from pages of ${origin}`,
  challenge: ({ text }) => `WWW-Authenticate ${text}`,
  "document-text": ({ name, text }) => `${name} ${text}`,
  networks: ({ cidrs }) => `only from ${cidrs.join(", ")}`,
  "other-audience": ({ audience }) =>
    audience === undefined ? "WITHOUT A TOKEN FOR IT" : `WITH A TOKEN FOR ${audience}`,
  "no-token": ({ authorization }) => {
    if (authorization === undefined) return "NO TOKEN; PAST THE GATEWAY ALONE, which has no such route";
    return authorization === "NONE" ? "NO TOKEN" : `NO TOKEN PAST THE GATEWAY, which asks for one (${authorization})`;
  },
  "envoy-admits-none": () => "Envoy allows no caller",
  "envoy-verified": () => "a token that Envoy verifies",
  "no-readable-check": ({ authorization }) =>
    `NO READABLE CHECK IN FRONT OF ITS APP; ${
      authorization === "NONE"
        ? "NO AUTHORIZER AT THE GATEWAY EITHER"
        : `${authorization} AT THE GATEWAY DOES NOT APPLY PAST IT`
    }`,
  "no-envoy-route": ({ authorization }) => `${authorization} at the gateway; Envoy has no such route`,
  "past-gateway-alone": ({ authorizer, refusals }, words) =>
    authorizer === undefined
      ? "PAST THE GATEWAY ALONE, which has no such route"
      : `PAST THE GATEWAY ALONE: JWT authorizer ${authorizer} ${refusals.map(words).join(" and ")}`,
  "gateway-refusal": ({ why, needs }) => {
    if (why === "issuer") return "trusts another issuer";
    if (why === "audience") return "does not accept its client or audience";
    return why === "scope" ? "requires a scope" : `does not accept ${needs.map(needInWords).join(" or ")}`;
  },
  "envoy-alone": ({ authorization }) => {
    const what = authorization === "NONE" ? "no authorizer at the gateway" : `${authorization} at the gateway`;
    return `${what.toUpperCase()}, Envoy alone decides`;
  },
  "any-gateway-caller": () => "any caller at the gateway",
  "both-decide": ({ authorizer }) => `JWT authorizer ${authorizer} and Envoy decide`,
  "gateway-accepts-more": ({ scopes }) => `the gateway also accepts ${scopes.join(" or ") || "any scope"}`,
  "no-envoy": () => "NO ENVOY IN FRONT OF ITS APP",
  "envoy-not-read": () => "ITS ENVOY IS NOT READ",
  "envoy-unread": ({ fault, digest }) => `${fault} (${digest})`,
  "envoy-checks": ({ image, routes, open, digest }) => {
    const counted = `${routes} routes${open === 0 ? "" : ` (${open} with NO TOKEN)`}`;
    return `Envoy (${shortImage(image)}) allows ${counted} and nothing else, by its policy (${digest})`;
  },
  "no-gateway-limits": () => "the gateway's throttles and network rules do not apply",
  "envoy-pass": ({ key, issuer, client, need, also = [] }, words) =>
    [
      ...[key, issuer ?? "anyone", client ?? "any client", need === undefined ? "any scope" : words(need)],
      ...also.map(words),
    ].join(", "),
  "envoy-image": ({ image }) => `Envoy ${image}`,
  "envoy-accepts": ({ issuers }) => `accepts tokens of ${issuers.join(" or ")}`,
  "envoy-issuer-term": ({ issuer, term }, words) => `issuer ${issuer}: ${words(term)}`,
  "envoy-keys": ({ from, keptSeconds, skewSeconds }, words) =>
    `keys from ${words(from)} cached for ${keptSeconds} s, clock skew up to ${skewSeconds} s`,
  "envoy-tokens": ({ of, scopeClaim }) =>
    [
      ...TOKEN_KINDS[of],
      scopeClaim === undefined ? "scopes from the policy" : `scopes from the claim ${scopeClaim}`,
    ].join(", "),
  "envoy-token-kind": ({ of }) => TOKEN_KINDS[of].join(),
  "envoy-client": ({ name, claim, value, scopes }, words) =>
    `${name} is ${claim} ${words(value)}${scopes === undefined ? "" : ` with scopes ${scopes.join(", ")}`}`,
  "envoy-client-scope": ({ name, scope, scopeClaim }) => `${name} has ${scope} in ${scopeClaim ?? "the policy"}`,
  "issuer-keys": ({ url, keys }) => `${url} with keys of ${keys}`,
  "settings-digest": ({ digest }) => digest,
  "envoy-verifies": () => "Envoy verifies the token again",
  "envoy-token": () => "a token that Envoy takes",
  "envoy-refuses": ({ needs }) => `ENVOY REFUSES ${needsInWords(needs) || "IT"}`,
  "not-by-envoy": ({ need }) => `not by ${needInWords(need)}`,
  "not-in-policy": () => "not in the policy",
  "unreadable-rules": () => "by rules that are not in the stack",
  "withheld-token": () => "the caller's token withheld",
  "token-withheld": () => "the REST API withholds the caller's token",
  "headers-forgeable": ({ names }) => `${names.join(", ")} NOT FROM THE GATEWAY`,
  "request-parameter": ({ name, value }) => `${name} FROM ${value}`,
  "certificate-ignored": () => "THE SERVICE'S CERTIFICATE IS NOT VERIFIED",
  "integration-credentials": ({ credentials }) => `AS ${credentials}`,
  "integration-connection": ({ type }) => `THROUGH ${type}`,
  "minting-role": ({ role }, words) => `as ${words(role)}`,
  audience: ({ audience }, words) => `audience ${words(audience)}`,
  "any-audience": () => "any audience",
  audiences: ({ names }) => `ID token with audience ${[...names, "its run.app URL"].join(" or ")}`,
  ingress: ({ ingress }) => `ingress ${ingress}`,
  "checked-by-plan": () => "each plan checks that it is private",
  "not-checked": () => "NO PLAN CHECKS THAT IT IS PRIVATE",
  "of-its-owner": ({ project }) => `its owner in ${project} may grant the role to others, NOT READ HERE`,
  "no-internet-ingress": () => "no direct ingress from the internet",
  "no-load-balancer-ingress": () => "no ingress through an external load balancer",
  "read-only-agents": () => "agents are read-only",
  "revoked-in": ({ function: name }) => `disabled or revoked (REVOKED_CALLERS of function ${name})`,
  "self-registration": ({ isOn }) =>
    isOn
      ? "SELF-REGISTRATION IS ON: every new user gets the scopes of all app clients for users"
      : "self-registration is off",
  scopes: ({ scopes }) => `scopes ${scopes.join(", ")}`,
  "client-scope": ({ scope }) => `scope ${scope}`,
  "auth-flows": ({ flows }) => `auth flows ${flows.join(", ") || "COGNITO'S DEFAULTS"}`,
  "auth-flow": ({ flow }) => (flow === "" ? "Cognito's default flows" : `flow ${flow}`),
  urls: ({ of, urls }) => `${of} URLs ${urls.join(", ")}`,
  url: ({ of, url }) => `${of} URL ${url}`,
  "identity-providers": ({ names }, words) => `identity providers ${names.map(words).join(", ")}`,
  "identity-provider": ({ name }) => `users of ${name}`,
  "issued-scopes": ({ scopes }) => scopes.join(", "),
  "issued-scope": ({ scope }) => scope,
  "issuer-url": ({ url }, words) => words(url),
  "jwt-audiences": ({ audiences }, words) => `audience or client ${audiences.map(words).join(" or ") || "ANY"}`,
  "token-sources": ({ sources }) => `in ${sources.join(" or ")}`,
  "token-source": ({ source }) => source,
  "cognito-trust": ({ issuerFrom, clientIdsFrom }) =>
    `issuer URL from ${issuerFrom}, client IDs from ${clientIdsFrom.join(", ") || "NONE"}`,
  "cognito-client": ({ issuerFrom, clientIdFrom }) => `${issuerFrom} ${clientIdFrom}`,
  "aws-iam-trust": ({ door }) =>
    `GetCallerIdentity requests that an AWS principal signed for ${door}; scopes from the policy, by exact ARN`,
  "signed-for": ({ door }) => `signed for ${door}`,
  "oidc-trust": ({ issuer, audiences }) => `${issuer}, audience ${audiences.join(" or ")}`,
  "oidc-audiences": ({ audiences }) => `audience ${audiences.join(" or ")}`,
  "oidc-audience": ({ issuer, audience }) => `${issuer} ${audience}`,
  "scopes-of-subjects": () => "scopes from the policy, by exact subject",
  "scopes-of-claim": ({ claims, others = [], values, scopes, clientClaim, clients }) => {
    const granting = values.map(([value, granted]) => `${value} grants ${granted.join(" and ")}`);
    const how = granting.length === 0 ? "" : ` (${granting.join(", ")})`;
    const from = `${claims.join(" and ")} ${claims.length > 1 ? "claims" : "claim"}${how}`;
    const instead = others.map(([client, own]) => `; of ${client} from ${own.join(" and ")}`).join("");
    return `scopes from its ${from}${instead}, limited to ${scopes.join(", ")}, where ${clientClaim} is ${clients.join(" or ")}`;
  },
  "claim-value": ({ claim, value }) => `${claim} ${value}`,
  "scope-value": ({ value, scope }) => (scope === undefined ? `scope ${value}` : `${scope} by ${value}`),
  "scope-claim": ({ client, claim }) => `scopes of ${client} in ${claim}`,
  "path-claim": ({ claim }) => `${claim} decides whose path is called`,
  claimant: ({ id, claims }) =>
    `${id}: ${claims.map(([name, value]) => `${name} is ${value}`).join(" and ") || "NO CLAIM IS CHECKED"}`,
  "provider-detail": ({ name, value }, words) => `${name} ${words(value)}`,
  "provider-attributes": ({ mapping }) => `attributes ${mapping}`,
  "provider-domain": ({ domain }) => `asked for as ${domain}`,
  "trigger-version": ({ version }) => version,
  "source-arn": ({ arn }, words) => `source ARN ${words(arn)}`,
  "any-source-arn": () => "ANY SOURCE ARN",
  "source-account": ({ account }) => `source account ${account}`,
  "aws-condition": ({ key, operator, values }, words) => `${key} ${operator} ${values.map(words).join(" or ")}`,
  "exempt-principal": ({ arn }) => arn,
  "exempt-network": ({ cidr }) => cidr,
  "past-gateway": ({ authorization }) => `PAST THE GATEWAY, authorization ${authorization}`,
  "function-qualifier": ({ qualifier }) => `its version ${qualifier}`,
  "pages-read": ({ origins }) => `pages of ${origins.join(", ")} read responses`,
  expression: ({ text }) => text,
  "any-federated": ({ by }) => (by === "aws" ? "ANY ROLE OF THE ACCOUNT" : "ANY TOKEN"),
  "attribute-mapping": ({ name, value }) => `${name} = ${value}`,
  "any-caller": () => "any caller",
  "caller-with": ({ claim, value }) => `caller with ${claim === undefined ? "" : `${claim} `}${value}`,
  "long-lived-key": () => "LONG-LIVED KEY",
  "new-version": ({ reaches }) =>
    reaches === "each-instance"
      ? "each new instance reads it (version latest)"
      : "the service reads it after a deploy that pins it",
  "log-contents": ({ logs }, words) => logs.map(words).join(", "),
  "log-filter": ({ filter }) => filter,
  "all-logs": ({ of }) => (of === "bucket" ? "EVERYTHING IN ITS BUCKET" : "EVERY LOG OF THE PROJECT"),
  "filter-term": ({ text, name }) => (name === undefined ? text : `${text} ${name}`),
  "nothing-else": () => "nothing else: no secret, no token, no service",
  also: ({ deeds }, words) => `AND ${deeds.map(words).join(", ")}`,
  deed: ({ of }, words) => `${of.effect === "deny" ? "DENY " : ""}${words(of.action)} on ${words(of.resource)}`,
  action: ({ action }) => action,
  "all-except-some": () => "everything except some actions",
  "later-policies": () => "WHATEVER POLICY IS ATTACHED LATER",
  methods: ({ methods }) => methods.join(", "),
  method: ({ method, path }) => (path === undefined ? `method ${method}` : `${method} ${path}`),
  headers: ({ headers, path }) => `headers ${headers.join(", ")}${path === undefined ? "" : ` at ${path}`}`,
  header: ({ header, path }) => `header ${header}${path === undefined ? "" : ` at ${path}`}`,
  cookies: ({ isOn }) => (isOn ? "WITH COOKIES" : "without cookies"),
  "with-cookies": ({ path }) => (path === undefined ? "cookies" : `cookies at ${path}`),
  "own-methods": () => "each path's own methods",
  "methods-at": ({ path, methods }) => `${methods.join(", ") || "NONE"} at ${path}`,
  "not-at": ({ paths }) => `not at ${paths.join(", ")}`,
  "error-responses": ({ types }, words) => types.map(words).sort().join(", "),
  "error-response": ({ type, hasCookies }) => `${type}${hasCookies ? " COOKIES" : ""}`,
  features: ({ features }) => features.join(", "),
  addresses: ({ names, hasDefault }) => {
    if (hasDefault) return ["at the default execute-api endpoint", ...names].join(" or ");
    return `${names.length > 0 ? `at ${names.join(" or ")}` : "at no domain name yet"} only`;
  },
  "no-default-endpoint": () => "no default endpoint",
  "client-certificate": () => "with a client certificate from the trust store",
  "web-acl": ({ name }) => `behind web ACL ${name}`,
  deployment: ({ name, canary }) =>
    `serves deployment ${name}${canary === undefined ? "" : `, AND ${canary} AS A CANARY`}`,
  "one-deployment": ({ name, isOnly }) => `${isOnly ? "only " : ""}deployment ${name}`,
  "access-log": ({ isOn }) => (isOn ? "access log on" : "NO ACCESS LOG"),
  "logs-value": ({ name }) => `LOGS ${name}`,
  "logged-value": ({ name }) => name,
  limits: ({ limits }) =>
    Object.entries(limits)
      .map(([name, value]) => `${value} ${limitName(name)}`)
      .join(", ") || "NO LIMIT",
  "not-counted": ({ routes }) => `NOT COUNTED FOR ${routes.join(", ")}`,
  "uncounted-route": ({ route }) => route,
  "callers-own-key": () => "COUNTED BY A KEY THAT CALLERS SEND",
  "other-route-limits": () => "OTHER LIMITS FOR SOME ROUTES",
  "of-main-ts": () => "as main.ts says",
  "argument-unread": ({ argument }) => `its argument ${argument}`,
  "type-unknown": () => "a type that the review does not know",
  "module-unread": () => "what it declares is not in this file",
};

/** Twelve digits are enough to distinguish digests. */
function shortImage(image: string): string {
  return image.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, "$1…");
}

/** What Envoy asks of a token, by kind of issuer. */
const TOKEN_KINDS: Readonly<Record<Fact<"envoy-tokens">["of"], readonly string[]>> = {
  cognito: ["access tokens only"],
  subjects: ["no token that AWS gave to another role"],
  token: [],
};

const PAGES: Readonly<Record<Fact<"pages">["of"], (origin: string) => string>> = {
  origin: (origin) => (origin === "*" ? "any origin" : origin),
  "request-value": (value) => `WHATEVER ${value} SAYS`,
  "unknown-template": (digest) => `ANY ORIGIN, BY AN UNKNOWN TEMPLATE (${digest})`,
};

const UNKNOWN_FUNCTION: Readonly<Record<Fact<"unknown-function">["why"], string>> = {
  alias: "may call another version than its function publishes",
  version: "calls one version, whatever the function is changed to",
  foreign: "is not a function of this stack",
};

const LIMIT_NAMES: Readonly<Record<string, string>> = {
  "cache-seconds": "cache TTL in seconds",
  "per-second": "per second",
  "at-once": "at once",
  "per-DAY": "requests per day",
  "per-WEEK": "requests per week",
  "per-MONTH": "requests per month",
};

/** A limit as it is printed after its number; a period of API Gateway that is not known by its own name. */
export function limitName(name: string): string {
  return LIMIT_NAMES[name] ?? name.replace(/^per-/, "requests per ");
}
