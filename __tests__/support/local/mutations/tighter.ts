import { block, remove, set } from "../document";
import {
  document,
  type Mutation,
  named,
  nameOf,
  POOL,
  PROVIDER,
  statements,
  statementsOf,
  without,
} from "./declarations";

/**
 * Every statement of every trust policy: removed, turned into a deny, or for another action; and every principal
 * removed.
 */
function trust(): Mutation[] {
  return named("aws_iam_role").flatMap((address) =>
    statementsOf(address, "assume_role_policy").flatMap((statement, index) => {
      const rewritten = (name: string, parts: object): Mutation => ({
        address,
        name: `statement ${index} ${name}`,
        change: statements(address, "assume_role_policy", (old) =>
          old.map((each, at) => (at === index ? { ...each, ...parts } : each)),
        ),
      });
      const principals = [statement.Principal?.AWS ?? []].flat();
      return [
        {
          address,
          name: `statement ${index} removed`,
          change: statements(address, "assume_role_policy", (old) => without(old, index)),
        },
        rewritten("denies", { Effect: "Deny" }),
        rewritten("is about another action", { Action: "sts:TagSession" }),
        rewritten("has an unknown condition", { Condition: { Bool: { "aws:SecureTransport": "true" } } }),
        ...principals.map((principal, at) =>
          rewritten(`does not name ${principal}`, { Principal: { AWS: without(principals, at) } }),
        ),
      ];
    }),
  );
}

function federation(): Mutation[] {
  const { attribute_mapping: mapping, attribute_condition: condition } = block(document, PROVIDER) as {
    attribute_mapping: Readonly<Record<string, string>>;
    attribute_condition: string;
  };
  const provider = (name: string, attributes: Record<string, unknown>): Mutation => ({
    address: PROVIDER,
    name,
    change: set(PROVIDER, attributes),
  });
  return [
    provider("of another account", { aws: { account_id: "444455556666" } }),
    provider("of no account", { aws: undefined }),
    provider("disabled", { disabled: true }),
    provider("with another id", { workload_identity_pool_id: "another" }),
    provider("without a subject", { attribute_mapping: { ...mapping, "google.subject": "''" } }),
    provider("without the attribute of the condition", {
      attribute_mapping: { "google.subject": mapping["google.subject"] },
    }),
    provider("with another value of the attribute", {
      attribute_mapping: { ...mapping, "attribute.aws_role": "assertion.account" },
    }),
    ...[...condition.matchAll(/'[^']+'/g)].map(([role]) =>
      provider(`whose condition does not name ${role}`, { attribute_condition: condition.replace(role, "'nobody'") }),
    ),
    provider("whose condition is no CEL", { attribute_condition: "attribute.aws_role in" }),
    { address: POOL, name: "disabled", change: set(POOL, { disabled: true }) },
  ];
}

/** Bindings of both kinds: removed, with another member, with another role. */
function bindings(type: string, target: string): Mutation[] {
  return named(type).flatMap((address) => {
    const owner = `${target}.${nameOf(address)}`;
    return [
      { address, name: "removed", change: remove(address), named: owner },
      { address, name: "without members", change: set(address, { members: [] }) },
      { address, name: "of another member", change: set(address, { members: ["serviceAccount:nobody@example.com"] }) },
      { address, name: "of a role that gives nothing", change: set(address, { role: "roles/run.viewer" }) },
    ];
  });
}

function services(): Mutation[] {
  return named("google_cloud_run_v2_service").flatMap((address) => [
    { address, name: "of another audience", change: set(address, { custom_audiences: ["https://other.example"] }) },
    { address, name: "from inside alone", change: set(address, { ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" }) },
  ]);
}

/** Accounts of invokers. The accounts of containers invoke nothing. */
function accounts(): Mutation[] {
  return named("google_service_account")
    .filter((address) => !address.endsWith("_rt"))
    .map((address) => ({
      address,
      name: "with another id",
      change: set(address, { account_id: "another" }),
      named: `google_service_account (storefront-dev-${nameOf(address)}@`,
    }));
}

export const QUIET_APIS: Readonly<Record<string, string>> = {
  "google_project_service.cloudresourcemanager": "an apply needs it, no call does",
  "google_project_service.secretmanager": "no service of dev mounts a secret; where one does, its own test says so",
};

function apis(): Mutation[] {
  return named("google_project_service")
    .filter((address) => !(address in QUIET_APIS))
    .map((address) => {
      const missing = `google_project_service (${block(document, address).service})`;
      return { address, name: "removed", change: remove(address), named: missing };
    });
}

/** Everything that allows a valid call, removed or tightened, one declaration at a time. */
export const TIGHTER: readonly Mutation[] = [
  ...trust(),
  ...federation(),
  ...bindings("google_service_account_iam_binding", "google_service_account"),
  ...bindings("google_cloud_run_v2_service_iam_binding", "google_cloud_run_v2_service"),
  ...services(),
  ...accounts(),
  ...apis(),
];
