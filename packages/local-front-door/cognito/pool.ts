import { randomUUID } from "node:crypto";
import { cognitoClaims, type LocalIssuer } from "../issuers/issuers";
import { StackError } from "../terraform/document";
import type { Stack } from "../terraform/stack";
import { type AppClient, appClients } from "./app-client";

const POOL = {
  read: [],
  immaterial: {
    account_recovery_setting: "made-up users have no password to recover",
    admin_create_user_config: "the page accepts any made-up user, as if an administrator had created it",
    auto_verified_attributes: "made-up users have no attributes",
    deletion_protection: "nothing is deleted here",
    mfa_configuration: "made-up users have no second factor",
    name: "shown only in the console",
    password_policy: "made-up users have no password",
    software_token_mfa_configuration: "made-up users have no second factor",
    user_pool_tier: "it sets the price, and enables features that only a client would use",
    username_attributes: "made-up users have one name",
    username_configuration: "made-up names are used as typed",
  },
} as const;
const DOMAIN = {
  read: ["domain", "user_pool_id"],
  immaterial: { managed_login_version: "people sign in on this machine's own page" },
} as const;

/** A user pool with a domain, and its signing key. */
export interface UserPool {
  readonly address: string;
  /** `storefront-dev`: the prefix of the pool's domain. */
  readonly domain: string;
  /** Host of the pool's domain in Amazon's name space. */
  readonly host: string;
  readonly clients: readonly AppClient[];
  readonly issuer: LocalIssuer;
}

/**
 * The stack's pools that have a domain and that the authorizer's policy trusts. No other pool issues tokens.
 * @param localCallbacks of this machine, for every client with the code flow: a deviation
 */
export function userPools(
  stack: Stack,
  issuers: Iterable<LocalIssuer>,
  localCallbacks: readonly string[] = [],
): readonly UserPool[] {
  const domains = stack.declaredApart("aws_cognito_user_pool_domain", DOMAIN);
  const known = [...issuers];
  return stack.declaredApart("aws_cognito_user_pool", POOL).flatMap((pool) => {
    const id = stack.text(pool, "id");
    const url = `https://${stack.text(pool, "endpoint")}`;
    const issuer = known.find(({ declaration }) => declaration.url === url);
    // Nothing here accepts its tokens.
    if (issuer === undefined && !stack.strict) return [];
    const resource = domains.find((each) => stack.textIfKnown(each, "user_pool_id") === id);
    // Read even without a caller: an unknown attribute, or a scope that no pool offers, must stop the start.
    stack.attempt(() => stack.requireUnderstood(pool, ...(resource ? [resource] : [])));
    const clients = appClients(stack, id, localCallbacks);
    if (issuer === undefined || resource === undefined) return [];
    const domain = stack.text(resource, "domain");
    const host = `${domain}.auth.${stack.aws.region}.amazoncognito.com`;
    return [{ address: pool.address, domain, host, clients, issuer }];
  });
}

export interface Granted {
  readonly scopes: readonly string[];
  /** A user's id; without one the token is the client's own. */
  readonly subject?: string;
  /** The resource that the token is for. Cognito binds one only to the token of a user who signs in. */
  readonly audience?: string | readonly string[] | undefined;
  /** When the user signed in, in seconds of the epoch. Default: now. */
  readonly authTime?: number;
}

/**
 * An access token in Cognito's form, and its lifetime in seconds.
 *
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html#cognito-user-pools-resource-binding
 */
export async function accessToken({ issuer }: UserPool, client: AppClient, granted: Granted) {
  const { scopes, subject, audience, authTime } = granted;
  const issued = Math.floor(Date.now() / 1000);
  const token = await issuer.token({
    ...cognitoClaims({ clientId: client.id, scopes, subject }),
    auth_time: authTime ?? issued,
    iat: issued,
    exp: issued + client.accessTokenSeconds,
    jti: randomUUID(),
    ...(audience !== undefined && { aud: audience }),
    ...(subject !== undefined && { username: subject }),
  });
  return { token, seconds: client.accessTokenSeconds, scopes };
}

/** Each callback of this machine with the clients that have it. A deployed pool would refuse these. */
export function callbackDeviations(pools: readonly UserPool[], localCallbacks: readonly string[]): readonly string[] {
  const signingIn = pools.flatMap(({ clients }) => clients).filter(({ flows }) => flows.includes("code"));
  if (localCallbacks.length > 0 && signingIn.length === 0) {
    const remedy = "declare one with grant: authorization_code, or leave out --callback";
    throw new StackError(
      "aws_cognito_user_pool_client",
      `no client signs people in, so no callback can be added; ${remedy}`,
    );
  }
  return signingIn.flatMap(({ address, localCallbackUrls }) =>
    localCallbackUrls.map((url) => `${address}.callback_urls: on this machine ${url} is a callback too`),
  );
}
