/** What is to be decided. Names are ARNs. */
export interface IamRequest {
  readonly action: string;
  readonly resource: string;
  /** Every name the caller goes by: its role, its session, or a service. */
  readonly principals: readonly string[];
  /** Values of condition keys; a key that is not here is one the request does not have. */
  readonly context: Readonly<Record<string, string>>;
}

/** A policy with something in it that this evaluator does not know; nothing may be concluded from it. */
export class IamPolicyError extends Error {}

type Statement = Readonly<Record<string, unknown>>;

const STATEMENT_ELEMENTS = ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"];

/**
 * Evaluates one IAM policy document: an explicit deny wins, else one matching allow is needed. Knows the elements that
 * the stack uses and refuses whatever else, `NotAction` or an unknown condition operator, with an error.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluatePolicy(
  text: string,
  request: IamRequest,
  kind: "trust" | "identity",
): "allow" | "deny" | "none" {
  const document = JSON.parse(text) as Record<string, unknown>;
  requireKeys(document, ["Version", "Id", "Statement"]);
  if (document.Version !== "2012-10-17") throw new IamPolicyError(`policy version ${document.Version}`);
  const statements = list(document.Statement) as readonly Statement[];
  const effects = statements.filter((statement) => applies(statement, request, kind)).map(({ Effect }) => Effect);
  if (effects.includes("Deny")) return "deny";
  return effects.includes("Allow") ? "allow" : "none";
}

function applies(statement: Statement, request: IamRequest, kind: "trust" | "identity"): boolean {
  requireKeys(statement, STATEMENT_ELEMENTS);
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") throw new IamPolicyError("unknown effect");
  const forWhom = kind === "trust" ? isPrincipal(statement, request) : isResource(statement, request);
  const actions = texts(statement.Action);
  return (
    forWhom &&
    actions.some((action) => matches(action.toLowerCase(), request.action.toLowerCase())) &&
    conditionsHold(statement.Condition, request)
  );
}

function isPrincipal({ Principal, Resource }: Statement, { principals }: IamRequest): boolean {
  if (Resource !== undefined) throw new IamPolicyError("a trust policy has no resource");
  if (Principal === undefined) throw new IamPolicyError("a trust policy needs a principal");
  if (Principal === "*") return true;
  requireKeys(Principal as Statement, ["AWS", "Service"]);
  const named = Object.values(Principal as Statement).flatMap((value) => texts(value));
  // In a principal `*` is anybody and no pattern: `arn:…:role/shop-*` matches nobody.
  return named.some((name) => name === "*" || principals.includes(name) || isAccountOf(name, principals));
}

/** An account as principal stands for everybody in it. */
function isAccountOf(name: string, principals: readonly string[]): boolean {
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1];
  return account !== undefined && principals.some((principal) => principal.split(":")[4] === account);
}

function isResource({ Principal, Resource }: Statement, { resource }: IamRequest): boolean {
  if (Principal !== undefined) throw new IamPolicyError("an identity policy has no principal");
  return texts(Resource).some((pattern) => matches(pattern, resource));
}

function conditionsHold(condition: unknown, { context }: IamRequest): boolean {
  return Object.entries((condition ?? {}) as Statement).every(([operator, keys]) => {
    if (operator !== "StringEquals") throw new IamPolicyError(`unknown condition operator ${operator}`);
    return Object.entries(keys as Statement).every(([key, wanted]) => {
      const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
      if (found === undefined) throw new IamPolicyError(`unknown condition key ${key}`);
      return texts(wanted).includes(found[1]);
    });
  });
}

/** `*` and `?` as IAM has them. */
function matches(pattern: string, text: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`, "s").test(text);
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
