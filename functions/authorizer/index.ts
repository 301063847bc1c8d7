import { readFileSync } from "node:fs";
import type { APIGatewayRequestAuthorizerEvent, APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { type AuthorizerPolicy, POLICY_FILE } from "../../contract/policy-file";
import { httpApiHandler } from "./handler/http-api";
import { restApiHandler } from "./handler/rest-api";
import { GoogleTokens } from "./mint/google-tokens";
import { httpsCall } from "./request/https-call";
import { pathRules } from "./request/path-rule";
import { start } from "./start";
import { AwsPrincipals } from "./token/aws-iam/aws-principals";
import { revokedCallers, trustedIssuers } from "./token/issuers";
import { TokenVerifier } from "./token/verify-token";

const policy = readPolicy();
const rules = pathRules(policy);
const verifier = new TokenVerifier(trustedIssuers(policy, process.env), httpsCall);

/** Scoped routes. Lambda handler `index.callers`. */
export const callers = handlerOf("callers");

const publicHandler = handlerOf("public");

/** Public routes, in a separate function: a flood of invalid tokens cannot starve them. Handler `index.public`. */
export { publicHandler as public };

// Lambda waits for this before the first event.
await start({ policy, verifier, environment: process.env });

type Event = APIGatewayRequestAuthorizerEventV2 | APIGatewayRequestAuthorizerEvent;

/** Handles events of both kinds of API, so that one function can serve an HTTP and a REST API at the same time. */
function handlerOf(kind: "callers" | "public") {
  const environment = process.env;
  const props = {
    kind,
    policy,
    rules,
    decider: {
      verifier,
      awsPrincipals: AwsPrincipals.of(policy, httpsCall),
      googleTokens: new GoogleTokens({ policy, environment, call: httpsCall, functionName: kind }),
      revoked: revokedCallers(environment),
    },
    write: (line: string) => process.stdout.write(line),
  };
  const [http, rest] = [httpApiHandler(props), restApiHandler(props)];
  return (event: Event) => ("routeArn" in event ? http(event) : rest(event));
}

/** Written at synthesis next to the bundle. A function that cannot read its policy does not start: every call is denied. */
function readPolicy(): AuthorizerPolicy {
  const read = JSON.parse(readFileSync(new URL(POLICY_FILE, import.meta.url), "utf8")) as AuthorizerPolicy;
  if (read.version !== 1) throw new Error("authorizer-policy.json: expected version 1");
  return read;
}
