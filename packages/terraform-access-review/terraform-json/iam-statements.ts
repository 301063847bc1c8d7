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

/** All fields that a document and a statement may have. */
const DOCUMENT_PARTS: readonly string[] = ["Id", "Statement", "Version"];
const LISTS = ["Action", "NotAction", "Resource", "NotResource"] as const;
const OPTIONAL_PARTS = ["Sid", "Principal", "NotPrincipal", ...LISTS, "Condition"] as const;
const STATEMENT_PARTS: readonly string[] = ["Effect", ...OPTIONAL_PARTS];

/** One statement of an AWS policy. */
export interface Statement extends Readonly<Partial<Record<(typeof OPTIONAL_PARTS)[number], unknown>>> {
  readonly Effect: "Allow" | "Deny";
}

/** A comparison of a statement's condition. All of them must hold. */
export interface Condition {
  /** `ArnNotEquals`. */
  readonly operator: string;
  /** `aws:PrincipalArn`. */
  readonly key: string;
  readonly values: readonly string[];
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
  const read = readPolicy(document);
  return typeof read === "string" ? undefined : read;
}

/** The same, or why the document cannot be read. */
export function readPolicy(document: unknown): readonly Statement[] | string {
  const parsed = documentOf(document);
  if (parsed === undefined) return "no JSON object whose fields are there once";
  const statements: readonly unknown[] = [parsed.Statement].flat();
  const [fault] = [oddIn(parsed, DOCUMENT_PARTS), ...statements.map(faultOf)].filter((each) => each !== undefined);
  return fault ?? (statements as readonly Statement[]);
}

function faultOf(statement: unknown): string | undefined {
  if (!isFields(statement)) return "a statement is no map";
  const { Effect, Principal, NotPrincipal, Condition } = statement;
  if (Effect !== "Allow" && Effect !== "Deny") return "unknown effect";
  const lists = [...LISTS.map((part) => statement[part]), ...[Principal, NotPrincipal].flatMap(valuesIn)];
  const keys = valuesIn(Condition);
  const isRead =
    lists.every((list) => [list ?? []].flat().every((text) => typeof text === "string")) &&
    keys.every((each) => isFields(each) && Object.values(each).every((value) => [value].flat().every(isScalar)));
  return oddIn(statement, STATEMENT_PARTS) ?? (isRead ? undefined : "expected strings, and maps of them");
}

/** The values of a map; of any other value only that value. */
function valuesIn(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return isFields(value) ? Object.values(value) : [value];
}

/** Numbers and booleans may be written as JSON values or as strings. */
function isScalar(value: unknown): boolean {
  return ["boolean", "number", "string"].includes(typeof value);
}

function oddIn(value: Attributes, known: readonly string[]): string | undefined {
  const odd = Object.keys(value).find((part) => !known.includes(part));
  return odd === undefined ? undefined : `unknown element ${odd}`;
}

export function conditionsOf({ Condition = {} }: Pick<Statement, "Condition">): readonly Condition[] {
  return Object.entries(Condition as Readonly<Record<string, Attributes>>).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values: listOf(values) })),
  );
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
