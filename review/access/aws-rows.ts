import {
  type Attributes,
  inWords,
  listOf,
  type Resource,
  readable,
  referred,
  resourcesOf,
  type StackJson,
} from "../stack-json";
import type { AccessRow } from "./row";

/** Every statement of every policy in AWS: trust, permissions, resource policies, and who may invoke a function. */
export function awsRows(stack: StackJson): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, "aws_iam_role").flatMap((role) => trustRows(stack, role)),
    ...resourcesOf(stack, "aws_iam_role_policy").flatMap((policy) => permissionRows(stack, policy)),
    ...resourcesOf(stack, "aws_iam_role_policy_attachment").flatMap((attachment) => attachmentRows(stack, attachment)),
    ...typesWithPolicies(stack)
      .flatMap((type) => resourcesOf(stack, type))
      .filter(({ attributes }) => typeof attributes.policy === "string")
      .flatMap((policy) => resourcePolicyRows(stack, policy)),
    ...resourcesOf(stack, "aws_lambda_permission").map((permission) => invocationRow(stack, permission)),
  ];
}

/** Any type may carry a policy of its own; most of a big stack has none. */
function typesWithPolicies({ resource }: StackJson): readonly string[] {
  return Object.keys(resource)
    .filter((type) => type.startsWith("aws_") && type !== "aws_iam_role_policy" && type !== ATTACHABLE)
    .filter((type) => Object.values(resource[type] ?? {}).some(({ policy }) => typeof policy === "string"));
}

function trustRows(stack: StackJson, role: Resource): readonly AccessRow[] {
  return statementsOf(role.attributes.assume_role_policy).flatMap((statement) =>
    principals(stack, statement).map((who) => ({
      who,
      may: `${verb(statement)} (trusted)`,
      on: inWords(role),
      ...conditions(stack, statement),
    })),
  );
}

function permissionRows(
  stack: StackJson,
  { attributes }: Resource,
  who = wordsOf(stack, attributes.role),
): readonly AccessRow[] {
  return statementsOf(attributes.policy).flatMap((statement) =>
    targets(statement).map((on) => ({
      who,
      may: verb(statement),
      on: roleInWords(readable(stack, on)),
      ...conditions(stack, statement),
    })),
  );
}

/** A role's ARN by its name, so that permission and trust read alike. */
function roleInWords(text: string): string {
  return text.replace(/^arn:aws:iam::\d{12}:role\//, "role ");
}

function resourcePolicyRows(stack: StackJson, policy: Resource): readonly AccessRow[] {
  return statementsOf(policy.attributes.policy).flatMap((statement) =>
    principals(stack, statement).flatMap((who) =>
      targets(statement).map((on) => ({
        who,
        may: verb(statement),
        on: readable(stack, on),
        ...conditions(stack, statement),
      })),
    ),
  );
}

/** A policy of the stack's own by what it says; one of AWS's by its name. */
function attachmentRows(stack: StackJson, { attributes }: Resource): readonly AccessRow[] {
  const who = wordsOf(stack, attributes.role);
  const own = referred(stack, attributes.policy_arn);
  if (own?.type === ATTACHABLE) return permissionRows(stack, own, who);
  return [{ who, may: `all of ${attributes.policy_arn}`, on: "AWS", under: "-" }];
}

/** Gives nobody anything until it is attached. */
const ATTACHABLE = "aws_iam_policy";

function invocationRow(stack: StackJson, { attributes }: Resource): AccessRow {
  return {
    who: String(attributes.principal),
    may: String(attributes.action),
    on: wordsOf(stack, attributes.function_name),
    under: attributes.source_arn ? `called as ${readable(stack, attributes.source_arn)}` : "CALLED FROM ANYWHERE",
  };
}

export function statementsOf(policy: string): readonly Attributes[] {
  return [JSON.parse(policy).Statement ?? []].flat();
}

function targets({ Resource, NotResource }: Attributes): readonly string[] {
  return NotResource === undefined ? listOf(Resource) : [`everything but ${listOf(NotResource).join(", ")}`];
}

function verb({ Effect, Action, NotAction }: Attributes): string {
  const actions =
    NotAction === undefined ? listOf(Action).join(", ") : `everything but ${listOf(NotAction).join(", ")}`;
  return Effect === "Allow" ? actions : `${String(Effect).toUpperCase()} ${actions}`;
}

function principals(stack: StackJson, { Principal, NotPrincipal }: Attributes): readonly string[] {
  // Of a policy that somebody is given: it says nothing of whom.
  if (NotPrincipal === undefined && Principal === undefined) return ["whoever holds it"];
  if (NotPrincipal !== undefined) return [`everybody but ${JSON.stringify(NotPrincipal)}`];
  if (typeof Principal === "string") return [Principal === "*" ? "everybody" : Principal];
  return Object.values(Principal ?? {}).flatMap((value) =>
    // `{"AWS": "*"}` is the same as `"*"`.
    listOf(value).map((text) => (text === "*" ? "everybody" : readable(stack, text))),
  );
}

/**
 * All of a statement's conditions must hold: one more is narrower, unless the statement denies. Of one that denies
 * everybody but those whom it names, each name is somebody whom it lets through.
 */
function conditions(stack: StackJson, { Condition, Effect }: Attributes): Pick<AccessRow, "under" | "terms"> {
  const found = Object.entries((Condition ?? {}) as Record<string, Record<string, unknown>>).flatMap(
    ([operator, keys]) =>
      Object.entries(keys).map(
        ([key, value]) =>
          `${key} ${operator} ${listOf(value)
            .map((text) => readable(stack, text))
            .join(" or ")}`,
      ),
  );
  const under = found.join("; ") || "-";
  if (Effect === "Allow") return { under, terms: { requires: found } };
  const { ArnNotEquals: { "aws:PrincipalArn": exempt = undefined, ...more } = {}, ...others } = (Condition ??
    {}) as Record<string, Record<string, unknown>>;
  const isOfNames = exempt !== undefined && Object.keys({ ...more, ...others }).length === 0;
  return { under, ...(isOfNames && { terms: { permits: listOf(exempt).map(String) } }) };
}

function wordsOf(stack: StackJson, reference: unknown): string {
  const resource = referred(stack, reference);
  return resource === undefined ? String(reference) : inWords(resource);
}
