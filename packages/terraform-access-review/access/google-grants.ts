import { AWS_MAPPING } from "../../../contract/federation";
import { placeOf } from "../model/place";
import { canonical } from "../terraform-json/order";
import {
  type Attributes,
  blocksOf,
  isUnset,
  listOf,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "../terraform-json/stack-json";
import { emailOf, type GoogleBinding, googleBindings, objectsIn } from "./google-bindings";
import { type Action, type Grant, heldBy, type Principal, type Scope } from "./grant";
import { permissionsOfRole } from "./iam/roles";

/** Every grant on Google Cloud that a stack declares. */
export function googleGrants(stack: StackJson): readonly Grant[] {
  return [
    ...googleBindings(stack).flatMap((binding) => grantsOf(stack, binding)),
    ...resourcesOf(stack, "google_service_account_key").map((key) => {
      const account = keyOf(stack, key.attributes.service_account_id);
      const holder = { kind: "unknown", id: `holder of the key ${key.address}` } as const;
      return heldBy(holder, "holds", account, placeOf(key, "service_account_id"));
    }),
    ...resourcesOf(stack, "google_cloud_run_v2_service").flatMap((service) => serviceGrants(stack, service)),
  ];
}

function grantsOf(stack: StackJson, binding: GoogleBinding): readonly Grant[] {
  const { role, members, expressions, from } = binding;
  const conditions = expressions.map((key) => ({ operator: "cel", key, values: [] }));
  return members.map((each) => ({
    effect: "allow",
    principal: memberOf(stack, each),
    action: roleOf(stack, role),
    scope: scopeOf(stack, binding),
    conditions,
    from,
  }));
}

/** A role of this stack by its permissions, or a predefined one. */
function roleOf(stack: StackJson, role: unknown): Action {
  const own = referred(stack, role);
  const text = String(role);
  const isOwn = own?.type.endsWith("_iam_custom_role") === true;
  const permissions = isOwn ? listOf(own.attributes.permissions) : permissionsOfRole(text);
  return { kind: "role", role: text, permissions: permissions?.map(longName) };
}

/**
 * Google names permissions of pools in two ways: `iam.workloadIdentityPools.update` in the reference of its API, and
 * `iam.googleapis.com/workloadIdentityPools.update` in its roles.
 */
export function longName(permission: string): string {
  return permission.replace(/^iam\.(?=workloadIdentityPool)/, "iam.googleapis.com/");
}

/** Types whose grants apply to everything below. */
const CONTAINER = /^google_(project|folder|organization|billing_account)_iam_/;

function scopeOf(stack: StackJson, { by: { type }, attributes }: GoogleBinding): Scope {
  const [first, second] = objectsIn(attributes);
  if (CONTAINER.test(type)) return { kind: "all", of: String(attributes.project ?? first?.[1] ?? "the project") };
  const { service_account_id, secret_id, topic, service, name, job, bucket } = attributes;
  const target = service_account_id ?? secret_id ?? topic ?? service ?? job ?? name ?? bucket;
  const object = target ?? (second === undefined ? first?.[1] : undefined);
  // Without a known object, the grant may be on anything.
  return object === undefined ? { kind: "all", of: type } : { kind: "one", key: keyOf(stack, object) };
}

/** The address of a resource of this stack, or the last part of a name. */
export function keyOf(stack: StackJson, text: unknown): string {
  return referred(stack, text)?.address ?? String(text).replace(/^.*\//, "");
}

/** The code of a service runs as its account; without an account, as the project's default one. */
function serviceGrants(stack: StackJson, service: Resource): readonly Grant[] {
  const [template = {}] = blocksOf(service.attributes.template);
  const account = isUnset(template.service_account) ? "default" : keyOf(stack, template.service_account);
  const place = placeOf(service, "template.service_account");
  return [
    heldBy({ kind: "service", id: service.address }, "runs-as", account, place),
    // Without the invoker check any request reaches the service.
    ...(service.attributes.invoker_iam_disabled === false
      ? []
      : [
          {
            effect: "allow",
            principal: { kind: "anyone", id: "anyone" },
            action: { kind: "role", role: "no invoker check", permissions: ["run.routes.invoke"] },
            scope: { kind: "one", key: service.address },
            conditions: [],
            from: placeOf(service, "invoker_iam_disabled"),
          } as const,
        ]),
  ];
}

const WIDE_MEMBERS: readonly (readonly [RegExp, Exclude<Principal["kind"], never>])[] = [
  [/^allUsers$/, "anyone"],
  [/^allAuthenticatedUsers$/, "authenticated"],
  [/^group:/, "group"],
  [/^domain:/, "domain"],
  [/^project(Owner|Editor|Viewer):/, "project-members"],
];

/** An exact role of AWS through a pool of this stack: one session of that role is as good as any other. */
const AWS_ROLE =
  /^principalSet:\/\/iam\.googleapis\.com\/(\$\{[^}]+\})\/attribute\.aws_role\/arn:aws:sts::(\d{12}):assumed-role\/([\w+=,.@-]+)$/;

function memberOf(stack: StackJson, member: string): Principal {
  for (const [pattern, kind] of WIDE_MEMBERS) if (pattern.test(member)) return { kind, id: member } as Principal;
  const [, pool, account, role] = AWS_ROLE.exec(member) ?? [];
  if (pool !== undefined && admitsOnlyItsRoles(stack, pool)) return { kind: "aws-role", id: roleArn(account, role) };
  if (/^principalSet:/.test(member)) return { kind: "federated-set", id: member };
  if (/^principal:/.test(member)) return { kind: "federated", id: member };
  if (/^user:[^@\s]+@[^@\s]+$/.test(member)) return { kind: "google-user", id: member.toLowerCase() };
  const account_ = referred(stack, member.replace(/^serviceAccount:(?=\$\{)/, ""));
  if (account_?.type === "google_service_account") return { kind: "service-account", id: emailOf(stack, account_) };
  const [, email] = /^serviceAccount:([^\s${}]+@[^\s${}]+)$/.exec(member) ?? [];
  return email === undefined ? { kind: "unknown", id: member } : { kind: "service-account", id: email.toLowerCase() };
}

export function roleArn(account: unknown, name: unknown): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

/** Whether a pool has one provider, which trusts AWS and derives a role from the assertion, as every member assumes. */
function admitsOnlyItsRoles(stack: StackJson, pool: string): boolean {
  const own = referred(stack, pool);
  if (own === undefined) return false;
  const providers = resourcesOf(stack, "google_iam_workload_identity_pool_provider").filter(
    ({ attributes: { workload_identity_pool_id: id } }) =>
      // The id of another pool of the stack, or a literal one, is known. Any other text may be this pool's.
      (referred(stack, id)?.address ?? own.address) === own.address &&
      (String(id).includes("${") || id === own.attributes.workload_identity_pool_id),
  );
  const [{ attributes } = { attributes: {} as Attributes }, second] = providers;
  const isOfAssertion = canonical(attributes.attribute_mapping) === canonical(AWS_MAPPING);
  return second === undefined && blocksOf(attributes.aws).length === 1 && isOfAssertion;
}
