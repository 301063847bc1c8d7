import { createHash, randomBytes } from "node:crypto";
import { nearest } from "../../intent/model/nearest";
import type { DeclaredCaller } from "../../packages/local-front-door/callers";
import type { Clouds } from "../../packages/local-front-door/clouds";
import type { AppClient } from "../../packages/local-front-door/cognito/app-client";
import { DEFAULT_USER } from "./token-command";

/** A request of `npm run token` to an open front door. */
export interface TokenOrder {
  /** A declared caller, or the id of an issuer other than a user pool. */
  readonly as: string;
  /** Claims that add to or replace the caller's own. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Expiry in seconds from now; a negative value lies in the past. Default: the caller's own. */
  readonly expires?: number;
  /** Who signs in, for a person's client. Default: `ann`. */
  readonly user?: string;
}

/** An order that cannot be filled, explained for the person who gave it. */
export class OrderRefused extends Error {}

type Signers = Pick<Clouds, "callers" | "externalIssuers" | "cognitoUrl">;

/** Signs only for callers and issuers that the stack declares. The order must state every other claim. */
export async function fillOrder(clouds: Signers, order: TokenOrder): Promise<string> {
  const claims = { ...order.claims, ...lifetime(order) };
  const given = Object.keys(claims).length > 0;
  const caller = clouds.callers.find(({ name }) => name === order.as);
  if (order.user !== undefined && caller?.kind !== "person") {
    throw new OrderRefused(`--user ${order.user}: people do not sign in to ${order.as}\n    leave out --user`);
  }
  if (caller?.sign) return given ? caller.sign(claims) : caller.token();
  if (caller?.kind === "aws") {
    if (!given) return caller.token();
    const why = "an AWS principal signs no claims, and its token is valid for five minutes";
    throw new OrderRefused(`--as ${order.as}: ${why}\n    leave out --claim and --expires`);
  }
  if (caller !== undefined) {
    if (!given) return cognitoToken(clouds.cognitoUrl, caller, order.user);
    const why = "Cognito decides the claims and the lifetime of its tokens";
    throw new OrderRefused(`--as ${order.as}: ${why}\n    leave out --claim and --expires`);
  }
  const issuer = clouds.externalIssuers.find(({ id }) => id === order.as);
  if (issuer === undefined) throw unknown(clouds, order.as);
  if (Object.keys(order.claims).length > 0) return issuer.sign(claims);
  const own = clouds.callers.map(({ name }) => name).filter((name) => name.startsWith(`${issuer.id}/`));
  throw new OrderRefused(
    `--as ${order.as}: is an issuer\n    add the claims that it signs, as in --claim sub=ada, or name a caller: ${own.join(", ")}`,
  );
}

function lifetime({ expires }: TokenOrder): Readonly<Record<string, number>> {
  if (expires === undefined) return {};
  const now = Math.floor(Date.now() / 1000);
  // An expired token was valid earlier. If it were issued at its own expiry, it would be malformed and not expired.
  return { exp: now + expires, ...(expires <= 0 && { iat: now + expires - 3600 }) };
}

function unknown({ callers, externalIssuers }: Signers, as: string): OrderRefused {
  const names = callers.map(({ name }) => name);
  const issuers = externalIssuers.map(({ id }) => id);
  const near = nearest(as, [...names, ...issuers]);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  const others = issuers.length === 0 ? "" : `\n    with your own claims (--claim): ${issuers.join(", ")}`;
  return new OrderRefused(
    `--as ${as}: the stack declares no such caller${hint}\n    callers: ${names.join(", ")}${others}`,
  );
}

/**
 * A token obtained as the caller itself would: over http, from the user pool's own endpoints.
 *
 * @param user who signs in, for a person's client
 */
async function cognitoToken(cognitoUrl: string, caller: DeclaredCaller, user = DEFAULT_USER): Promise<string> {
  const { pool, client, kind, resource } = caller;
  if (pool === undefined || client === undefined) throw new Error(`${caller.name} is not a client of a user pool`);
  if (client.flows.length === 0) {
    const why = "its user pool gives it no tokens, as to every client with disabled: true";
    throw new OrderRefused(
      `--as ${caller.name}: ${why}\n    remove disabled: true from the client, or name another caller`,
    );
  }
  const base = `${cognitoUrl}/${pool.domain}`;
  const form = kind === "program" ? { grant_type: "client_credentials" } : await signedIn(base, client, user, resource);
  const body = new URLSearchParams({ ...form, client_id: client.id });
  if (client.secret !== undefined) body.set("client_secret", client.secret);
  const response = await fetch(`${base}/oauth2/token`, { method: "POST", body });
  const { access_token, error } = (await response.json()) as { access_token?: string; error?: string };
  if (access_token === undefined) throw new Error(`the user pool refused ${caller.name}: ${error}`);
  return access_token;
}

/** The browser's steps between the click and the callback, with PKCE. */
async function signedIn(
  base: string,
  client: AppClient,
  username: string,
  resource: string | undefined,
): Promise<Record<string, string>> {
  const callback = client.callbackUrls[0] ?? client.localCallbackUrls[0] ?? "";
  const verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.id,
    redirect_uri: callback,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...(resource !== undefined && { resource }),
  });
  const body = new URLSearchParams({ username });
  const response = await fetch(`${base}/login?${query}`, { method: "POST", body, redirect: "manual" });
  const location = response.headers.get("location");
  const code = location === null ? null : new URL(location).searchParams.get("code");
  if (code === null) throw new Error(`the user pool gave no code for ${callback}`);
  return { grant_type: "authorization_code", code, redirect_uri: callback, code_verifier: verifier };
}
