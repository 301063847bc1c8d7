import { inWords, listOf, type Resource, readable, referred, resourcesOf, type StackJson } from "../stack-json";
import { openServiceRow, verifiedAgainRows } from "./envoy-rows";
import type { AccessRow } from "./row";
import type { Sidecars } from "./sidecar/read";

/** Every grant in Google that the stack declares: the federation, and each member of each binding. */
export function googleRows(stack: StackJson, sidecars: Sidecars): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, "google_iam_workload_identity_pool_provider").map((provider) =>
      federationRow(stack, provider),
    ),
    ...resourcesOf(stack, /^google_\w+_iam_(binding|member)$/).flatMap((grant) => grantRows(stack, grant)),
    ...resourcesOf(stack, "google_cloud_run_v2_service").flatMap((service) => serviceRows(stack, service, sidecars)),
    ...resourcesOf(stack, "google_service_account_key").map(({ address, attributes }) => ({
      who: `whoever holds the key ${address}`,
      may: "become it, from anywhere",
      on: readable(stack, attributes.service_account_id),
      under: "A KEY",
    })),
  ];
}

function federationRow(stack: StackJson, { attributes }: Resource): AccessRow {
  const mapping = Object.entries((attributes.attribute_mapping ?? {}) as Record<string, string>).map(
    ([key, value]) => `${key} = ${value}`,
  );
  const { oidc } = attributes;
  return {
    who: oidc === undefined ? `AWS account ${attributes.aws?.account_id}` : `tokens of ${oidc.issuer_uri}`,
    may: oidc === undefined ? "exchange a signed GetCallerIdentity" : "exchange them",
    on: `${readable(stack, attributes.workload_identity_pool_id)}, provider ${attributes.workload_identity_pool_provider_id}`,
    under: [
      attributes.attribute_condition ?? (oidc === undefined ? "ANY ROLE OF THE ACCOUNT" : "ANY TOKEN"),
      ...mapping,
    ].join("; "),
    // Without a mapping of its own the pool has one: fewer lines are no less.
    terms: { permits: [...admitted(attributes.attribute_condition), ...mapping], requires: mapping },
  };
}

/** `attribute.aws_role in ['a', 'b']` admits two; any other condition is one alternative that is not looked into. */
function admitted(condition: unknown): readonly string[] {
  if (condition === undefined) return ["any role"];
  const [, claim, list] = /^([a-z_.]+) in \[((?:'[^']*'(?:, *)?)+)\]$/.exec(String(condition)) ?? [];
  if (claim === undefined || list === undefined) return [String(condition)];
  return [...list.matchAll(/'([^']*)'/g)].map(([, value]) => `${claim} ${value}`);
}

function grantRows(stack: StackJson, { attributes }: Resource): readonly AccessRow[] {
  const { service_account_id, secret_id, topic, name, project } = attributes;
  const target = service_account_id ?? secret_id ?? topic ?? name ?? project;
  const resource = referred(stack, target);
  const on = resource === undefined ? String(target) : inWords(resource);
  const condition = [attributes.condition].flat()[0]?.expression ?? "-";
  const may = roleInWords(stack, attributes.role);
  if (attributes.role === ADDER) return adderRows(stack, attributes, on);
  return listOf(attributes.members ?? attributes.member).map((member) => ({
    who: memberInWords(stack, member),
    may,
    on,
    under: condition,
    terms: { requires: condition === "-" ? [] : [condition] },
  }));
}

const ADDER = "roles/secretmanager.secretVersionAdder";

/** Who may change a secret, and whether what they add reaches the service before anybody has reviewed it. */
function adderRows(stack: StackJson, { members, member, secret_id, condition }: Resource["attributes"], on: string) {
  const required = [condition].flat()[0]?.expression as string | undefined;
  const isLatest = mountsLatest(stack, secret_id);
  const reach = isLatest ? "each new instance takes it (latest)" : "the service takes it when a deploy pins it";
  return listOf(members ?? member).map((each) => ({
    who: memberInWords(stack, each),
    may: ADDER,
    on,
    under: [...(required === undefined ? [] : [required]), reach].join("; "),
    terms: { permits: isLatest ? [reach] : [], requires: required === undefined ? [] : [required] },
  }));
}

/** Whether some service takes the newest version of a secret without a deploy. */
function mountsLatest(stack: StackJson, secret: unknown): boolean {
  const references = resourcesOf(stack, "google_cloud_run_v2_service").flatMap(({ attributes }) =>
    secretReferences(attributes.template),
  );
  return references.some(({ secret: mounted, version }) => version === "latest" && sameSecret(stack, mounted, secret));
}

function sameSecret(stack: StackJson, a: unknown, b: unknown): boolean {
  return (referred(stack, a)?.address ?? String(a)) === (referred(stack, b)?.address ?? String(b));
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
  if (/^all(Authenticated)?Users$/.test(member)) return `EVERYBODY (${member})`;
  const subject = /^principal:\/\/iam\.googleapis\.com\/(\$\{[^}]+\})\/subject\/(.+)$/.exec(member);
  if (subject) return `${subject[2]} through ${readable(stack, subject[1])}`;
  const federated = /^principalSet:\/\/iam\.googleapis\.com\/(\$\{[^}]+\})\/attribute\.aws_role\/(.+)$/.exec(member);
  return federated
    ? `${federated[2]} through ${readable(stack, federated[1])}`
    : readable(stack, member).replace(/^serviceAccount:(?=service account )/, "");
}

/** What a service asks of whoever comes in: the check itself, the audiences it takes, and as whom it then acts. */
function serviceRows(stack: StackJson, service: Resource, sidecars: Sidecars): readonly AccessRow[] {
  const { invoker_iam_disabled, custom_audiences, ingress } = service.attributes;
  const sidecar = sidecars.get(service.address);
  if (invoker_iam_disabled !== false) return [openServiceRow(service, sidecar)];
  return [
    {
      who: "whoever holds roles/run.invoker",
      may: "call it",
      on: inWords(service),
      under: `an ID token for ${[...listOf(custom_audiences), "its run.app URL"].join(" or ")}; ${ingress}`,
      terms: { permits: [...listOf(custom_audiences), String(ingress)] },
    },
    ...verifiedAgainRows(stack, service, sidecar),
  ];
}
