import { readFileSync } from "node:fs";
import { type HttpApiHandler, httpApiHandler } from "./handler/http-api";
import { httpsCall } from "./https-call";
import { trustedIssuers } from "./issuers";
import { GoogleTokens } from "./mint/google-tokens";
import type { AuthorizerPolicy } from "./policy";
import { TokenVerifier } from "./verify-token";

const policy = readPolicy();

/** Scoped routes. Lambda handler `index.callers`. */
export const callers = handlerOf("callers");

const publicHandler = handlerOf("public");

/** Public routes, in a function of their own: a flood of junk tokens cannot starve them. Handler `index.public`. */
export { publicHandler as public };

function handlerOf(kind: "callers" | "public"): HttpApiHandler {
  const environment = process.env;
  return httpApiHandler({
    kind,
    policy,
    decider: {
      verifier: new TokenVerifier(trustedIssuers(policy, environment), httpsCall),
      googleTokens: new GoogleTokens({ policy, environment, call: httpsCall, functionName: kind }),
    },
    write: (line) => process.stdout.write(line),
  });
}

/** Written at synthesis beside the bundle. A function that cannot read its policy does not start: every call is denied. */
function readPolicy(): AuthorizerPolicy {
  const read = JSON.parse(readFileSync(new URL("authorizer-policy.json", import.meta.url), "utf8")) as AuthorizerPolicy;
  if (read.version !== 1) throw new Error("authorizer-policy.json: expected version 1");
  return read;
}
