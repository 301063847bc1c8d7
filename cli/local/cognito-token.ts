import { createHash, randomBytes } from "node:crypto";
import type { DeclaredCaller } from "../../packages/local-front-door/callers";

/** Who signs in if no user is named: made up, as all users are. */
export const DEFAULT_USER = "ann";

/**
 * A token obtained as the caller itself would: over http, from the user pool's own endpoints.
 *
 * @param user who signs in, for a person's client
 */
export async function cognitoToken(cognitoUrl: string, caller: DeclaredCaller, user = DEFAULT_USER): Promise<string> {
  const { pool, client, kind } = caller;
  if (pool === undefined || client === undefined) throw new Error(`${caller.name} is no client of a user pool`);
  const base = `${cognitoUrl}/${pool.domain}`;
  const form =
    kind === "program"
      ? { grant_type: "client_credentials" }
      : await signedIn(base, client.id, client.callbackUrls[0] ?? client.localCallbackUrls[0] ?? "", user);
  const body = new URLSearchParams({ ...form, client_id: client.id });
  if (client.secret !== undefined) body.set("client_secret", client.secret);
  const response = await fetch(`${base}/oauth2/token`, { method: "POST", body });
  const { access_token, error } = (await response.json()) as { access_token?: string; error?: string };
  if (access_token === undefined) throw new Error(`the user pool refused ${caller.name}: ${error}`);
  return access_token;
}

/** What the browser does between the click and the callback, with PKCE. */
async function signedIn(
  base: string,
  clientId: string,
  callback: string,
  username: string,
): Promise<Record<string, string>> {
  const verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: callback,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  const body = new URLSearchParams({ username });
  const response = await fetch(`${base}/login?${query}`, { method: "POST", body, redirect: "manual" });
  const location = response.headers.get("location");
  const code = location === null ? null : new URL(location).searchParams.get("code");
  if (code === null) throw new Error(`the user pool gave no code for ${callback}`);
  return { grant_type: "authorization_code", code, redirect_uri: callback, code_verifier: verifier };
}
