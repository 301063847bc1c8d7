import { createHmac } from "node:crypto";
import { exportSPKI, importJWK, type JWK } from "jose";
import { COGNITO_URL, ENVIRONMENT, NIGHTLY_EXPORT } from "../../../support/authorizer/policy";
import type { Issuers } from "./issuers";

type Claims = Record<string, unknown>;

/** The claim in which AWS writes who requested one of its tokens. */
export const AWS_CLAIMS = "https://sts.amazonaws.com/";

/**
 * Tokens of the shop's callers, valid ones and forged ones. Given claims replace the valid ones, and undefined removes
 * one.
 */
export function shopTokens(issuers: () => Issuers) {
  const now = () => Math.floor(Date.now() / 1000);
  const webClaims = (claims: Claims = {}): Claims => ({
    sub: "ann",
    client_id: ENVIRONMENT.CLIENT_WEB,
    token_use: "access",
    scope: "openid orders/read orders/write",
    ...claims,
  });
  const web = (claims: Claims = {}, header: Claims = {}, by = issuers().customers.issuer) =>
    by.token(webClaims(claims), header);
  const desk = (claims: Claims = {}) => web({ client_id: ENVIRONMENT.CLIENT_DESK, scope: "orders/support", ...claims });
  const employee = (claims: Claims = {}) =>
    issuers().workforce.issuer.token({
      sub: "bob@acme.example",
      cid: "0oa1example",
      aud: "api://shop",
      scp: ["orders/read", "openid"],
      ...claims,
    });
  const nightly = (claims: Claims = {}) =>
    issuers().aws.issuer.token({ sub: NIGHTLY_EXPORT, aud: "shop-dev", ...claims });
  const asker = (principal_id: unknown) => ({ [AWS_CLAIMS]: { aws_account: "111122223333", principal_id } });
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const forged = async (change: (parts: [string, string, string]) => readonly string[]) =>
    change((await web()).split(".") as [string, string, string]).join(".");
  const mac = async (alg: string, secret: string | Buffer) => {
    const input = `${part({ alg, kid: "customers-1" })}.${part({ iss: COGNITO_URL, exp: now() + 600, ...webClaims() })}`;
    return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
  };
  const pem = async (jwk: JWK) => exportSPKI((await importJWK(jwk, "RS256")) as Parameters<typeof exportSPKI>[0]);
  return { now, webClaims, web, desk, employee, nightly, asker, part, forged, mac, pem };
}
