import { decodeJwt } from "jose";
import type { AppClient } from "../../../../packages/local-front-door/cognito/app-client";
import { RefreshTokens } from "../../../../packages/local-front-door/cognito/token-endpoint";
import { DevPool } from "../../../support/local/cognito/dev-pool";
import { set } from "../../../support/local/document";

const CALLBACK = "http://localhost:3000/cb";

let pool: DevPool;
beforeAll(async () => {
  pool = await DevPool.of();
});

/** The token endpoint's answer to a person's code. */
async function signedIn(scope: string) {
  const client_id = pool.client("web").id;
  const query = new URLSearchParams({ response_type: "code", client_id, redirect_uri: CALLBACK, scope });
  const { headers } = await pool.send("POST", `/login?${query}`, { username: "ann" });
  const code = new URL(String(headers?.location)).searchParams.get("code") ?? "";
  return pool.token({ grant_type: "authorization_code", client_id, redirect_uri: CALLBACK, code });
}

const refresh = (refresh_token: string, changes: Record<string, string> = {}) =>
  pool.token({ grant_type: "refresh_token", client_id: pool.client("web").id, refresh_token, ...changes });

test("a person's refresh token gives any number of access tokens with the scopes of the sign-in", async () => {
  const { body: first } = await signedIn("orders/read");
  const keys = ["access_token", "expires_in", "token_type"];
  expect(Object.keys(first).sort()).toEqual([...keys.slice(0, 2), "refresh_token", "token_type"]);
  const asks: readonly Record<string, string>[] = [{}, { scope: "orders/read orders/write" }];
  for (const changes of asks) {
    const { status, body } = await refresh(first.refresh_token, changes);
    expect([status, Object.keys(body).sort()]).toEqual([200, keys]);
    const [before, after] = [decodeJwt(first.access_token), decodeJwt(body.access_token)];
    const { sub, scope, auth_time, client_id } = before;
    expect(after).toMatchObject({ sub, scope, auth_time, client_id, username: "ann" });
    expect(after.jti).not.toBe(before.jti);
  }
});

test("an unknown refresh token, and one of another client, are refused", async () => {
  const { body } = await signedIn("orders/read");
  expect(await refresh("x")).toEqual({ status: 400, body: { error: "invalid_grant" } });
  const tokens = new RefreshTokens();
  const given = tokens.give({ clientId: "web", subject: "ann", scopes: [], authTime: 0 }, 60);
  const form = new URLSearchParams({ refresh_token: given });
  expect(() => tokens.redeem({ id: "other" } as AppClient, form)).toThrow("issued to another client");
  expect(await refresh(body.refresh_token)).toMatchObject({ status: 200 });
});

test("a refresh token is valid for the declared time, thirty days by default", async () => {
  const lives = async (attributes: Record<string, unknown>) => {
    const changed = await DevPool.of(set("aws_cognito_user_pool_client.web", attributes));
    return changed.client("web").refreshTokenSeconds;
  };
  const units = { access_token: "minutes", refresh_token: "hours" };
  expect(await lives({ refresh_token_validity: 2, token_validity_units: [units] })).toBe(7200);
  expect(await lives({ refresh_token_validity: undefined, token_validity_units: undefined })).toBe(30 * 86_400);

  let now = 0;
  const tokens = new RefreshTokens(() => now);
  const form = new URLSearchParams({
    refresh_token: tokens.give({ clientId: "web", subject: "ann", scopes: [], authTime: 0 }, 60),
  });
  now = 59_999;
  expect(tokens.redeem({ id: "web" } as AppClient, form).subject).toBe("ann");
  now = 60_000;
  expect(() => tokens.redeem({ id: "web" } as AppClient, form)).toThrow("expired");
});
