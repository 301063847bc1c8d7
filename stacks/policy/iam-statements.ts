import type { DeclaredResource, DeclaredStack } from "./declared-stack";

/** One statement of an AWS policy beside the resource it stands in. */
export interface DeclaredStatement {
  readonly resource: DeclaredResource;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** Every argument of the AWS provider's resources in this program that holds a policy document. */
const POLICY_ARGUMENTS = ["assume_role_policy", "policy", "access_policy", "policy_document"];

/** All statements of all AWS policies of a stack. */
export function iamStatements(stack: DeclaredStack): readonly DeclaredStatement[] {
  return stack.resources
    .filter(({ type }) => type.startsWith("aws_"))
    .flatMap((resource) =>
      POLICY_ARGUMENTS.flatMap((argument) => {
        const text = resource.attributes[argument];
        if (typeof text !== "string") return [];
        const statements: readonly object[] = [JSON.parse(text).Statement].flat();
        return statements.map((statement) => ({ resource, ...statement }) as DeclaredStatement);
      }),
    );
}

/** A value that may be one text or a list of them, or a map of such. */
export function texts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}
