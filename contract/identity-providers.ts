import { claimsCarrying, pathOf, type ScopeClaims } from "./scope-claims";

/**
 * What the vendor of an identity provider documents about its issuers and tokens. Config is checked against it, and the
 * stand-ins of issuers sign such tokens.
 */
export interface Provider {
  readonly id: string;
  readonly name: string;
  /** Pages of the vendor that say so. */
  readonly sources: readonly string[];
  /** Day on which the pages were read. */
  readonly date: string;
  /** Matches host and path of its issuers: `acme.okta.com/oauth2/default`. Also those with a mistake. */
  readonly recognized: RegExp;
  /** Form of the exact `iss`, as host and path. Undefined if nothing it signs is for an API of yours. */
  readonly issuer?: RegExp;
  /** An `iss` of this form. */
  readonly example: string;
  /** Form of the audiences, if the vendor decides it. `project`: the last part of the issuer's path. */
  readonly audience?: "guid" | "project";
  /** Claims with scopes, roles or permissions, the usual one first. None: its tokens only prove who the caller is. */
  readonly scopes: readonly ScopeCarrier[];
  /** The `scopeClaim` that reads the tokens of people and of programs. Default: the first of `scopes`. */
  readonly scopeClaim?: readonly string[];
  /** Claims that name the client, the usual one first. */
  readonly clients: readonly string[];
  /** Claims that its tokens do not have, and that its vendor reserves. Every other claim may be one that you add. */
  readonly never: readonly string[];
  /** Algorithms of its signatures. */
  readonly algorithms: readonly string[];
  /** Further claims that every token of an issuer has. */
  readonly always?: (issuer: string) => Readonly<Record<string, string>>;
  /** What makes a token name one server alone (RFC 8707), with the server's URL. Undefined if nothing can. */
  readonly serverToken?: (url: string) => string;
}

export interface ScopeCarrier {
  /** As in config: a dot leads into an object. A `*` stands for one name. */
  readonly claim: string;
  /** A text with spaces, or a list of texts. */
  readonly form: "text" | "list";
}

const text = (claim: string): ScopeCarrier => ({ claim, form: "text" });
const list = (claim: string): ScopeCarrier => ({ claim, form: "list" });

const GUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const TENANT = "11111111-2222-3333-4444-555555555555";
const OKTA = "[^./]+\\.(?:okta|oktapreview|okta-emea|okta-gov)\\.com";
const OKTA_PAGES = [
  "https://developer.okta.com/docs/concepts/auth-servers/",
  "https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/",
];
const ENTRA_PAGES = [
  "https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference",
  "https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens",
  "https://learn.microsoft.com/en-us/entra/identity-platform/reference-claims-customization",
];
const DATE = "2026-11-30";

/** Tenant, and the object id of the person or program. */
const entraClaims = (issuer: string, ver: string) => ({
  tid: new RegExp(GUID).exec(issuer)?.[0] ?? TENANT,
  oid: "00000000-0000-4000-8000-000000000001",
  ver,
});

/** The first that recognizes an issuer is its provider. A vendor's custom domain cannot be recognized. */
export const PROVIDERS: readonly Provider[] = [
  {
    id: "okta",
    name: "an Okta custom authorization server",
    sources: OKTA_PAGES,
    date: DATE,
    recognized: new RegExp(`^${OKTA}/oauth2/(?!v1(?:/|$))`),
    issuer: new RegExp(`^${OKTA}/oauth2/[^/]+$`),
    example: "https://acme.okta.com/oauth2/default",
    scopes: [list("scp"), list("groups")],
    clients: ["cid"],
    never: ["scope", "client_id"],
    algorithms: ["RS256"],
    serverToken: (url) => `use an authorization server of its own, with the Audience ${url}`,
  },
  {
    // Its access tokens are for Okta itself: their audience cannot be changed, and only Okta may verify them.
    id: "okta-org",
    name: "Okta's org authorization server",
    sources: OKTA_PAGES,
    date: DATE,
    recognized: new RegExp(`^${OKTA}(?:/|$)`),
    example: "https://acme.okta.com/oauth2/default",
    scopes: [],
    clients: [],
    never: [],
    algorithms: ["RS256"],
  },
  {
    // `azp` names the client in Auth0's own token profile, `client_id` in the RFC 9068 profile.
    id: "auth0",
    name: "Auth0",
    sources: [
      "https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles",
      "https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims",
    ],
    date: DATE,
    recognized: /^[^/]+\.auth0\.com(?:\/|$)/,
    issuer: /^[^/]+\.auth0\.com\/$/,
    example: "https://acme.eu.auth0.com/",
    scopes: [text("scope"), list("permissions")],
    clients: ["azp", "client_id"],
    never: ["roles", "groups"],
    algorithms: ["RS256"],
    serverToken: (url) =>
      `create an API with the Identifier ${url}, and turn on the Resource Parameter Compatibility Profile`,
  },
  {
    // `scp` is in the tokens of people, `roles` in those of programs and of people with an app role.
    id: "entra-v2",
    name: "Entra ID, with access tokens of version 2.0",
    sources: ENTRA_PAGES,
    date: DATE,
    recognized: /^login\.microsoftonline\.com(?:\/|$)/,
    issuer: new RegExp(`^login\\.microsoftonline\\.com/(?:${GUID}|common|organizations|consumers)/v2\\.0$`),
    example: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    audience: "guid",
    scopes: [text("scp"), list("roles"), list("groups")],
    scopeClaim: ["scp", "roles"],
    clients: ["azp"],
    never: ["scope", "client_id", "appid"],
    algorithms: ["RS256"],
    always: (issuer) => entraClaims(issuer, "2.0"),
    serverToken: (url) => `register the server as an application of its own, with the Application ID URI ${url}`,
  },
  {
    id: "entra-v1",
    name: "Entra ID, with access tokens of version 1.0",
    sources: ENTRA_PAGES,
    date: DATE,
    recognized: /^sts\.windows\.net(?:\/|$)/,
    issuer: new RegExp(`^sts\\.windows\\.net/${GUID}/$`),
    example: `https://sts.windows.net/${TENANT}/`,
    scopes: [text("scp"), list("roles"), list("groups")],
    scopeClaim: ["scp", "roles"],
    clients: ["appid"],
    never: ["scope", "client_id", "azp"],
    algorithms: ["RS256"],
    always: (issuer) => entraClaims(issuer, "1.0"),
    serverToken: (url) => `register the server as an application of its own, with the Application ID URI ${url}`,
  },
  {
    // Mappers can add any claim. Only tokens of a service account have `client_id` as well.
    id: "keycloak",
    name: "Keycloak",
    sources: [
      "https://www.keycloak.org/docs/latest/server_admin/index.html#_oidc_token_role_mappings",
      "https://www.keycloak.org/docs/latest/server_admin/index.html#audience-support",
    ],
    date: DATE,
    recognized: /^[^/]+(?:\/[^/]+)?\/realms\/[^/]+(?:\/|\/protocol\/.*|\/account.*|\/\.well-known.*)?$/,
    issuer: /^[^/]+(?:\/[^/]+)?\/realms\/[^/]+$/,
    example: "https://sso.acme.example/realms/acme",
    scopes: [text("scope"), list("realm_access.roles"), list("resource_access.*.roles"), list("groups")],
    clients: ["azp", "client_id"],
    never: [],
    algorithms: ["RS256"],
    serverToken: (url) => `add an audience mapper to a client scope, with the Included Custom Audience ${url}`,
  },
  {
    id: "google",
    name: "Google",
    sources: ["https://developers.google.com/identity/openid-connect/reference"],
    date: DATE,
    recognized: /^accounts\.google\.com(?:\/|$)/,
    issuer: /^accounts\.google\.com\/?$/,
    example: "https://accounts.google.com",
    scopes: [],
    clients: ["azp"],
    never: [],
    algorithms: ["RS256"],
    serverToken: (url) => `let the caller ask for an ID token with the audience ${url}`,
  },
  {
    // Its tokens have no claim for the app: the audience is the project. Scopes are custom claims that a server sets.
    id: "firebase",
    name: "Firebase Authentication",
    sources: [
      "https://firebase.google.com/docs/auth/admin/verify-id-tokens",
      "https://firebase.google.com/docs/auth/admin/custom-claims",
    ],
    date: DATE,
    recognized: /^securetoken\.google\.com(?:\/|$)/,
    issuer: /^securetoken\.google\.com\/[^/]+$/,
    example: "https://securetoken.google.com/acme-shop",
    audience: "project",
    scopes: [list("roles"), list("*")],
    clients: ["aud"],
    never: ["azp"],
    algorithms: ["RS256"],
  },
  {
    id: "pingone",
    name: "PingOne",
    sources: [
      "https://developer.pingidentity.com/pingone-api/foundations/authentication-concepts/access-tokens-and-id-tokens/token-claims.html",
      "https://developer.pingidentity.com/pingone-api/platform/resources/resources-1.html",
    ],
    date: DATE,
    recognized: /^auth\.pingone\.(?:com|eu|ca|asia|sg|com\.au)(?:\/|$)/,
    issuer: new RegExp(`^auth\\.pingone\\.[a-z.]+/${GUID}/as$`),
    example: `https://auth.pingone.eu/${TENANT}/as`,
    scopes: [text("scope")],
    clients: ["client_id"],
    never: [],
    algorithms: ["RS256"],
    serverToken: (url) => `create a custom resource with the Audience ${url}`,
  },
  {
    id: "cognito",
    name: "a Cognito user pool of another stack",
    sources: [
      "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html",
    ],
    date: DATE,
    recognized: /^cognito-idp\.[^/]+\.amazonaws\.com(?:\/|$)/,
    issuer: /^cognito-idp\.([a-z0-9-]+)\.amazonaws\.com\/\1_[A-Za-z0-9]+$/,
    example: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5fG7",
    scopes: [text("scope"), list("cognito:groups")],
    clients: ["client_id"],
    never: [],
    algorithms: ["RS256"],
    always: () => ({ token_use: "access" }),
    serverToken: (url) => `let clients send resource=${url} to the managed login`,
  },
  {
    id: "aws",
    name: "outbound identity federation of an AWS account",
    sources: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html"],
    date: DATE,
    recognized: /^[^/]+\.tokens\.sts\.global\.api\.aws(?:\/|$)/,
    issuer: new RegExp(`^${GUID}\\.tokens\\.sts\\.global\\.api\\.aws/?$`),
    example: `https://${TENANT}.tokens.sts.global.api.aws`,
    scopes: [],
    clients: [],
    never: [],
    algorithms: ["RS256", "ES384"],
    serverToken: (url) => `let the caller ask for a token with the audience ${url}`,
  },
  {
    // An enterprise may have an issuer of its own, below this one.
    id: "github",
    name: "GitHub Actions",
    sources: ["https://docs.github.com/en/actions/reference/security/oidc"],
    date: DATE,
    recognized: /^token\.actions\.githubusercontent\.com(?:\/|$)/,
    issuer: /^token\.actions\.githubusercontent\.com(?:\/|\/[^/]+)?$/,
    example: "https://token.actions.githubusercontent.com",
    scopes: [],
    clients: [],
    never: [],
    algorithms: ["RS256"],
    serverToken: (url) => `let the caller ask for a token with the audience ${url}`,
  },
];

/** The provider of an issuer, if it is a known one. */
export function providerOf(issuer: string): Provider | undefined {
  const at = hostAndPath(issuer);
  return at === undefined ? undefined : PROVIDERS.find(({ recognized }) => recognized.test(at));
}

/** Whether an issuer is written exactly as in the provider's tokens. */
export function isItsIssuer({ issuer: form }: Provider, issuer: string): boolean {
  return form?.test(hostAndPath(issuer) ?? "") ?? false;
}

/** Whether an audience can be in the provider's tokens. */
export function isItsAudience({ audience: form }: Provider, issuer: string, audience: string): boolean {
  if (form === "guid") return new RegExp(`^${GUID}$`).test(audience);
  return form === undefined || audience === projectOf(issuer);
}

/**
 * The scope that a client asks for, so that its token carries a value. Entra ID adds the resource, and takes it off in the
 * token.
 *
 * @param resource the Application ID URI of the API or server
 */
export function askedScope(issuer: string, value: string, resource: string): string {
  return providerOf(issuer)?.audience === "guid" ? `${resource}/${value}` : value;
}

/** The last part of an issuer's path. */
export function projectOf(issuer: string): string {
  return issuer.replace(/^.*\//, "");
}

/** Host and path as written: a slash at the end is part of an `iss`. */
function hostAndPath(issuer: string): string | undefined {
  return /^https:\/\/(.+)$/.exec(issuer)?.[1];
}

/** The form in which a provider writes a claim with scopes; undefined if it documents no such claim. */
export function carrierOf({ scopes }: Provider, claim: string): ScopeCarrier | undefined {
  const parts = pathOf(claim);
  return scopes.find((each) => {
    const pattern = pathOf(each.claim);
    return pattern.length === parts.length && pattern.every((part, index) => part === "*" || part === parts[index]);
  });
}

/** An issuer whose tokens carry scopes, as far as its tokens' claims depend on it. */
export interface TokenClaims extends ScopeClaims {
  /** Its `iss`. */
  readonly issuer: string;
  readonly clientClaim: string;
}

/**
 * The claims for client and scopes of a token, as a known provider writes them, whatever config expects. Those of any
 * other issuer are the ones that config expects.
 */
export function claimsOfCaller(
  from: TokenClaims,
  client: string,
  scopes: readonly string[],
): Readonly<Record<string, unknown>> {
  const { issuer, clientClaim, scopeClaim, scopeValues } = from;
  const provider = providerOf(issuer);
  const [usualClient = clientClaim] = provider?.clients ?? [];
  const [usualScopes] = provider?.scopes ?? [];
  const names = [scopeClaim].flat();
  const name = names.find((each) => !provider?.never.includes(each)) ?? usualScopes?.claim ?? "";
  const form = provider && carrierOf(provider, name)?.form;
  return {
    ...provider?.always?.(issuer),
    ...claimsCarrying(scopes, { scopeClaim: name, scopeValues }, form),
    // The audience is in every token already.
    ...(usualClient !== "aud" && { [provider?.never.includes(clientClaim) ? usualClient : clientClaim]: client }),
  };
}

/** A key of config that names a claim which the provider's tokens never have. */
export interface AbsentClaim {
  readonly provider: Provider;
  readonly key: "scopeClaim" | "clientClaim";
  readonly claim: string;
  /** The claim that they have. */
  readonly sent: string;
}

export function absentClaims({ issuer, scopeClaim, clientClaim }: TokenClaims): readonly AbsentClaim[] {
  const provider = providerOf(issuer);
  if (provider === undefined) return [];
  const absent = (key: AbsentClaim["key"], claims: readonly string[], sent: string | undefined) =>
    claims.flatMap((claim) =>
      sent !== undefined && provider.never.includes(claim) ? [{ provider, key, claim, sent }] : [],
    );
  return [
    ...absent("scopeClaim", [scopeClaim].flat(), provider.scopes[0]?.claim),
    ...absent("clientClaim", [clientClaim], provider.clients[0]),
  ];
}
