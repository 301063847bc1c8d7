import { keyTerm, type RouteDecision, type RowTerms } from "../../model/row";
import { invokedBy } from "../../terraform-json/invoked";
import { soleReference } from "../../terraform-json/references";
import { blocksOf, listOf, type Resource, type StackJson } from "../../terraform-json/stack-json";
import { readable } from "../../types/words";
import { issuerInWords } from "../sidecar/callers";
import { decisionInWords } from "./usual-decisions";

/** What stands between a caller and a route, in words and in terms. */
export interface Decision {
  readonly condition: string;
  /** `requires` is there only where something decides at all. */
  readonly terms: RowTerms;
  /** Where a function of this stack decides. */
  readonly decision?: RouteDecision;
  /** Whom the gateway itself lets pass, where it decides without a function. */
  readonly admits?: readonly string[];
}

/** Without an authorizer of this stack the gateway itself lets anyone pass: the row says so in capitals. */
export function noAuthorizer(why: string): Decision {
  return { condition: `NO AUTHORIZER (${why})`, terms: {} };
}

interface Authorizer {
  readonly uri: unknown;
  /** What the gateway finds a cached result by. */
  readonly sources: readonly string[];
  /** How long it caches one. Undefined where nothing is said. */
  readonly seconds: number | undefined;
}

/** By what an authorizer names, why another policy than that of the stack may decide. */
const NOT_CERTAIN: ReadonlyMap<string, string> = new Map([
  ["aws_lambda_alias", "may call another version than its function publishes"],
  ["aws_lambda_function", "calls one version, whatever the function is changed to"],
]);

/** Only of a function of this stack is there a policy to read: any other may let anyone pass. */
export function decisionBy(stack: StackJson, { uri, sources, seconds }: Authorizer): Decision {
  const by = invokedBy(stack, uri);
  if (by === undefined) {
    const what = NOT_CERTAIN.get(soleReference(uri)?.type ?? "") ?? "is not a function of this stack";
    return noAuthorizer(`${uri} decides, which ${what}`);
  }
  const name = by.function.attributes.function_name;
  const decision = { by: String(name), ...(seconds !== undefined && { seconds }), cacheKey: sources };
  return {
    condition: decisionInWords(decision),
    decision,
    terms: {
      requires: [`decision of ${name}`, ...sources.map(keyTerm)],
      ...(seconds !== undefined && { limits: { "cache TTL in seconds": seconds } }),
    },
  };
}

/** API Gateway's own JWT authorizer: any token of its issuer, for one of its audiences, with one of the route's scopes. */
export function decisionByJwt(stack: StackJson, { attributes }: Resource, scopes: unknown): Decision {
  const [{ issuer = "ANY ISSUER", audience = undefined } = {}] = blocksOf(attributes.jwt_configuration);
  const audiences = listOf(audience).map((each) => readable(stack, each));
  const asked = listOf(scopes);
  const name = `JWT authorizer ${attributes.name}`;
  return {
    admits: [`tokens of ${issuerInWords(stack, String(issuer))} for ${audiences.join(" or ") || "ANY AUDIENCE"}`],
    condition: `${asked.join(" or ") || "ANY SCOPE"}; ${name} decides`,
    terms: { permits: asked.length === 0 ? ["any scope"] : asked, requires: [`decision of ${name}`] },
  };
}

/** IAM decides: whose policies let him invoke the API is not in the stack of the API alone. */
export const BY_IAM: Decision = {
  admits: ["principals with execute-api:Invoke"],
  condition: "SigV4 signature",
  terms: { requires: ["a signature of AWS"] },
};
