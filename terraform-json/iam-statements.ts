import type { DeclaredResource, DeclaredStack } from "../stacks/policy/declared-stack";

/** One statement of an AWS policy. */
export interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** One statement beside the resource it stands in. */
export interface DeclaredStatement extends Statement {
  readonly resource: DeclaredResource;
}

/** All that a statement may say. Under any other name a rule would not look for it. */
const PARTS = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

/** Arguments of the AWS provider's resources that hold a policy document and nothing else. */
const POLICY_ARGUMENTS = ["assume_role_policy", "policy", "access_policy", "policy_document"];

const read = new WeakMap<DeclaredStack, readonly DeclaredStatement[]>();

/** All statements of all AWS policies of a stack, in whatever argument they stand; read once for all rules. */
export function iamStatements(stack: DeclaredStack): readonly DeclaredStatement[] {
  const statements = read.get(stack) ?? readStatements(stack);
  read.set(stack, statements);
  return statements;
}

function readStatements(stack: DeclaredStack): readonly DeclaredStatement[] {
  return awsResources(stack).flatMap((resource) =>
    texts(resource.attributes).flatMap((text) =>
      (statementsOf(text) ?? []).map((statement) => ({ resource, ...statement })),
    ),
  );
}

/** Resources with a policy that no rule sees into: Terraform would put it together, or it is no policy at all. */
export function unreadPolicies(stack: DeclaredStack): readonly DeclaredResource[] {
  return awsResources(stack).filter(({ attributes }) => {
    const inline = [attributes.inline_policy ?? []].flat() as { readonly policy?: unknown }[];
    const documents = [
      ...POLICY_ARGUMENTS.map((argument) => attributes[argument]),
      ...inline.map((each) => each.policy),
    ];
    return documents.some((document) => document !== undefined && statementsOf(document) === undefined);
  });
}

/** The statements of a policy document; undefined where it is none that can be read. */
export function statementsOf(document: unknown): readonly Statement[] | undefined {
  if (typeof document !== "string" || !/^\s*\{/.test(document)) return undefined;
  try {
    const statements: readonly unknown[] = [JSON.parse(document).Statement].flat();
    return statements.every(isStatement) ? statements : undefined;
  } catch {
    return undefined;
  }
}

function isStatement(value: unknown): value is Statement {
  if (typeof value !== "object" || value === null) return false;
  const { Effect } = value as { readonly Effect?: unknown };
  return (Effect === "Allow" || Effect === "Deny") && Object.keys(value).every((part) => PARTS.includes(part));
}

function awsResources(stack: DeclaredStack): readonly DeclaredResource[] {
  return stack.resources.filter(({ type }) => type.startsWith("aws_"));
}

/** A value that may be one text or a list of them, or a map of such. */
export function texts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}
