import { jsonIn } from "./json-text";
import {
  type Attributes,
  blocksOf,
  isFields,
  listOf,
  oncePerStack,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
  texts,
} from "./stack-json";

/** All fields that a document and a statement may have. The readers here ignore any other name. */
const DOCUMENT_PARTS: readonly string[] = ["Id", "Statement", "Version"];
const OPTIONAL_PARTS = [
  "Sid",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
] as const;
const STATEMENT_PARTS: readonly string[] = ["Effect", ...OPTIONAL_PARTS];

/** One statement of an AWS policy. */
export interface Statement extends Readonly<Partial<Record<(typeof OPTIONAL_PARTS)[number], unknown>>> {
  readonly Effect: "Allow" | "Deny";
}

/** A statement with the resource that contains it. */
export interface DeclaredStatement extends Statement {
  readonly resource: Resource;
}

/** Arguments of the AWS provider's resources that hold a policy document and nothing else. */
const POLICY_ARGUMENTS = ["assume_role_policy", "policy", "access_policy", "policy_document"];

/**
 * The statements of a policy document. Undefined if any part of it cannot be read: not JSON, a field that is
 * there twice or has another spelling, no statement at all. The caller must then treat it as a policy that may grant anything.
 */
export function statementsOf(document: unknown): readonly Statement[] | undefined {
  const parsed = documentOf(document);
  if (parsed === undefined || !Object.keys(parsed).every((part) => DOCUMENT_PARTS.includes(part))) return undefined;
  const statements: readonly unknown[] = [parsed.Statement].flat();
  return statements.every(isStatement) ? statements : undefined;
}

/** The fields of a text that is a JSON object; undefined if it has a field twice. */
export function documentOf(text: unknown): Attributes | undefined {
  const json = jsonIn(text);
  return json?.isAmbiguous === false && isFields(json.value) ? json.value : undefined;
}

/** Policies inside a role, as one block or several. */
export function inlinePoliciesOf({ inline_policy }: Attributes): readonly Attributes[] {
  return blocksOf(inline_policy).filter((block) => block?.policy !== undefined && block.policy !== null);
}

/**
 * The policies that an exclusive list (`aws_iam_role_policy_attachments_exclusive`) attaches itself. The provider attaches
 * each one that its role, user or group lacks, also one that this stack attaches only to another.
 */
export function attachedByList(stack: StackJson, { type, attributes }: Resource): readonly string[] {
  const attachment = type.replace(/_attachments_exclusive$/, "_attachment");
  const [holder = ""] = /(group|role|user)/.exec(type) ?? [];
  const nameOf = (text: unknown) => referred(stack, text)?.attributes.name ?? text;
  const declared = resourcesOf(stack, attachment)
    .filter((each) => nameOf(each.attributes[holder]) === nameOf(attributes[`${holder}_name`]))
    .map((each) => String(each.attributes.policy_arn));
  return listOf(attributes.policy_arns)
    .map((arn) => {
      const named = referred(stack, arn);
      return named?.type === attachment ? String(named.attributes.policy_arn) : arn;
    })
    .filter((arn) => !declared.includes(arn));
}

/** Arguments of an AWS resource with an unreadable policy: Terraform would assemble it, or it is not a policy. */
export function unreadPolicyArguments({ type, attributes }: Pick<Resource, "type" | "attributes">): readonly string[] {
  if (!type.startsWith("aws_")) return [];
  const isUnread = (document: unknown) => statementsOf(document) === undefined;
  return [
    ...POLICY_ARGUMENTS.filter((name) => (attributes[name] ?? undefined) !== undefined && isUnread(attributes[name])),
    ...(inlinePoliciesOf(attributes).some(({ policy }) => isUnread(policy)) ? ["inline_policy"] : []),
  ];
}

/** All statements of all AWS policies of a stack, in any argument; read once for all rules. */
export const iamStatements = oncePerStack((stack): readonly DeclaredStatement[] =>
  resourcesOf(stack, /^aws_/).flatMap((resource) =>
    texts(resource.attributes).flatMap((text) =>
      (statementsOf(text) ?? []).map((statement) => ({ resource, ...statement })),
    ),
  ),
);

function isStatement(value: unknown): value is Statement {
  if (typeof value !== "object" || value === null) return false;
  const { Effect } = value as { readonly Effect?: unknown };
  return (
    (Effect === "Allow" || Effect === "Deny") && Object.keys(value).every((part) => STATEMENT_PARTS.includes(part))
  );
}
