import { conditionsHold } from "./iam-conditions";
import { arnParts, type IamContext, IamPolicyError, matches, withVariables } from "./iam-pattern";

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

type Statement = Readonly<Record<string, unknown>>;

const STATEMENT_ELEMENTS = [
  "Sid",
  "Effect",
  "Principal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

/**
 * Evaluates one IAM policy document: an explicit deny wins, otherwise one matching allow is required. Anything unknown,
 * such as `NotPrincipal` or a condition operator, is an error.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluatePolicy(text: string, request: IamRequest, kind: "trust" | "identity"): IamVerdict {
  const document = JSON.parse(text) as Record<string, unknown>;
  requireKeys(document, ["Version", "Id", "Statement"]);
  if (document.Version !== "2012-10-17") throw new IamPolicyError(`policy version ${document.Version}`);
  const statements = list(document.Statement) as readonly Statement[];
  const verdicts = statements.map((statement) => verdictOf(statement, request, kind));
  return (["deny", "allow", "account"] as const).find((verdict) => verdicts.includes(verdict)) ?? "none";
}

function verdictOf(statement: Statement, request: IamRequest, kind: "trust" | "identity"): IamVerdict {
  requireKeys(statement, STATEMENT_ELEMENTS);
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") throw new IamPolicyError("unknown effect");
  // All are evaluated, because an unknown element anywhere makes the result unknown.
  const forWhom = kind === "trust" ? principalMatch(statement, request) : isResource(statement, request);
  const verdicts = [
    forWhom !== "none",
    isAction(statement, request),
    conditionsHold(statement.Condition, request.context),
  ];
  if (!verdicts.every(Boolean)) return "none";
  return statement.Effect === "Deny" ? "deny" : forWhom;
}

function principalMatch({ Principal, Resource, NotResource }: Statement, { principals }: IamRequest): IamVerdict {
  if (Resource !== undefined || NotResource !== undefined) throw new IamPolicyError("a trust policy has no resource");
  if (Principal === undefined) throw new IamPolicyError("a trust policy needs a principal");
  if (Principal === "*") return "allow";
  requireKeys(Principal as Statement, ["AWS", "Service"]);
  const named = Object.values(Principal as Statement).flatMap((value) => texts(value));
  // In a principal, `*` means everyone and is not a pattern: `arn:…:role/shop-*` matches no principal.
  if (named.some((name) => name === "*" || principals.includes(name))) return "allow";
  const lower = principals.map((name) => name.toLowerCase());
  // AWS stores the id of the named principal, and names are unique regardless of case.
  const odd = named.find((name) => lower.includes(name.toLowerCase()));
  if (odd !== undefined) throw new IamPolicyError(`the principal ${odd} differs from the caller only in case`);
  return named.some((name) => isAccountOf(name, principals)) ? "account" : "none";
}

/** An account as principal includes every principal in it. */
function isAccountOf(name: string, principals: readonly string[]): boolean {
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1];
  return account !== undefined && principals.some((principal) => principal.split(":")[4] === account);
}

function isAction({ Action, NotAction }: Statement, { action }: IamRequest): boolean {
  const names = only("Action", Action, NotAction);
  const found = names.some((name) => matches(name.toLowerCase(), action.toLowerCase()));
  return found === (Action !== undefined);
}

function isResource({ Principal, Resource, NotResource }: Statement, request: IamRequest): IamVerdict {
  if (Principal !== undefined) throw new IamPolicyError("an identity policy has no principal");
  const found = only("Resource", Resource, NotResource).map((pattern) => isResourceOf(pattern, request));
  if (Resource !== undefined) return found.includes(true) ? "allow" : "none";
  return found.every((each) => each === false) ? "allow" : "none";
}

/** Compares part by part. A part that the pattern lacks matches anything. Undefined if a variable has no value. */
function isResourceOf(pattern: string, { resource, context }: IamRequest): boolean | undefined {
  if (pattern === "*") return true;
  const [patterns, parts] = [arnParts(pattern), arnParts(resource)];
  if (patterns.length < 6 && !pattern.endsWith("*")) throw new IamPolicyError(`the resource ${pattern} is no ARN`);
  const expressions = patterns.map((part) => withVariables(part, context, "pattern"));
  if (expressions.includes(undefined)) return undefined;
  return expressions.every((expression, index) => expression?.test(parts[index] ?? ""));
}

/** The values of an element or of its `Not…`. A statement has one of the two. */
function only(name: string, positive: unknown, negative: unknown): readonly string[] {
  if ((positive === undefined) === (negative === undefined)) {
    throw new IamPolicyError(`a statement has one of ${name} and Not${name}`);
  }
  return texts(positive ?? negative);
}

function requireKeys(value: Statement, known: readonly string[]): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new IamPolicyError(`unknown element ${unknown}`);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function texts(value: unknown): readonly string[] {
  const values = list(value);
  if (!values.every((item): item is string => typeof item === "string")) throw new IamPolicyError("expected strings");
  return values;
}
