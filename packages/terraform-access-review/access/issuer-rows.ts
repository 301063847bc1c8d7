import type { AccessPolicy, PolicyIssuer, PolicySubjectsIssuer } from "../../../contract/policy-file";
import { type AccessRow, ISSUES } from "../model/row";
import { canonical } from "../terraform-json/order";
import {
  type Attributes,
  blocksOf,
  listOf,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "../terraform-json/stack-json";
import { inWords, readable } from "../types/words";
import { envoyIssuerRows } from "./envoy-rows";
import { issuerInWords } from "./sidecar/callers";
import { hashed } from "./sidecar/fields";
import type { Sidecars } from "./sidecar/read";

/** Gives new tokens in exchange for a refresh token. A client that never had tokens gets none. */
const REFRESH = "ALLOW_REFRESH_TOKEN_AUTH";

/** The deciding functions, in the resource column of a row. */
export const AUTHORIZER = "the authorizer";

/** Ways to become a caller: sign-up, app clients and the tokens that the authorizer accepts. */
export function issuerRows(stack: StackJson, policy: AccessPolicy, sidecars: Sidecars): readonly AccessRow[] {
  return [
    ...signUpRows(stack),
    ...appClientRows(stack),
    ...scopeRows(stack),
    ...trustedTokenRows(policy),
    ...jwtAuthorizerRows(stack),
    ...envoyIssuerRows(stack, sidecars),
    // A pool also trusts identity providers that sign users in, and functions that decide on users.
    ...resourcesOf(stack, "aws_cognito_identity_provider").map(({ attributes }) => providerRow(stack, attributes)),
    ...resourcesOf(stack, "aws_cognito_user_pool").flatMap((pool) => triggerRows(stack, pool)),
  ];
}

function signUpRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "aws_cognito_user_pool").map(({ attributes }) => {
    const closed = attributes.admin_create_user_config?.allow_admin_create_user_only === true;
    return {
      principal: closed ? "administrators of the AWS account" : "anyone",
      permission: "create users",
      resource: `user pool ${attributes.name}`,
      condition: closed
        ? "self-registration is off"
        : "SELF-REGISTRATION IS ON: every new user gets the scopes of all app clients for users",
    };
  });
}

function appClientRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "aws_cognito_user_pool_client").flatMap(({ attributes }) => {
    // Without this flag, Cognito gives no token by OAuth, whatever flows are listed.
    const isOn = attributes.allowed_oauth_flows_user_pool_client === true;
    const flows = isOn ? listOf(attributes.allowed_oauth_flows).join(", ") : "";
    const others = listOf(attributes.explicit_auth_flows);
    if (flows === "" && others.length > 0 && others.every((flow) => flow === REFRESH)) return [];
    const sent = listOf(attributes.callback_urls);
    const after = listOf(attributes.logout_urls);
    const providers = listOf(attributes.supported_identity_providers).filter((name) => name !== "COGNITO");
    return {
      principal: `app client ${attributes.name}`,
      permission: `get tokens ${attributes.generate_secret ? "with" : "without"} a secret by ${flows ? `the OAuth flow ${flows}` : "no OAuth flow"}`,
      resource: `user pool ${referred(stack, attributes.user_pool_id)?.attributes.name}`,
      condition: [
        `scopes ${listOf(attributes.allowed_oauth_scopes).join(", ")}`,
        `auth flows ${others.join(", ") || "COGNITO'S DEFAULTS"}`,
        ...(sent.length > 0 ? [`callback URLs ${sent.join(", ")}`] : []),
        ...(after.length > 0 ? [`logout URLs ${after.join(", ")}`] : []),
        ...(providers.length > 0
          ? [`identity providers ${providers.map((each) => readable(stack, each)).join(", ")}`]
          : []),
      ].join("; "),
      terms: {
        permits: [
          ...listOf(attributes.allowed_oauth_scopes).map((scope) => `scope ${scope}`),
          // Cognito treats an empty list as unset.
          ...(others.length === 0 ? ["Cognito's default flows"] : others.map((flow) => `flow ${flow}`)),
          ...sent.map((url) => `callback URL ${url}`),
          ...after.map((url) => `logout URL ${url}`),
          ...providers.map((name) => `users of ${name}`),
        ],
      },
    };
  });
}

function scopeRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "aws_cognito_resource_server").map(({ attributes }) => {
    const scopes = blocksOf(attributes.scope).map(({ scope_name }) => `${attributes.identifier}/${scope_name}`);
    return {
      principal: `user pool ${referred(stack, attributes.user_pool_id)?.attributes.name}`,
      permission: "issue access tokens with scopes",
      resource: `resource server ${attributes.identifier}`,
      condition: scopes.join(", "),
      terms: { permits: scopes },
    };
  });
}

/** The issuers whose tokens API Gateway itself accepts. */
function jwtAuthorizerRows(stack: StackJson): readonly AccessRow[] {
  const jwt = resourcesOf(stack, "aws_apigatewayv2_authorizer").filter(
    ({ attributes }) => attributes.authorizer_type === "JWT",
  );
  return jwt.map(({ name, attributes }) => {
    const [trusted = {}] = [attributes.jwt_configuration].flat();
    const audiences = listOf(trusted.audience).map((audience) => readable(stack, audience));
    const sources = listOf(attributes.identity_sources);
    return {
      principal: `issuer ${name}`,
      permission: ISSUES,
      resource: `JWT authorizer ${attributes.name}`,
      condition: [
        issuerInWords(stack, String(trusted.issuer)),
        `audience or client ${audiences.join(" or ") || "ANY"}`,
        `in ${sources.join(" or ")}`,
      ].join("; "),
      terms: {
        permits: [
          `${trusted.issuer}`,
          ...(audiences.length > 0 ? audiences.map((audience) => `audience ${audience}`) : ["any audience"]),
          ...sources,
        ],
      },
    };
  });
}

function trustedTokenRows(policy: AccessPolicy): readonly AccessRow[] {
  return policy.issuers.map((issuer) => ({
    principal: `issuer ${issuer.id}`,
    permission: ISSUES,
    resource: AUTHORIZER,
    condition: trustInWords(issuer),
    terms: { permits: tokensOf(issuer) },
  }));
}

function trustInWords(issuer: PolicyIssuer): string {
  if (issuer.kind === "cognito") {
    const clients = issuer.clients.map(({ clientIdFrom }) => clientIdFrom);
    return `issuer URL from ${issuer.issuerFrom}, client IDs from ${clients.join(", ") || "NONE"}`;
  }
  if (issuer.kind === "aws-iam") {
    return `GetCallerIdentity requests that an AWS principal signed for ${issuer.door}; scopes from the policy, by exact ARN`;
  }
  return `${issuer.issuer}, audience ${issuer.audiences.join(" or ")}; ${grantsOf(issuer)}`;
}

/** Every setting that makes more tokens of an issuer valid. */
function tokensOf(issuer: PolicyIssuer): readonly string[] {
  if (issuer.kind === "cognito")
    return issuer.clients.map(({ clientIdFrom }) => `${issuer.issuerFrom} ${clientIdFrom}`);
  if (issuer.kind === "aws-iam") return [`signed for ${issuer.door}`, "exact ARNs"];
  const audiences = issuer.audiences.map((audience) => `${issuer.issuer} ${audience}`);
  if (issuer.grants === "subjects") return [...audiences, "exact subjects", ...claimantsOf(issuer)];
  const { scopeClaim, scopes, clientClaim, clients } = issuer;
  return [
    ...audiences,
    ...scopes.map((scope) => `${scopeClaim} ${scope}`),
    ...clients.map((client) => `${clientClaim} ${client}`),
  ];
}

function grantsOf(issuer: PolicyIssuer & { kind: "oidc" }): string {
  if (issuer.grants === "subjects")
    return ["scopes from the policy, by exact subject", ...claimantsOf(issuer)].join("; ");
  const { scopeClaim, scopes, clientClaim, clients } = issuer;
  return `scopes from its ${scopeClaim} claim, limited to ${scopes.join(", ")}, where ${clientClaim} is ${clients.join(" or ")}`;
}

function claimantsOf({ claimants = [] }: PolicySubjectsIssuer): readonly string[] {
  return claimants.map(({ id, claims }) => {
    const asked = Object.entries(claims).map(([name, value]) => `${name} is ${value}`);
    return `${id}: ${asked.join(" and ") || "NO CLAIM IS CHECKED"}`;
  });
}

function providerRow(stack: StackJson, attributes: Attributes): AccessRow {
  const { user_pool_id, provider_details, attribute_mapping, idp_identifiers } = attributes;
  const pool = referred(stack, user_pool_id);
  const details = Object.entries(provider_details ?? {}).filter(([name]) => !/secret|private|password/i.test(name));
  return {
    principal: `users of ${attributes.provider_name} (${attributes.provider_type})`,
    permission: "sign in",
    resource: pool === undefined ? String(user_pool_id) : inWords(pool),
    condition: [
      ...details.map(([name, value]) => {
        const text = readable(stack, value);
        // A metadata document would not fit into a row.
        return `${name} ${text.length <= 160 ? text : hashed(text)}`;
      }),
      ...(attribute_mapping === undefined ? [] : [`attributes ${canonical(attribute_mapping)}`]),
      ...listOf(idp_identifiers).map((domain) => `asked for as ${domain}`),
    ].join("; "),
  };
}

/** A function that a pool calls may admit users, or add claims and scopes to their tokens. */
function triggerRows(stack: StackJson, pool: Resource): readonly AccessRow[] {
  const [triggers = {}] = blocksOf(pool.attributes.lambda_config);
  return Object.entries(triggers).flatMap(([trigger, value]) => {
    const [config] = blocksOf(value);
    if (!config || trigger === "kms_key_id") return [];
    const { lambda_arn = config, lambda_version } = config;
    return {
      principal: readable(stack, lambda_arn),
      permission: `decide on users or their tokens (${trigger})`,
      resource: inWords(pool),
      condition: lambda_version === undefined ? "-" : String(lambda_version),
    };
  });
}
