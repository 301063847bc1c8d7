import { isReleaseRole } from "../../../contract/release";
import type { Fact, Named, RowFacts } from "../model/fact";
import { placeOf } from "../model/place";
import type { AccessRow } from "../model/row";
import {
  type Attributes,
  blocksOf,
  existingServices,
  isUnset,
  listOf,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "../terraform-json/stack-json";
import { named, plain, readable } from "../types/named";
import { openServiceRow, underIngress, verifiedAgainRows } from "./envoy-rows";
import type { Envoys } from "./envoys";
import { type GoogleBinding, googleBindings, objectsIn, placesIn } from "./google-bindings";

/** Every grant on Google Cloud that the stack declares: the federation, and each member of each binding. */
export function googleRows(stack: StackJson, envoys: Envoys): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, "google_iam_workload_identity_pool_provider").map((provider) =>
      federationRow(stack, provider),
    ),
    ...googleBindings(stack).flatMap((binding) => rowsOf(stack, binding)),
    ...resourcesOf(stack, "google_cloud_run_v2_service").flatMap((service) => serviceRows(stack, service, envoys)),
    ...existingServices(stack).map(existingServiceRow),
    ...resourcesOf(stack, "google_service_account_key").map((key): AccessRow => {
      return {
        effect: "allow",
        principal: { kind: "key-holder", address: key.address },
        action: { kind: "impersonate" },
        resource: readable(stack, key.attributes.service_account_id),
        conditions: [{ kind: "long-lived-key" }],
        from: placeOf(key, "service_account_id"),
      };
    }),
  ];
}

function federationRow(stack: StackJson, provider: Resource): AccessRow {
  const { attribute_condition, attribute_mapping, ...own } = provider.attributes;
  const [[aws], [oidc]] = [blocksOf(own.aws), blocksOf(own.oidc)];
  const mapping = Object.entries(attribute_mapping ?? {}).map(
    ([name, value]): Fact => ({ kind: "attribute-mapping", name, value: String(value) }),
  );
  const by = oidc === undefined ? "aws" : "oidc";
  const listed = listOf(oidc?.allowed_audiences);
  // Without any, Google accepts the provider's own name.
  const audiences = oidc !== undefined && listed.length === 0 ? ["the provider itself"] : listed;
  return {
    effect: "allow",
    principal:
      oidc === undefined
        ? { kind: "aws-account", id: String(aws?.account_id) }
        : { kind: "issued-tokens", issuer: String(oidc.issuer_uri) },
    action: { kind: "federate", by },
    resource: {
      kind: "pool-provider",
      pool: readable(stack, own.workload_identity_pool_id),
      id: String(own.workload_identity_pool_provider_id),
    },
    conditions: [
      isUnset(attribute_condition)
        ? { kind: "any-federated", by }
        : { kind: "expression", text: String(attribute_condition) },
      ...(audiences.length > 0 ? [{ kind: "oidc-audiences", audiences } as const] : []),
      ...mapping,
    ],
    terms: {
      permits: [
        ...admitted(attribute_condition),
        ...audiences.map((each): Fact => ({ kind: "audience", audience: plain(each) })),
        ...mapping,
      ],
      // A pool without a mapping has a default one, so fewer lines do not mean less access.
      requires: mapping,
    },
    from: placeOf(provider, "attribute_condition"),
  };
}

/** `attribute.aws_role in ['a', 'b']` admits two roles. Any other condition counts as one alternative, as a whole. */
function admitted(condition: unknown): readonly Fact[] {
  if (isUnset(condition)) return [{ kind: "any-caller" }];
  const text = String(condition);
  const [, claim, list] = /^([a-z_.]+) in \[((?:'[^']*'(?:, *)?)+)\]$/.exec(text) ?? [];
  if (claim === undefined || list === undefined) return [{ kind: "caller-with", value: text }];
  return [...list.matchAll(/'([^']*)'/g)].map(([, value = ""]) => ({ kind: "caller-with", claim, value }));
}

/** A service's requirements for callers: the invoker check and the audiences that it accepts; and its own identity. */
function serviceRows(stack: StackJson, service: Resource, envoys: Envoys): readonly AccessRow[] {
  const { invoker_iam_disabled, custom_audiences, ingress } = service.attributes;
  const envoy = envoys.get(service.address);
  if (invoker_iam_disabled !== false) return [runAsRow(stack, service), openServiceRow(service, envoy)];
  const names = listOf(custom_audiences);
  return [
    runAsRow(stack, service),
    {
      effect: "allow",
      principal: { kind: "permitted", permission: "roles/run.invoker" },
      action: { kind: "invoke" },
      resource: named(service),
      conditions: [
        { kind: "audiences", names },
        { kind: "ingress", ingress: String(ingress) },
      ],
      terms: underIngress(ingress, { permits: names.map((name) => ({ kind: "audience", audience: plain(name) })) }),
      from: placeOf(service, "custom_audiences"),
    },
    ...verifiedAgainRows(service, envoy),
  ];
}

/**
 * A service that others manage. Its owner may grant the invoker's role to others, which no stack here shows. What its code
 * may do is not known either.
 */
function existingServiceRow(service: Resource): AccessRow {
  const { invoker_iam_disabled, custom_audiences, ingress, project } = service.attributes;
  const names = listOf(custom_audiences);
  const isPrivate = invoker_iam_disabled === false;
  const row = { effect: "allow", action: { kind: "invoke" }, resource: named(service) } as const;
  const conditions: readonly Fact[] = [
    { kind: "audiences", names },
    { kind: "ingress", ingress: ingress === undefined ? "not checked" : String(ingress) },
    { kind: "of-its-owner", project: String(project) },
  ];
  const permits = names.map((name): Fact => ({ kind: "audience", audience: plain(name) }));
  const from = placeOf(service, "lifecycle");
  if (!isPrivate) {
    const unchecked: readonly Fact[] = [{ kind: "not-checked" }, ...conditions];
    return { ...row, principal: { kind: "anyone" }, conditions: unchecked, terms: { permits }, from };
  }
  const checked: readonly Fact[] = [{ kind: "checked-by-plan" }, ...conditions];
  return {
    ...row,
    principal: { kind: "permitted", permission: "roles/run.invoker" },
    conditions: checked,
    terms: { permits, requires: [{ kind: "checked-by-plan" }] },
    from,
  };
}

/** The service's code has all permissions of its account. Google gives a service without an account the default one. */
function runAsRow(stack: StackJson, service: Resource): AccessRow {
  const account = blocksOf(service.attributes.template)[0]?.service_account ?? undefined;
  return {
    effect: "allow",
    principal: named(service),
    action: { kind: "run-as" },
    resource: account === undefined ? { kind: "default-account" } : readable(stack, account),
    conditions: [],
    from: placeOf(service, "template.service_account"),
  };
}

/** Each member of a binding. */
function rowsOf(stack: StackJson, binding: GoogleBinding): readonly AccessRow[] {
  const { attributes, role, members, expressions, from } = binding;
  const requires = expressions.map((text): Fact => ({ kind: "expression", text }));
  const isLatest = role === ADDER && mountsLatest(stack, attributes.secret_id);
  const reach: Fact = { kind: "new-version", reaches: isLatest ? "each-instance" : "next-deploy" };
  return members.map((each) => ({
    effect: "allow",
    principal: memberOf(stack, each),
    action: isRelease(binding) ? { kind: "release", role: String(role) } : roleOf(stack, role),
    resource: targetOf(stack, attributes),
    conditions: [...requires, ...(role === ADDER ? [reach] : [])],
    terms: { ...(role === ADDER && { permits: isLatest ? [reach] : [] }), requires },
    from,
  }));
}

/** Whether a grant is that of releases. The policy rule `no-public-invoker` allows no other role on a service. */
function isRelease({ by, role }: GoogleBinding): boolean {
  return by.type === "google_cloud_run_v2_service_iam_binding" && isReleaseRole(String(role));
}

/** The role that may add versions. Rows say whether a new version reaches the service without a review. */
const ADDER = "roles/secretmanager.secretVersionAdder";

/** The target of a grant by its name, with every other argument that the name and the stack's own place do not imply. */
function targetOf(stack: StackJson, attributes: Attributes): RowFacts["resource"] {
  const objects = objectsIn(attributes);
  const project = ["project", String(attributes.project)] as const;
  const names = NAMES.flatMap((key) => objects.filter(([argument]) => argument === key));
  const [name] = objects.length === 0 ? [project] : names;
  const resource = referred(stack, name?.[1]);
  const [own] = stack.provider.google ?? [];
  const others = [...objects, ...placesIn(attributes)].filter(
    ([key, text]) =>
      key !== name?.[0] &&
      text !== own?.[key === "location" ? "region" : key] &&
      text !== resource?.attributes[key] &&
      (resource === undefined || referred(stack, text)?.address !== resource.address),
  );
  if (name === undefined || others.length > 0) {
    const entries = name === undefined ? others : [name, ...others];
    return { kind: "arguments", entries: entries.map(([key, text]) => [key, readable(stack, text)]) };
  }
  return resource === undefined ? readable(stack, name[1]) : named(resource);
}

/** The arguments that name the target, the first one before the next. */
const NAMES = ["service_account_id", "secret_id", "topic", "name"];

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
function roleOf(stack: StackJson, role: unknown): Fact<"google-role"> {
  const own = referred(stack, role);
  if (own === undefined) return { kind: "google-role", role: String(role) };
  return { kind: "google-role", permissions: listOf(own.attributes.permissions) };
}

/** A member of a binding; a service account of the stack by its name. */
export function memberOf(stack: StackJson, member: string): Named | Fact<"google-public" | "federated"> {
  if (/^all(Authenticated)?Users$/.test(member)) return { kind: "google-public", member };
  for (const pattern of FEDERATED) {
    const [, pool, identity] = pattern.exec(member) ?? [];
    if (pool !== undefined) return { kind: "federated", identity: identity ?? "", pool: readable(stack, pool) };
  }
  const text = readable(stack, member);
  const [prefix, account, ...more] = text.kind === "text" ? text.parts : [];
  const isAccount = prefix === "serviceAccount:" && typeof account === "object" && more.length === 0;
  return isAccount && account.type === "google_service_account" ? account : text;
}

const FEDERATED = [
  /^principal:\/\/iam\.googleapis\.com\/(\$\{[^}]+\})\/subject\/(.+)$/,
  /^principalSet:\/\/iam\.googleapis\.com\/(\$\{[^}]+\})\/attribute\.aws_role\/(.+)$/,
];
