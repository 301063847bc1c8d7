import type { AuthorizerPolicy } from "../../../contract/policy-file";
import { httpApiHandler } from "../../../functions/authorizer/handler/http-api";
import { GoogleTokens } from "../../../functions/authorizer/mint/google-tokens";
import { pathRules } from "../../../functions/authorizer/request/path-rule";
import { AwsPrincipals } from "../../../functions/authorizer/token/aws-iam/aws-principals";
import { trustedIssuers } from "../../../functions/authorizer/token/issuers";
import { TokenVerifier } from "../../../functions/authorizer/token/verify-token";
import { stsThatVerifies } from "./aws-iam";
import { clouds, googleIdToken } from "./clouds";
import { cognitoDocuments, documents, type TestIssuer } from "./issuer";
import { CATALOG, ENVIRONMENT, POLICY } from "./policy";

const catalogCloud = () =>
  clouds({
    iam: () => ({
      status: 200,
      body: JSON.stringify({ token: googleIdToken({ aud: CATALOG.audience, email: CATALOG.serviceAccount }) }),
    }),
  });

/** The HTTP API's handler of one function, with its log and its calls; and tokens of the shop's web client. */
export function httpApi(cognito: () => TestIssuer) {
  function handler(
    kind: "callers" | "public",
    cloud = kind === "callers" ? clouds() : catalogCloud(),
    policy: AuthorizerPolicy = POLICY,
  ) {
    const lines: string[] = [];
    const call = documents(cognitoDocuments(cognito())).call;
    const answer = httpApiHandler({
      kind,
      policy,
      rules: pathRules(policy),
      decider: {
        verifier: new TokenVerifier(trustedIssuers(POLICY, ENVIRONMENT), call),
        awsPrincipals: AwsPrincipals.of(policy, stsThatVerifies().call),
        googleTokens: new GoogleTokens({
          policy: POLICY,
          environment: ENVIRONMENT,
          call: cloud.call,
          functionName: kind,
        }),
        revoked: new Set(),
      },
      write: (line) => lines.push(line),
    });
    const log = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    return { answer, log, cloud };
  }

  /** Makes a token; the given claims replace the valid ones. */
  const token = async (claims: Record<string, unknown> = {}) =>
    `Bearer ${await cognito().token({ sub: "ann", token_use: "access", client_id: "web1client2id3", scope: "orders/read orders/write", ...claims })}`;
  return { handler, token };
}

/** The context of a refusal, without its decision. */
export const REFUSED = {
  googleAuthorization: "-",
  subject: "-",
  client: "-",
  scopes: "-",
  issuer: "-",
  actor: "-",
  callerKind: "-",
};
