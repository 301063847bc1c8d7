import { conditionsOf, documentOf, readPolicy, type Statement } from "../../terraform-json/iam-statements";
import { isFields, listOf } from "../../terraform-json/stack-json";
import { holds } from "./conditions";
import { arnParts, type IamContext, IamPolicyError, isAction, type Listed, matchesWithVariables } from "./pattern";

/** The request to decide. Names are ARNs. */
export interface IamRequest {
  readonly action: string;
  readonly resource: string;
  /** Every name of the caller: its role, its session, or a service. */
  readonly principals: readonly string[];
  /** Values of condition keys; null if the request does not have the key. A key that is missing here is unknown. */
  readonly context: IamContext;
}

/**
 * `account`: allowed by a statement that names only the caller's account, which leaves the decision to the caller's
 * policies.
 */
export type IamVerdict = "allow" | "account" | "deny" | "none";

/**
 * Evaluates one IAM policy document: an explicit deny wins, otherwise one matching allow is required. Anything unknown,
 * such as `NotPrincipal` or a condition operator, is an error.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluatePolicy(text: string, request: IamRequest, kind: "trust" | "identity"): IamVerdict {
  const { Version } = documentOf(text) ?? {};
  const statements = readPolicy(text);
  if (typeof statements === "string") throw new IamPolicyError(statements);
  if (Version !== "2012-10-17") throw new IamPolicyError(`policy version ${Version}`);
  const verdicts = statements.map((statement) => verdictOf(statement, request, kind));
  return (["deny", "allow", "account"] as const).find((verdict) => verdicts.includes(verdict)) ?? "none";
}

function verdictOf(statement: Statement, request: IamRequest, kind: "trust" | "identity"): IamVerdict {
  const { Effect, Action, NotAction } = statement;
  // All are evaluated, because an unknown element anywhere makes the result unknown.
  const forWhom = kind === "trust" ? principalMatch(statement, request) : isResource(statement, request);
  const verdicts = [
    forWhom !== "none",
    isAction(only("Action", Action, NotAction), request.action),
    ...conditionsOf(statement).map((condition) => holds(condition, request.context)),
  ];
  if (!verdicts.every(Boolean)) return "none";
  return Effect === "Deny" ? "deny" : forWhom;
}

function principalMatch({ Principal, NotPrincipal, ...of }: Statement, { principals }: IamRequest): IamVerdict {
  if (of.Resource !== undefined || of.NotResource !== undefined)
    throw new IamPolicyError("a trust policy has no resource");
  if (NotPrincipal !== undefined) throw new IamPolicyError("unknown element NotPrincipal");
  if (Principal === undefined) throw new IamPolicyError("a trust policy needs a principal");
  if (Principal === "*") return "allow";
  if (!isFields(Principal)) throw new IamPolicyError(`unknown principal ${Principal}`);
  const odd = Object.keys(Principal).find((kind) => kind !== "AWS" && kind !== "Service");
  if (odd !== undefined) throw new IamPolicyError(`unknown principal ${odd}`);
  const named = Object.values(Principal).flatMap(listOf);
  // In a principal, `*` means everyone and is not a pattern: `arn:…:role/shop-*` matches no principal.
  if (named.some((name) => name === "*" || principals.includes(name))) return "allow";
  const lower = principals.map((name) => name.toLowerCase());
  // AWS stores the id of the named principal, and names are unique regardless of case.
  const similar = named.find((name) => lower.includes(name.toLowerCase()));
  if (similar !== undefined) throw new IamPolicyError(`the principal ${similar} differs from the caller only in case`);
  return named.some((name) => isAccountOf(name, principals)) ? "account" : "none";
}

/** An account as principal includes every principal in it. */
function isAccountOf(name: string, principals: readonly string[]): boolean {
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1];
  return account !== undefined && principals.some((principal) => principal.split(":")[4] === account);
}

function isResource({ Principal, NotPrincipal, ...of }: Statement, request: IamRequest): IamVerdict {
  if ((Principal ?? NotPrincipal) !== undefined) throw new IamPolicyError("an identity policy has no principal");
  const { patterns, not } = only("Resource", of.Resource, of.NotResource);
  const found = patterns.map((pattern) => isResourceOf(pattern, request));
  return (not ? found.every((each) => each === false) : found.includes(true)) ? "allow" : "none";
}

/** Compares part by part. A part that the pattern lacks matches anything. Undefined if a variable has no value. */
function isResourceOf(pattern: string, { resource, context }: IamRequest): boolean | undefined {
  if (pattern === "*") return true;
  const [patterns, parts] = [arnParts(pattern), arnParts(resource)];
  if (patterns.length < 6 && !pattern.endsWith("*")) throw new IamPolicyError(`the resource ${pattern} is no ARN`);
  const fitting = patterns.map((part, index) => matchesWithVariables(part, context, "pattern", parts[index] ?? ""));
  return fitting.includes(undefined) ? undefined : fitting.every(Boolean);
}

/** A statement has one of an element and its `Not…`. */
function only(name: string, positive: unknown, negative: unknown): Listed {
  if ((positive === undefined) === (negative === undefined)) {
    throw new IamPolicyError(`a statement has one of ${name} and Not${name}`);
  }
  return { patterns: listOf(positive ?? negative), not: negative !== undefined };
}
