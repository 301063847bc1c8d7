import { askedScope } from "../../contract/identity-providers";
import { type PolicyCaller, policyCallers } from "../../contract/policy-callers";
import { callersThatMeet } from "../../contract/route-access";
import { valuesGranting } from "../../contract/scope-claims";
import { scopesOfNeed } from "../../contract/scope-need";
import type { Client } from "../../intent/model/client-intent";
import type { Access, CognitoIssuer, Intent, Issuer, OidcIssuer, Route } from "../../intent/model/intent";
import type { TokenIssuer } from "../../intent/model/issuer-intent";
import { policyIssuers } from "../../stacks/authorizer-policy";
import type { TokenPlaces } from "./addresses";
import type { Json, SecurityRequirement } from "./model";

/** Names of the schemes that are not issuers. No issuer's id has a capital letter. */
const CERTIFICATE = "clientCertificate";
const CLOSED = "noClient";

/** One scheme for each issuer that grants a scope, with no scope that config does not grant. */
export function securitySchemes(intent: Intent, places: TokenPlaces): Json {
  const granting = new Set(callersOf(intent).flatMap(({ issuer, scopes }) => (scopes.length > 0 ? [issuer.id] : [])));
  const schemes = intent.issuers
    .filter(({ id }) => granting.has(id))
    .map((issuer) => [issuer.id, schemeOf(intent, issuer, places)]);
  return Object.fromEntries([
    ...schemes,
    ...(intent.gateway.mutualTls === undefined ? [] : [[CERTIFICATE, MUTUAL_TLS]]),
    ...(intent.services.some(({ routes }) => routes.some((route) => isClosed(intent, route)))
      ? [[CLOSED, NO_CLIENT]]
      : []),
  ]);
}

function schemeOf(intent: Intent, issuer: Issuer, places: TokenPlaces): Json {
  if (issuer.kind === "cognito") return userPool(intent, issuer, places);
  return issuer.kind === "aws-iam" ? AWS_IAM : openIdConnect(intent, issuer, places);
}

const AWS_IAM = {
  type: "http",
  scheme: "bearer",
  bearerFormat: "aws-iam",
  description:
    "A GetCallerIdentity request that an AWS role or user signed for this front door. Config grants scopes to exact ARNs.",
};

const MUTUAL_TLS = {
  type: "mutualTLS",
  description: "A client certificate of an authority in the trust store, in addition to the token.",
};

const NO_CLIENT = {
  type: "http",
  scheme: "bearer",
  description: "No client has a scope that opens this route, so every token is refused.",
};

/** A caller's requirements, one for each alternative. Empty only for a public route without mutual TLS. */
export function securityOf(intent: Intent, route: Route): readonly SecurityRequirement[] {
  const certificate: SecurityRequirement = intent.gateway.mutualTls === undefined ? {} : { [CERTIFICATE]: [] };
  if (route.access.kind === "public") return intent.gateway.mutualTls === undefined ? [] : [certificate];
  const found = alternatives(intent, route, route.access);
  // An empty list would mean that the route is public.
  const open: readonly SecurityRequirement[] = found.length > 0 ? found : [{ [CLOSED]: [] }];
  return open.map((requirement) => ({ ...requirement, ...certificate }));
}

function isClosed(intent: Intent, route: Route): boolean {
  return route.access.kind === "scopes" && alternatives(intent, route, route.access).length === 0;
}

type Scoped = Extract<Access, { readonly kind: "scopes" }>;

function alternatives(intent: Intent, route: Route, access: Scoped): readonly SecurityRequirement[] {
  const callers = callersOf(intent).filter(({ issuer }) => route.issuer === undefined || route.issuer === issuer.id);
  const found = callersThatMeet(access, callers);
  return intent.issuers.flatMap((issuer) => {
    const own = found.filter(({ caller }) => caller.issuer.id === issuer.id);
    const open = access.scopes.filter((need) => own.some(({ met }) => met.includes(need)));
    // Its tokens carry no scopes: config grants them to exact callers.
    if (open.length > 0 && !carriesScopes(issuer)) return [{ [issuer.id]: [] }];
    return open.flatMap((need) =>
      askedFor(intent, issuer, scopesOfNeed(need)).map((asked) => ({ [issuer.id]: asked })),
    );
  });
}

/** What a client asks the issuer for, so that its token carries these scopes: the alternatives of the issuer's own values. */
function askedFor({ services }: Intent, issuer: Issuer, scopes: readonly string[]): readonly (readonly string[])[] {
  if (issuer.kind !== "oidc" || issuer.grants !== "token") return [scopes];
  const ofServers = services.flatMap(({ routes }) => routes.flatMap(({ mcp }) => mcp?.otherAudiences ?? []));
  const audience = issuer.audiences.find((each) => !ofServers.includes(each)) ?? "";
  return scopes.reduce<readonly (readonly string[])[]>(
    (found, scope) =>
      valuesGranting(scope, issuer).flatMap((value) => {
        const asked = askedScope(issuer.issuer, value, `api://${audience}`);
        return found.map((others) => (others.includes(asked) ? others : [...others, asked]));
      }),
    [[]],
  );
}

function carriesScopes(issuer: Issuer): boolean {
  return issuer.kind === "cognito" || (issuer.kind === "oidc" && issuer.grants === "token");
}

function callersOf(intent: Intent): readonly PolicyCaller[] {
  return policyCallers({ issuers: policyIssuers(intent) });
}

function userPool(intent: Intent, issuer: CognitoIssuer, places: TokenPlaces): Json {
  const { tokenUrl, authorizationUrl } = places.userPool(issuer);
  const scopesFor = (grant: Client["grant"]) => {
    const clients = intent.clients.filter((client) => client.issuer === issuer.id && client.grant === grant);
    const granted = clients.flatMap(({ disabled, scopes }) => (disabled ? [] : scopes));
    return [...new Set(granted)].sort();
  };
  const [people, programs] = [scopesFor("authorization_code"), scopesFor("client_credentials")];
  return {
    type: "oauth2",
    description: `The Cognito user pool of the issuer ${issuer.id}. Send its access token.`,
    flows: {
      ...(people.length > 0 && { authorizationCode: { authorizationUrl, tokenUrl, scopes: described(people) } }),
      ...(programs.length > 0 && { clientCredentials: { tokenUrl, scopes: described(programs) } }),
    },
  };
}

function openIdConnect({ clients }: Intent, issuer: OidcIssuer, places: TokenPlaces): Json {
  const origin =
    issuer.grants === "token"
      ? `Scopes come from the token.${mapped(issuer)}`
      : "Config grants scopes to exact callers; the token's own scopes do not count.";
  return {
    type: "openIdConnect",
    description: `Tokens of ${issuer.issuer} with an audience of ${issuer.audiences.join(", ")}. ${origin}`,
    openIdConnectUrl: places.discovery(issuer),
    // For programs that read a token: where it has the scopes.
    ...(issuer.grants === "token" && { "x-scope-claims": scopeClaimsOf(issuer, clients) }),
  };
}

/** The claims with scopes, of all clients of the issuer. */
function scopeClaimsOf({ id, scopeClaim }: TokenIssuer & { readonly id: string }, clients: readonly Client[]) {
  const own = clients.flatMap((client) =>
    client.grant === "external" && client.issuer === id ? (client.scopeClaim ?? []) : [],
  );
  return [...new Set([scopeClaim, own].flat(2))].sort();
}

/** The values of the issuer that grant scopes of other names. */
function mapped({ scopeClaim, scopeValues = {} }: TokenIssuer): string {
  const grants = Object.entries(scopeValues).map(([value, scopes]) => `${value} grants ${scopes.join(" and ")}`);
  return grants.length === 0 ? "" : ` In ${[scopeClaim].flat().join(" or ")}: ${grants.join("; ")}.`;
}

function described(scopes: readonly string[]): Json {
  return Object.fromEntries(scopes.map((scope) => [scope, `Calls the routes that ask for ${scope}`]));
}
