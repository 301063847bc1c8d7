import type { AccessRow } from "../model/row";
import { documentOf } from "../terraform-json/iam-statements";
import { type Attributes, blocksOf, listOf, referred, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { inWords, readable } from "../types/words";

/** Each member of each binding that the stack declares, whatever it is a binding on. */
export function grantRows(stack: StackJson): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, /^google_\w+_iam_(binding|member)$/).flatMap(({ attributes }) => rowsOf(stack, attributes)),
    ...resourcesOf(stack, /^google_\w+_iam_policy$/).flatMap(({ attributes }) =>
      (bindingsOf(attributes) ?? []).flatMap((binding) => rowsOf(stack, { ...attributes, ...binding })),
    ),
  ];
}

/** The whole of a resource's bindings; undefined where they are no text of this stack. */
export function bindingsOf({ policy_data }: Attributes): readonly Attributes[] | undefined {
  const document = documentOf(policy_data);
  if (document === undefined) return undefined;
  const bindings: unknown = document.bindings ?? [];
  return Array.isArray(bindings) ? bindings : undefined;
}

function rowsOf(stack: StackJson, attributes: Attributes): readonly AccessRow[] {
  const { condition, member, members, role, secret_id } = attributes;
  const resource = targetOf(stack, attributes);
  const requires = blocksOf(condition).flatMap(({ expression }) => expression ?? []);
  const isLatest = role === ADDER && mountsLatest(stack, secret_id);
  const reach = isLatest ? EACH_INSTANCE : AFTER_DEPLOY;
  return listOf(members ?? member).map((each) => ({
    principal: memberInWords(stack, each),
    permission: roleInWords(stack, role),
    resource,
    condition: [...requires, ...(role === ADDER ? [reach] : [])].join("; ") || "-",
    terms: { ...(role === ADDER && { permits: isLatest ? [reach] : [] }), requires },
  }));
}

/** Who may change a secret: rows say whether what they add reaches the service before anybody has reviewed it. */
const ADDER = "roles/secretmanager.secretVersionAdder";
const EACH_INSTANCE = "each new instance reads it (version latest)";
const AFTER_DEPLOY = "the service reads it after a deploy that pins it";

/** Arguments that say what is granted, and to whom, or only where the resource stands. */
const NO_TARGET =
  /^(role|members?|condition|policy_data|etag|id|project|location|region|zone|provider|depends_on|lifecycle|timeouts|\/\/)$/;

/** What it is granted on, by the name of the argument where that is none of the stack's usual ones. */
function targetOf(stack: StackJson, attributes: Attributes): string {
  const { service_account_id, secret_id, topic, name, project } = attributes;
  const target = service_account_id ?? secret_id ?? topic ?? name;
  const others = Object.entries(attributes).filter(([key, value]) => !NO_TARGET.test(key) && typeof value === "string");
  if (target === undefined && others.length > 0)
    return others.map(([key, value]) => `${key} ${readable(stack, value)}`).join(", ");
  const resource = referred(stack, target ?? project);
  return resource === undefined ? readable(stack, target ?? project) : inWords(resource);
}

/** Whether some service takes the newest version of a secret without a deploy. */
function mountsLatest(stack: StackJson, secret: unknown): boolean {
  const addressOf = (text: unknown) => referred(stack, text)?.address ?? String(text);
  return resourcesOf(stack, "google_cloud_run_v2_service")
    .flatMap(({ attributes }) => secretReferences(attributes.template))
    .some((mounted) => mounted.version === "latest" && addressOf(mounted.secret) === addressOf(secret));
}

/** Each `secret_key_ref` and mounted file in a template, however its blocks are written. */
function secretReferences(value: unknown): readonly { readonly secret?: unknown; readonly version?: unknown }[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "secret" in value && "version" in value ? [value] : [];
  return [...own, ...Object.values(value).flatMap(secretReferences)];
}

/** A role of the stack's own by what it consists of; any other by its name. */
function roleInWords(stack: StackJson, role: unknown): string {
  const own = referred(stack, role);
  return own === undefined ? String(role) : listOf(own.attributes.permissions).join(", ");
}

function memberInWords(stack: StackJson, member: string): string {
  if (/^all(Authenticated)?Users$/.test(member)) return `ANYONE (${member})`;
  for (const pattern of FEDERATED) {
    const [, pool, who] = pattern.exec(member) ?? [];
    if (pool !== undefined) return `${who} through ${readable(stack, pool)}`;
  }
  return readable(stack, member).replace(/^serviceAccount:(?=service account )/, "");
}

const FEDERATED = [
  /^principal:\/\/iam\.googleapis\.com\/(\$\{[^}]+\})\/subject\/(.+)$/,
  /^principalSet:\/\/iam\.googleapis\.com\/(\$\{[^}]+\})\/attribute\.aws_role\/(.+)$/,
];
