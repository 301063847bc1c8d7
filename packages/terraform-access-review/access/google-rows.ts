import { type AccessRow, INVOKE, RUN_AS } from "../model/row";
import { documentOf } from "../terraform-json/iam-statements";
import {
  type Attributes,
  blocksOf,
  listOf,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "../terraform-json/stack-json";
import { inWords, readable } from "../types/words";
import { openServiceRow, underIngress, verifiedAgainRows } from "./envoy-rows";
import type { Sidecars } from "./sidecar/read";

/** Every grant on Google Cloud that the stack declares: the federation, and each member of each binding. */
export function googleRows(stack: StackJson, sidecars: Sidecars): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, "google_iam_workload_identity_pool_provider").map((provider) =>
      federationRow(stack, provider),
    ),
    ...grantRows(stack),
    ...resourcesOf(stack, "google_cloud_run_v2_service").flatMap((service) => serviceRows(stack, service, sidecars)),
    ...resourcesOf(stack, "google_service_account_key").map(({ address, attributes }) => ({
      principal: `holder of the key ${address}`,
      permission: "impersonate it, from anywhere",
      resource: readable(stack, attributes.service_account_id),
      condition: "LONG-LIVED KEY",
    })),
  ];
}

function federationRow(stack: StackJson, { attributes }: Resource): AccessRow {
  const { attribute_condition, attribute_mapping, aws, oidc } = attributes;
  const mapping = Object.entries(attribute_mapping ?? {}).map(([key, value]) => `${key} = ${value}`);
  const isAws = oidc === undefined;
  return {
    principal: isAws ? `AWS account ${aws?.account_id}` : `tokens issued by ${oidc.issuer_uri}`,
    permission: isAws
      ? "exchange a signed GetCallerIdentity request for a federated token"
      : "be exchanged for a federated token",
    resource: `${readable(stack, attributes.workload_identity_pool_id)}, provider ${attributes.workload_identity_pool_provider_id}`,
    condition: [attribute_condition ?? (isAws ? "ANY ROLE OF THE ACCOUNT" : "ANY TOKEN"), ...mapping].join("; "),
    // A pool without a mapping has a default one, so fewer lines do not mean less access.
    terms: { permits: [...admitted(attribute_condition), ...mapping], requires: mapping },
  };
}

/** `attribute.aws_role in ['a', 'b']` admits two roles. Any other condition counts as one alternative, as a whole. */
function admitted(condition: unknown): readonly string[] {
  if (condition === undefined || condition === null) return ["any caller"];
  const text = String(condition);
  const [, claim, list] = /^([a-z_.]+) in \[((?:'[^']*'(?:, *)?)+)\]$/.exec(text) ?? [];
  if (claim === undefined || list === undefined) return [`caller with ${text}`];
  return [...list.matchAll(/'([^']*)'/g)].map(([, value]) => `caller with ${claim} ${value}`);
}

/** A service's requirements for callers: the invoker check and the audiences that it accepts; and its own identity. */
function serviceRows(stack: StackJson, service: Resource, sidecars: Sidecars): readonly AccessRow[] {
  const { invoker_iam_disabled, custom_audiences, ingress } = service.attributes;
  const sidecar = sidecars.get(service.address);
  if (invoker_iam_disabled !== false) return [runAsRow(stack, service), openServiceRow(service, sidecar)];
  const audiences = listOf(custom_audiences);
  return [
    runAsRow(stack, service),
    {
      principal: "principals with roles/run.invoker",
      permission: INVOKE,
      resource: inWords(service),
      condition: `ID token with audience ${[...audiences, "its run.app URL"].join(" or ")}; ingress ${ingress}`,
      terms: underIngress(ingress, { permits: audiences }),
    },
    ...verifiedAgainRows(stack, service, sidecar),
  ];
}

/** The service's code has all permissions of its account. Google gives a service without an account the default one. */
function runAsRow(stack: StackJson, service: Resource): AccessRow {
  const account = blocksOf(service.attributes.template)[0]?.service_account ?? undefined;
  const resource = account === undefined ? "THE PROJECT'S DEFAULT SERVICE ACCOUNT" : readable(stack, account);
  return { principal: inWords(service), permission: RUN_AS, resource, condition: "-" };
}

/** Each member of each binding that the stack declares, on any type of resource. */
function grantRows(stack: StackJson): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, /^google_\w+_iam_(binding|member)$/).flatMap(({ attributes }) => rowsOf(stack, attributes)),
    ...resourcesOf(stack, /^google_\w+_iam_policy$/).flatMap(({ attributes }) =>
      (bindingsOf(attributes) ?? []).flatMap((binding) => rowsOf(stack, { ...attributes, ...binding })),
    ),
  ];
}

/** All bindings of a resource; undefined if the stack does not contain their text. */
export function bindingsOf({ policy_data }: Attributes): readonly Attributes[] | undefined {
  const document = documentOf(policy_data);
  if (document === undefined) return undefined;
  const bindings: unknown = document.bindings ?? [];
  return Array.isArray(bindings) ? bindings : undefined;
}

function rowsOf(stack: StackJson, attributes: Attributes): readonly AccessRow[] {
  const { condition, member, members, role, secret_id } = attributes;
  const resource = targetOf(stack, attributes);
  const requires: readonly string[] = [blocksOf(condition)[0]?.expression ?? []].flat();
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

/** The role that may add versions. Rows say whether a new version reaches the service without a review. */
const ADDER = "roles/secretmanager.secretVersionAdder";
const EACH_INSTANCE = "each new instance reads it (version latest)";
const AFTER_DEPLOY = "the service reads it after a deploy that pins it";

/** Arguments that state the grant, its members, or only the place of the resource. */
const NO_TARGET =
  /^(role|members?|condition|policy_data|etag|id|project|location|region|zone|provider|depends_on|lifecycle|timeouts|\/\/)$/;

/** The target of a grant. If it is in none of the usual arguments, the argument's name is shown too. */
function targetOf(stack: StackJson, attributes: Attributes): string {
  const { service_account_id, secret_id, topic, name, project } = attributes;
  const target = service_account_id ?? secret_id ?? topic ?? name;
  const others = Object.entries(attributes).filter(([key, value]) => !NO_TARGET.test(key) && typeof value === "string");
  if (target === undefined && others.length > 0)
    return others.map(([key, value]) => `${key} ${readable(stack, value)}`).join(", ");
  const resource = referred(stack, target ?? project);
  return resource === undefined ? readable(stack, target ?? project) : inWords(resource);
}

/** Whether some service uses the newest version of a secret without a deployment. */
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

/** A role of this stack by its permissions; any other role by its name. */
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
