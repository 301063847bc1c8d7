import {
  type AccessPolicy,
  type PolicyIssuer,
  type PolicySubjectsIssuer,
  type PolicyTokenIssuer,
  signsJwts,
  tokenClients,
} from "../../../contract/policy-file";
import type { Fact } from "../model/fact";
import { placeOf, policyPlace } from "../model/place";
import type { AccessRow } from "../model/row";
import { canonical } from "../terraform-json/order";
import { sha256 } from "../terraform-json/sha256";
import { blocksOf, listOf, type Resource, referred, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { issuerName, named, plain, readable, soleText } from "../types/named";
import { envoyIssuerRows } from "./envoy-rows";
import type { Envoys } from "./envoys";

/** Gives new tokens in exchange for a refresh token. A client that never had tokens gets none. */
const REFRESH = "ALLOW_REFRESH_TOKEN_AUTH";

/** Ways to become a caller: sign-up, app clients and the tokens that the authorizer accepts. */
export function issuerRows(stack: StackJson, policy: AccessPolicy, envoys: Envoys): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, "aws_cognito_user_pool").map(signUpRow),
    ...appClientRows(stack),
    ...scopeRows(stack),
    ...trustedTokenRows(policy),
    ...jwtAuthorizerRows(stack),
    ...envoyIssuerRows(stack, envoys),
    // A pool also trusts identity providers that sign users in, and functions that decide on users.
    ...resourcesOf(stack, "aws_cognito_identity_provider").map((provider) => providerRow(stack, provider)),
    ...resourcesOf(stack, "aws_cognito_user_pool").flatMap((pool) => triggerRows(stack, pool)),
  ];
}

function signUpRow(pool: Resource): AccessRow {
  const [config] = blocksOf(pool.attributes.admin_create_user_config);
  const isOn = config?.allow_admin_create_user_only !== true;
  return {
    effect: "allow",
    principal: isOn ? { kind: "anyone" } : { kind: "account-administrators" },
    action: { kind: "create-users" },
    resource: named(pool),
    conditions: [{ kind: "self-registration", isOn }],
    terms: {},
    from: placeOf(pool, "admin_create_user_config"),
  };
}

function appClientRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "aws_cognito_user_pool_client").flatMap((client): readonly AccessRow[] => {
    const { attributes } = client;
    // Without this flag, Cognito gives no token by OAuth, whatever flows are listed.
    const isOn = attributes.allowed_oauth_flows_user_pool_client === true;
    const oauth = isOn ? listOf(attributes.allowed_oauth_flows) : [];
    const flows = listOf(attributes.explicit_auth_flows);
    if (oauth.length === 0 && flows.length > 0 && flows.every((flow) => flow === REFRESH)) return [];
    const scopes = listOf(attributes.allowed_oauth_scopes);
    const urls = (
      [
        ["callback", attributes.callback_urls],
        ["logout", attributes.logout_urls],
      ] as const
    ).flatMap(([of, given]) => (listOf(given).length === 0 ? [] : [{ of, urls: listOf(given) }]));
    const providers = listOf(attributes.supported_identity_providers).filter((name) => name !== "COGNITO");
    const names = providers.map((each) => readable(stack, each));
    return [
      {
        effect: "allow",
        principal: { kind: "app-client", name: String(attributes.name) },
        action: { kind: "get-tokens", secret: Boolean(attributes.generate_secret), flows: oauth },
        resource: poolOf(stack, attributes.user_pool_id),
        conditions: [
          { kind: "scopes", scopes },
          { kind: "auth-flows", flows },
          ...urls.map((each): Fact => ({ kind: "urls", ...each })),
          ...(names.length > 0 ? [{ kind: "identity-providers", names } as const] : []),
        ],
        terms: {
          permits: [
            ...scopes.map((scope): Fact => ({ kind: "client-scope", scope })),
            // Cognito treats an empty list as unset.
            ...(flows.length === 0 ? [""] : flows).map((flow): Fact => ({ kind: "auth-flow", flow })),
            ...urls.flatMap(({ of, urls: each }) => each.map((url): Fact => ({ kind: "url", of, url }))),
            ...providers.map((name): Fact => ({ kind: "identity-provider", name })),
          ],
        },
        from: placeOf(client),
      },
    ];
  });
}

function scopeRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "aws_cognito_resource_server").map((server) => {
    const { scope, identifier, user_pool_id } = server.attributes;
    const scopes = blocksOf(scope).map(({ scope_name }) => `${identifier}/${scope_name}`);
    return {
      effect: "allow",
      principal: poolOf(stack, user_pool_id),
      action: { kind: "issue-scopes" },
      resource: { kind: "resource-server", id: String(identifier) },
      conditions: [{ kind: "issued-scopes", scopes }],
      terms: { permits: scopes.map((each) => ({ kind: "issued-scope", scope: each })) },
      from: placeOf(server, "scope"),
    };
  });
}

function poolOf(stack: StackJson, id: unknown) {
  const pool = referred(stack, id);
  return pool === undefined ? plain(id) : named(pool);
}

/** The issuers whose tokens API Gateway itself accepts. */
function jwtAuthorizerRows(stack: StackJson): readonly AccessRow[] {
  const jwt = resourcesOf(stack, "aws_apigatewayv2_authorizer").filter(
    ({ attributes }) => attributes.authorizer_type === "JWT",
  );
  return jwt.map((authorizer) => {
    const { jwt_configuration, identity_sources, name } = authorizer.attributes;
    const [trusted = {}] = [jwt_configuration].flat();
    const audiences = listOf(trusted.audience);
    const sources = listOf(identity_sources);
    return {
      effect: "allow",
      principal: { kind: "issuer", id: authorizer.name },
      action: { kind: "issue-tokens" },
      resource: { kind: "jwt-authorizer", name: String(name) },
      conditions: [
        { kind: "issuer-url", url: issuerName(stack, trusted.issuer) },
        { kind: "jwt-audiences", audiences: audiences.map((audience) => readable(stack, audience)) },
        { kind: "token-sources", sources },
      ],
      terms: {
        permits: [
          { kind: "issuer-url", url: plain(trusted.issuer) },
          ...audiences.map((audience): Fact => ({ kind: "audience", audience: readable(stack, audience) })),
          ...(audiences.length > 0 ? [] : [{ kind: "any-audience" } as const]),
          ...sources.map((source): Fact => ({ kind: "token-source", source })),
        ],
      },
      from: placeOf(authorizer, "jwt_configuration"),
    };
  });
}

function trustedTokenRows(policy: AccessPolicy): readonly AccessRow[] {
  return policy.issuers.map((issuer) => ({
    effect: "allow",
    principal: { kind: "issuer", id: issuer.id },
    action: { kind: "issue-tokens" },
    resource: { kind: "authorizer" },
    conditions: [...trustOf(issuer), ...pathClaimsOf(issuer)],
    // Rows of its callers report which paths its claims open.
    terms: { permits: tokensOf(issuer) },
    from: policyPlace(`issuers.${issuer.id}`),
  }));
}

/** Claims that the issuer must not let callers choose, because routes compare their paths with them. */
function pathClaimsOf(issuer: PolicyIssuer): readonly Fact[] {
  return (signsJwts(issuer) ? (issuer.pathClaims ?? []) : []).map((claim) => ({ kind: "path-claim", claim }));
}

function trustOf(issuer: PolicyIssuer): readonly Fact[] {
  if (issuer.kind === "cognito") {
    const clientIdsFrom = issuer.clients.map(({ clientIdFrom }) => clientIdFrom);
    return [{ kind: "cognito-trust", issuerFrom: issuer.issuerFrom, clientIdsFrom }];
  }
  if (issuer.kind === "aws-iam") return [{ kind: "aws-iam-trust", door: issuer.door }];
  const trust: Fact = { kind: "oidc-trust", issuer: issuer.issuer, audiences: issuer.audiences };
  if (issuer.grants === "subjects") return [trust, { kind: "scopes-of-subjects" }, ...claimantsOf(issuer)];
  const { scopeClaim, scopeValues, clientClaim } = issuer;
  const clients = tokenClients(issuer);
  const scopes = [...new Set(clients.flatMap((each) => each.scopes))];
  const others = issuer.clients.flatMap((each): readonly (readonly [string, readonly string[]])[] =>
    typeof each === "string" || each.scopeClaim === undefined ? [] : [[each.client, [each.scopeClaim].flat()]],
  );
  return [
    trust,
    {
      kind: "scopes-of-claim",
      claims: [scopeClaim].flat(),
      ...(others.length > 0 && { others }),
      values: Object.entries(scopeValues ?? {}),
      scopes,
      clientClaim,
      clients: clients.map(({ client }) => client),
    },
  ];
}

/** Every setting that makes more tokens of an issuer valid. */
function tokensOf(issuer: PolicyIssuer): readonly Fact[] {
  if (issuer.kind === "cognito") {
    const { issuerFrom, clients } = issuer;
    return clients.map(({ clientIdFrom }) => ({ kind: "cognito-client", issuerFrom, clientIdFrom }));
  }
  if (issuer.kind === "aws-iam") {
    return [{ kind: "signed-for", door: issuer.door }];
  }
  const audiences = issuer.audiences.map(
    (audience): Fact => ({ kind: "oidc-audience", issuer: issuer.issuer, audience }),
  );
  if (issuer.grants === "subjects") return [...audiences, ...claimantsOf(issuer)];
  return [...audiences, ...scopeFacts(issuer)];
}

/** Each client, each claim in which it has scopes, and each value that counts there, with each scope that it grants. */
function scopeFacts(issuer: PolicyTokenIssuer): readonly Fact[] {
  const { scopeValues, clientClaim } = issuer;
  const clients = tokenClients(issuer);
  const scopes = [...new Set(clients.flatMap((each) => each.scopes))];
  const values =
    scopeValues === undefined
      ? scopes.map((value): Fact => ({ kind: "scope-value", value }))
      : Object.entries(scopeValues).flatMap(([value, granted]) =>
          granted.map((scope): Fact => ({ kind: "scope-value", value, scope })),
        );
  const claims = clients.flatMap(({ client, carries }) => {
    const own = [carries.scopeClaim].flat().map((claim): Fact => ({ kind: "scope-claim", client, claim }));
    return [{ kind: "claim-value", claim: clientClaim, value: client } as const, ...own];
  });
  return [...values, ...claims];
}

function claimantsOf({ claimants = [] }: PolicySubjectsIssuer): readonly Fact[] {
  return claimants.map(({ id, claims }) => ({ kind: "claimant", id, claims: Object.entries(claims) }));
}

/** Maximum length of a provider's detail in a row. A metadata document is longer. */
const LONGEST_DETAIL = 160;

function providerRow(stack: StackJson, provider: Resource): AccessRow {
  const { user_pool_id, provider_details, attribute_mapping, idp_identifiers, ...own } = provider.attributes;
  const details = Object.entries(provider_details ?? {}).filter(([name]) => !/secret|private|password/i.test(name));
  return {
    effect: "allow",
    principal: { kind: "provider-users", name: String(own.provider_name), type: String(own.provider_type) },
    action: { kind: "sign-in" },
    resource: poolOf(stack, user_pool_id),
    conditions: [
      ...details.map(([name, detail]): Fact => {
        const value = readable(stack, detail);
        const text = soleText(value) ?? canonical(value);
        const shown = text.length <= LONGEST_DETAIL ? value : plain(sha256(canonical(text)).slice(0, 12));
        return { kind: "provider-detail", name, value: shown };
      }),
      ...(attribute_mapping === undefined
        ? []
        : [{ kind: "provider-attributes", mapping: canonical(attribute_mapping) } as const]),
      ...listOf(idp_identifiers).map((domain): Fact => ({ kind: "provider-domain", domain })),
    ],
    from: placeOf(provider, "provider_details"),
  };
}

/** A function that a pool calls may admit users, or add claims and scopes to their tokens. */
function triggerRows(stack: StackJson, pool: Resource): readonly AccessRow[] {
  const [triggers = {}] = blocksOf(pool.attributes.lambda_config);
  return Object.entries(triggers).flatMap(([trigger, value]): readonly AccessRow[] => {
    const [config] = blocksOf(value);
    if (!config || trigger === "kms_key_id") return [];
    const { lambda_arn = config, lambda_version } = config;
    return [
      {
        effect: "allow",
        principal: readable(stack, lambda_arn),
        action: { kind: "user-pool-trigger", trigger },
        resource: named(pool),
        conditions: lambda_version === undefined ? [] : [{ kind: "trigger-version", version: String(lambda_version) }],
        from: placeOf(pool, `lambda_config.${trigger}`),
      },
    ];
  });
}
