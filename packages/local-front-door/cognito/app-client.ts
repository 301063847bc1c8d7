import { type Resource, StackError } from "../terraform/document";
import type { AttributeUse, Stack } from "../terraform/stack";

const CLIENT = {
  read: [
    "access_token_validity",
    "allowed_oauth_flows",
    "allowed_oauth_flows_user_pool_client",
    "allowed_oauth_scopes",
    "callback_urls",
    "generate_secret",
    "name",
    "refresh_token_validity",
    "token_validity_units",
    "user_pool_id",
  ],
  immaterial: {
    enable_token_revocation: "no token is revoked here",
    explicit_auth_flows: "the API for users' passwords is not simulated: the page accepts any made-up user",
    id_token_validity: "no ID tokens are issued",
    logout_urls: "no session is kept, so there is no sign-out",
    prevent_user_existence_errors: "every made-up user exists",
    supported_identity_providers: "the page accepts any made-up user, of any identity provider",
  },
} as const;
const RESOURCE_SERVER = {
  read: ["identifier", "scope", "user_pool_id"],
  immaterial: { name: "shown only in the console" },
} as const;

const SCOPE: AttributeUse = { read: ["scope_name"], immaterial: { scope_description: "a text for people" } };
const UNITS: AttributeUse = {
  read: ["access_token", "refresh_token"],
  immaterial: { id_token: "no ID tokens are issued" },
};

/** Scopes that Cognito knows without a resource server. */
const STANDARD_SCOPES = ["aws.cognito.signin.user.admin", "email", "openid", "phone", "profile"];

const SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/** An app client of a user pool: which client requests tokens, by which flow, and what they may contain. */
export interface AppClient {
  readonly address: string;
  /** Client id, made up because only an apply knows it. */
  readonly id: string;
  /** Also made up; undefined if the stack declares a client without a secret. */
  readonly secret: string | undefined;
  /** `code`, `client_credentials`; empty if OAuth is not enabled for the client. */
  readonly flows: readonly string[];
  readonly scopes: readonly string[];
  /** Compared character by character. */
  readonly callbackUrls: readonly string[];
  /** Callbacks of this machine that a client with the code flow has in addition to the declared ones: a deviation. */
  readonly localCallbackUrls: readonly string[];
  readonly accessTokenSeconds: number;
  readonly refreshTokenSeconds: number;
}

/** The app clients of a pool. A scope that no resource server of the pool offers is an error, as in a deployment. */
export function appClients(stack: Stack, poolId: string, localCallbacks: readonly string[] = []): readonly AppClient[] {
  const offered = [...STANDARD_SCOPES, ...offeredScopes(stack, poolId)];
  const read = (resource: Resource): AppClient => {
    const scopes = stack.texts(resource, "allowed_oauth_scopes");
    const unknown = scopes.find((scope) => !offered.includes(scope));
    const at = `${resource.address}.allowed_oauth_scopes`;
    if (unknown !== undefined) throw new StackError(at, `no resource server of the pool offers ${unknown}`);
    const oauth = stack.value(resource, "allowed_oauth_flows_user_pool_client") === true;
    const flows = oauth ? stack.texts(resource, "allowed_oauth_flows") : [];
    const callbackUrls = stack.texts(resource, "callback_urls");
    const added = [...new Set(localCallbacks)].filter((url) => !callbackUrls.includes(url));
    return {
      address: resource.address,
      id: stack.text(resource, "id"),
      secret: stack.value(resource, "generate_secret") === true ? stack.text(resource, "client_secret") : undefined,
      flows,
      scopes,
      callbackUrls,
      localCallbackUrls: flows.includes("code") ? added : [],
      accessTokenSeconds: seconds(stack, resource, "access_token", "hours", 3600),
      refreshTokenSeconds: seconds(stack, resource, "refresh_token", "days", 30 * 86_400),
    };
  };
  const declared = ofPool(stack, poolId, stack.declaredApart("aws_cognito_user_pool_client", CLIENT));
  return stack.readEach(declared, read);
}

/** Any part of a pool may change its tokens, so one that is not understood stops the start. */
function ofPool(stack: Stack, poolId: string, resources: readonly Resource[]): readonly Resource[] {
  const parts = resources.filter((resource) => stack.textIfKnown(resource, "user_pool_id") === poolId);
  for (const each of parts) stack.attempt(() => stack.requireUnderstood(each));
  return parts;
}

function offeredScopes(stack: Stack, poolId: string): readonly string[] {
  const servers = ofPool(stack, poolId, stack.declaredApart("aws_cognito_resource_server", RESOURCE_SERVER));
  return servers.flatMap((server) => {
    const scopes = stack.blocks(server, "scope", SCOPE).map(({ body }) => body as { readonly scope_name: string });
    return scopes.map(({ scope_name }) => `${stack.text(server, "identifier")}/${scope_name}`);
  });
}

/** Lifetime of a token. Without a unit, Cognito counts access tokens in hours and refresh tokens in days. */
function seconds(
  stack: Stack,
  resource: Resource,
  token: "access_token" | "refresh_token",
  usualUnit: string,
  usualSeconds: number,
): number {
  const [block] = stack.blocks(resource, "token_validity_units", UNITS);
  const units = block?.body as Partial<Record<string, string>> | undefined;
  const unit = SECONDS[units?.[token] ?? usualUnit];
  if (unit === undefined) throw new StackError(`${resource.address}.token_validity_units`, "unknown unit");
  return Number(stack.value(resource, `${token}_validity`) ?? usualSeconds / unit) * unit;
}

/** Cognito's error answer instead of a token, always with 400. */
export class TokenRefusal extends Error {
  constructor(
    readonly error:
      | "invalid_request"
      | "invalid_client"
      | "invalid_grant"
      | "invalid_scope"
      | "unauthorized_client"
      | "unsupported_grant_type",
    /** For the trace only: a caller sees just the error's name. */
    reason: string,
    readonly declaration?: string,
  ) {
    super(reason);
  }
}
