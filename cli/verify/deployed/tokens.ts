import { type Caller, Refusal } from "../../../functions/authorizer/request/outcome";
import { isAwsIamToken } from "../../../functions/authorizer/token/aws-iam/signed-identity";
import { bearerToken } from "../../../functions/authorizer/token/bearer";
import { callerOf } from "../../../functions/authorizer/token/caller";
import { hasAudience, issuerFor, trustedIssuers } from "../../../functions/authorizer/token/issuers";
import { readUnverified } from "../../../functions/authorizer/token/unverified-token";
import { usageError } from "../../process/command-error";
import type { Deployment } from "./deployment";

/** Environment variables that may hold a caller's token. Never arguments, because other processes can read those. */
const CALLER_TOKENS = ["CALLER_TOKEN", "OTHER_CALLER_TOKEN"] as const;

/** The environment variable that may hold an access token of a Google account. No caller of the front door has one. */
const GOOGLE_TOKEN = "GOOGLE_ACCESS_TOKEN";

export type CallerTokenName = (typeof CALLER_TOKENS)[number];

export type TokenName = CallerTokenName | typeof GOOGLE_TOKEN;

export type Tokens = Readonly<Partial<Record<TokenName, string>>>;

/** Removes the tokens from the environment, so that no child process inherits them. */
export function takeTokens(environment: NodeJS.ProcessEnv): Tokens {
  const tokens: Partial<Record<TokenName, string>> = {};
  for (const name of [...CALLER_TOKENS, GOOGLE_TOKEN] as const) {
    const value = environment[name]?.trim();
    delete environment[name];
    if (value) tokens[name] = value;
  }
  if (tokens.CALLER_TOKEN !== undefined && tokens.CALLER_TOKEN === tokens.OTHER_CALLER_TOKEN) {
    throw usageError("OTHER_CALLER_TOKEN equals CALLER_TOKEN: set another caller's token");
  }
  // A Google access token is opaque. Cloud Run rightly accepts an ID token, which is a JWT.
  if (tokens[GOOGLE_TOKEN]?.startsWith("eyJ")) {
    throw usageError(`${GOOGLE_TOKEN}: got a JWT, expected an access token`, "gcloud auth print-access-token");
  }
  return tokens;
}

/**
 * The caller that the authorizer will see in each token, by its own rules. Signatures are not checked here. A token
 * that the authorizer must refuse ends the run, before a probe could blame the front door.
 */
export function expectedCallers(tokens: Tokens, deployment: Deployment): Partial<Record<CallerTokenName, Caller>> {
  const named = CALLER_TOKENS.flatMap((name) => {
    const token = tokens[name];
    return token === undefined ? [] : [[name, expectedCaller(name, token, deployment)]];
  });
  return Object.fromEntries(named);
}

function expectedCaller(name: CallerTokenName, token: string, { policy, variables }: Deployment): Caller {
  const unusable = (why: string) =>
    usageError(`${name}: the authorizer would refuse this token: ${why}`, "get a new one");
  if (isAwsIamToken(token)) {
    const why = "it is an AWS IAM token, and only AWS STS can identify its caller";
    throw usageError(`${name}: ${why}`, "set a token of a cognito or oidc issuer");
  }
  try {
    const { iss } = readUnverified(bearerToken(`Bearer ${token}`));
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    const there = trustedIssuers(policy, variables).get(iss);
    if (there === undefined) throw unusable("this environment does not have its issuer");
    const issuer = issuerFor(there, claims.aud);
    if (issuer === undefined || !hasAudience(issuer, claims.aud)) throw unusable("it is for another audience");
    if (!(claims.exp > Date.now() / 1000)) throw unusable("it has expired");
    return callerOf({ issuer, claims });
  } catch (error) {
    throw error instanceof Refusal ? unusable(error.message) : error;
  }
}
