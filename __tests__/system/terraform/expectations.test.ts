import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brokenGrants } from "../../../cli/expectations/ledger";
import type { Expectation } from "../../../intent/model/expectation";
import { plannedState } from "../../../packages/terraform-access-review/plan/own-configuration";
import type { PlanJson } from "../../../packages/terraform-access-review/plan/plan-json";
import type { StackJson } from "../../../packages/terraform-access-review/terraform-json/stack-json";
import fc from "../../support/properties";
import { intentOf } from "../../support/shop";
import { small } from "../../support/small";
import { describeTerraform, TerraformStack } from "../../support/terraform-stack";

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Json = any;

const COUNT = 500;
const SEED = 20261202;

const prod = small(intentOf("prod"), ["orders", "catalog"]);
const place = { file: "config/expectations.yaml", line: 1, column: 1, path: "prod[0]" };
const statement = (parts: Partial<Expectation>): Expectation => ({
  principals: [],
  only: false,
  may: false,
  action: "readSecrets",
  targets: [],
  place,
  ...parts,
});
/** One expectation of each form about grants. */
const EXPECTED = {
  "only a service reads a secret": statement({
    only: true,
    may: true,
    principals: ["service orders"],
    targets: ["orders-payment-key"],
  }),
  "only the gateway invokes a service": statement({
    only: true,
    may: true,
    principals: ["gateway"],
    action: "invoke",
    targets: ["orders"],
  }),
  "only a role reads a client's secret": statement({
    only: true,
    may: true,
    principals: ["arn:aws:iam::333344445555:role/reporting"],
    targets: ["clients/reporting-agent"],
  }),
  "a service does not read a secret": statement({
    principals: ["service catalog"],
    targets: ["orders-payment-key"],
  }),
  "a group does not read a secret": statement({
    principals: ["group:ops@example.com"],
    targets: ["orders-payment-key"],
  }),
};

const MEMBERS = [
  "group:ops@example.com",
  "user:eve@example.com",
  "allUsers",
  "domain:example.com",
  "serviceAccount:other@elsewhere.iam.gserviceaccount.com",
  "${google_service_account.catalog_rt.member}",
  "serviceAccount:${google_service_account.catalog_rt.email}",
  "${google_service_account.orders_rt.member}",
];
const ROLES = [
  "roles/secretmanager.secretAccessor",
  "roles/secretmanager.admin",
  "roles/run.invoker",
  "roles/run.admin",
  "roles/owner",
  "roles/viewer",
  "roles/iam.serviceAccountTokenCreator",
  "roles/iam.serviceAccountUser",
  "roles/logging.viewer",
];
const AWS_ACTIONS = ["secretsmanager:GetSecretValue", "secretsmanager:*", "*", "sqs:SendMessage", "iam:PassRole"];
const AWS_TARGETS = [
  "*",
  "${aws_secretsmanager_secret.reporting_agent.arn}",
  "arn:aws:sqs:eu-west-1:333344445555:other",
];
const ON_GOOGLE = {
  google_secret_manager_secret_iam: { secret_id: "${google_secret_manager_secret.orders_payment_key.id}" },
  google_project_iam: { project: "storefront-prod" },
  google_cloud_run_v2_service_iam: {
    name: "${google_cloud_run_v2_service.orders.name}",
    location: "europe-west1",
  },
  google_service_account_iam: { service_account_id: "${google_service_account.orders_rt.name}" },
} as const;

/** A resource that grants something, as a project's own code could declare it. */
interface Grant {
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const google = fc
  .record({
    type: fc.constantFrom(...(Object.keys(ON_GOOGLE) as (keyof typeof ON_GOOGLE)[])),
    many: fc.boolean(),
    member: fc.constantFrom(...MEMBERS),
    role: fc.constantFrom(...ROLES),
  })
  .map(
    ({ type, many, member, role }): Grant => ({
      type: `${type}_${many ? "binding" : "member"}`,
      body: { ...ON_GOOGLE[type], role, ...(many ? { members: [member] } : { member }) },
    }),
  );

const aws = fc
  .record({
    form: fc.constantFrom("policy", "inline", "resource"),
    action: fc.constantFrom(...AWS_ACTIONS),
    target: fc.constantFrom(...AWS_TARGETS),
    deny: fc.boolean(),
  })
  .map(({ form, action, target, deny }): Grant => {
    const said = { Effect: deny ? "Deny" : "Allow", Action: action, Resource: target };
    const policy = { Version: "2012-10-17", Statement: [said] };
    const trust = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::999988887777:root" }, Action: "sts:AssumeRole" };
    const assume_role_policy = JSON.stringify({ ...policy, Statement: [trust] });
    if (form === "policy")
      return {
        type: "aws_iam_role_policy",
        body: { name: "own", role: "${aws_iam_role.orders.name}", policy: JSON.stringify(policy) },
      };
    if (form === "inline")
      return {
        type: "aws_iam_role",
        body: { assume_role_policy, inline_policy: [{ name: "own", policy: JSON.stringify(policy) }] },
      };
    const everyone = { ...policy, Statement: [{ ...said, Principal: { AWS: "*" } }] };
    return {
      type: "aws_secretsmanager_secret_policy",
      body: { secret_arn: "${aws_secretsmanager_secret.reporting_agent.arn}", policy: JSON.stringify(everyone) },
    };
  });

/** Ways in which Terraform lets people write the same text. The last part of an expression may be a reference. */
const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  join: (text) => `\${join("", [${quoted(text)}, ""])}`,
  format: (text) => `\${format("%s", ${quoted(text)})}`,
  conditional: (text) => `\${true ? ${quoted(text)} : ""}`,
  replace: (text) => `\${replace(${quoted(`${text}#`)}, "#", "")}`,
  lookup: (text) => `\${{ it = ${quoted(text)} }["it"]}`,
  splat: (text) => `\${one([{ it = ${quoted(text)} }][*].it)}`,
  loop: (text) => `\${[for it in [${quoted(text)}] : it][0]}`,
};

/** Ways in which it lets them write the same block or resource. */
const SHAPES: Readonly<Record<string, (body: Json) => Json>> = {
  plain: (body) => body,
  count: (body) => ({ ...body, count: 1 }),
  "for each": (body) => ({ ...body, for_each: '${toset(["one"])}' }),
  dynamic: ({ inline_policy: blocks, ...body }) =>
    blocks === undefined
      ? body
      : {
          ...body,
          dynamic: {
            inline_policy: {
              for_each: '${["own"]}',
              content: { name: "${inline_policy.value}", policy: blocks[0].policy },
            },
          },
        },
};

/** The text inside an expression: its own references stay. */
function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

const mutation = fc
  .record({
    grant: fc.oneof({ weight: 2, arbitrary: google }, aws),
    spelling: fc.oneof(fc.constant("plain"), fc.constantFrom(...Object.keys(SPELLINGS))),
    shape: fc.oneof(fc.constant("plain"), fc.constantFrom(...Object.keys(SHAPES))),
  })
  .map(({ grant: { type, body }, spelling, shape }) => {
    const spell = (value: unknown): unknown => {
      if (typeof value === "string") return SPELLINGS[spelling]?.(value);
      return Array.isArray(value)
        ? value.map(spell)
        : Object.fromEntries(Object.entries(value as object).map(([key, each]) => [key, spell(each)]));
    };
    return { type, spelling, shape, body: SHAPES[shape]?.(spell(body)) };
  });

/** A plan names the gateway's roles in a way that does not show whose they are. */
const GATEWAY_ROLE = /^(arn:aws:iam::333344445555:role\/storefront-prod-|\$\{aws_iam_role\.(callers|public)\.arn\}$)/;

const broken = (stack: StackJson): readonly string[] =>
  Object.entries(EXPECTED).flatMap(([name, each]) => {
    const found = brokenGrants(each, prod, stack).filter(({ principal }) => !GATEWAY_ROLE.test(principal));
    return found.length > 0 ? [name] : [];
  });

/** The plan without the other mutations. */
function only(plan: Json, name: string | undefined): PlanJson {
  const kept = (address: string) => {
    const [, own = ""] = /\.(own_\d+)\b/.exec(address) ?? [];
    return own === "" || own === name;
  };
  const { configuration, resource_changes } = plan;
  const resources = configuration.root_module.resources.filter((each: Json) => kept(each.address));
  return {
    ...plan,
    configuration: { ...configuration, root_module: { ...configuration.root_module, resources } },
    resource_changes: resource_changes.filter((each: Json) => kept(each.address)),
  };
}

describeTerraform("expectations of what is written, against Terraform's plan of it", () => {
  test(`no way of writing a grant hides it: ${COUNT} grants`, () => {
    const terraform = TerraformStack.of(prod);
    const file = join(terraform.folder, "cdk.tf.json");
    const written = JSON.parse(readFileSync(file, "utf8"));
    const mutations = fc.sample(mutation, { numRuns: COUNT, seed: SEED });
    const withOwn = (some: readonly (readonly [string, (typeof mutations)[number]])[]) => {
      const resource: Json = { ...written.resource };
      for (const [name, { type, body }] of some) resource[type] = { ...resource[type], [name]: body };
      return { ...written, resource };
    };
    const named = mutations.map((each, index) => [`own_${index}`, each] as const);
    writeFileSync(file, JSON.stringify(withOwn(named)));
    const plan = terraform.plan();
    expect([broken(written), broken(plannedState(only(plan, undefined)).state.stack)]).toEqual([[], []]);
    const results = named.map(([name, each]) => ({
      each,
      said: broken(withOwn([[name, each]])),
      planned: broken(plannedState(only(plan, name)).state.stack),
    }));
    const hidden = results.filter(({ said, planned }) => planned.some((name) => !said.includes(name)));
    expect(hidden).toEqual([]);
    // What is written plainly is read exactly. In doubt, an expectation is broken.
    const plain = results.filter(({ each }) => each.spelling === "plain" && each.shape === "plain");
    const inexact = plain.filter(({ said, planned }) => said.join() !== planned.join());
    expect(inexact).toEqual([]);
    expect(plain.length).toBeGreaterThan(COUNT / 5);
    const breaking = results.filter(({ planned }) => planned.length > 0);
    expect([breaking.length > COUNT / 5, breaking.length < (COUNT * 4) / 5]).toEqual([true, true]);
  });
});
