import { matches } from "../../aws/iam-pattern";

interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** A function's result: cached, and evaluated again for every request that uses it. */
export interface AuthorizerPolicy {
  readonly statements: readonly Statement[];
  readonly context: ReadonlyMap<string, string>;
  readonly usageIdentifierKey?: string;
}

/** Thrown for an invalid result of a function. */
export class NoPolicy extends Error {}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html */
export function readAuthorizerPolicy(answer: unknown): AuthorizerPolicy {
  const { principalId, policyDocument, context, usageIdentifierKey } = object(answer, "the answer");
  if (typeof principalId !== "string") throw new NoPolicy("no principalId");
  const { Version, Statement, ...more } = object(policyDocument, "policyDocument");
  if (Version !== "2012-10-17" || Object.keys(more).length > 0) throw new NoPolicy("an unsupported policyDocument");
  if (usageIdentifierKey !== undefined && typeof usageIdentifierKey !== "string") {
    throw new NoPolicy("a usageIdentifierKey that is not a string");
  }
  const values = Object.entries(context === undefined ? {} : object(context, "context"));
  const nested = values.find(([, value]) => typeof value === "object");
  if (nested !== undefined) throw new NoPolicy(`context.${nested[0]} is neither a string nor a number nor a boolean`);
  return {
    statements: list(Statement).map(readStatement),
    context: new Map([["principalId", principalId], ...values.map(([key, value]) => [key, String(value)] as const)]),
    usageIdentifierKey,
  };
}

/** As in IAM: a matching Deny overrides every Allow. Without a matching Allow, nothing is allowed. */
export function allows({ statements }: AuthorizerPolicy, methodArn: string): boolean {
  const about = statements.filter(
    ({ actions, resources }) =>
      actions.some((action) => matches(action.toLowerCase(), "execute-api:invoke")) &&
      resources.some((resource) => matches(resource, methodArn)),
  );
  return about.length > 0 && about.every(({ effect }) => effect === "Allow");
}

function readStatement(statement: unknown): Statement {
  const { Action, Effect, Resource, Sid: _, ...more } = object(statement, "a statement");
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) throw new NoPolicy(`a statement with ${unknown}, which the stand-in does not support`);
  if (Effect !== "Allow" && Effect !== "Deny") throw new NoPolicy("a statement without Effect");
  return { effect: Effect, actions: list(Action).map(text), resources: list(Resource).map(text) };
}

function object(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new NoPolicy(`${what} is not an object`);
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) throw new NoPolicy("a statement without Action or Resource");
  return Array.isArray(value) ? value : [value];
}

function text(value: unknown): string {
  // Only IAM would know a variable's value.
  if (typeof value === "string" && !value.includes("${")) return value;
  throw new NoPolicy("an action or a resource that the stand-in does not know");
}
