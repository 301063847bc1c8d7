import { GUARDS } from "../../../../packages/terraform-access-review/model/change";
import { stateOf } from "../../../support/rest-state";
import { reviewed, SETTINGS } from "../../../support/settings";
import { accessBetween, edited, type Json, lines, verdict } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";
import { variantOf } from "../../../support/variant";

const [shop, bazaar] = sidesOf("name");

function sidesOf(key: string) {
  const setting = SETTINGS.find((each) => each.key === key);
  if (setting === undefined) throw new Error(`no setting ${key}`);
  return reviewed(setting);
}

test("an environment under another name is one line, and the place of its state another", () => {
  const { rows, guards } = accessBetween(shop, bazaar);
  expect(rows).toEqual([]);
  expect(guards.map(({ effect, address, guard, before, after }) => [effect, address, guard, before, after])).toEqual([
    ["neither", "name", GUARDS.name, "shop-dev", "bazaar-dev"],
    [
      "neither",
      "terraform.backend",
      GUARDS.state,
      expect.stringContaining("shop/dev"),
      expect.stringContaining("bazaar/dev"),
    ],
  ]);
});

const POLICY = "aws_secretsmanager_secret_policy";
const [WITH_SECRET] = sidesOf("services.<id>.secrets.<id>.version");
const ROLE = "arn:aws:iam::111122223333:role/";
const allow = (body: Json, Action: string, Resource: string, more: object = {}) => {
  const policy = JSON.parse(body.policy);
  policy.Statement.push({ Effect: "Allow", Action, Resource, ...more });
  body.policy = JSON.stringify(policy);
};
const readBy = (all: Json, role: string) =>
  allow(all[POLICY].batch, "secretsmanager:GetSecretValue", "*", { Principal: { AWS: role } });

testAll<[string, (all: Json) => unknown, (all: Json) => unknown]>([
  [
    "a role that is not the stack's, named after the new prefix",
    (all) => readBy(all, "arn:aws:iam::111122223333:role/shop-dev-reader"),
    (all) => readBy(all, "arn:aws:iam::111122223333:role/bazaar-dev-reader"),
  ],
  [
    "a role of the stack under another name than the prefix gives it",
    () => undefined,
    (all) => (all.aws_iam_role.callers.name = "bazaar-dev-admin"),
  ],
  ["a principal that is new", () => undefined, (all) => readBy(all, "arn:aws:iam::999988887777:role/x")],
  [
    "a grant to the new name from before",
    (all) => readBy(all, `${ROLE}bazaar-dev-callers`),
    (all) => readBy(all, `${ROLE}bazaar-dev-callers`),
  ],
  [
    "a grant to a pattern of new names",
    (all) => readBy(all, `${ROLE}bazaar-dev-*`),
    (all) => readBy(all, `${ROLE}bazaar-dev-*`),
  ],
  ...["/x", ".x", "*", "@x", "?"].map((end): [string, (all: Json) => unknown, (all: Json) => unknown] => [
    `another principal, whose name continues with ${end}`,
    (all) => readBy(all, `${ROLE}shop-dev-callers${end}`),
    (all) => readBy(all, `${ROLE}bazaar-dev-callers${end}`),
  ]),
])("another name does not hide %s", (_, before, after) => {
  expect(verdict(accessBetween(edited(shop, before), edited(bazaar, after)))).toBe("broadened");
});

test("one renamed role is another principal", () => {
  const renamed = edited(shop, (all) => (all.aws_iam_role.callers.name = "shop-dev-other"));
  expect(verdict(accessBetween(shop, renamed))).toBe("broadened");
});

const [OWN, OTHER] = sidesOf("aws.account");

test("with another account, every principal of the former one is compared with its namesake", () => {
  expect(lines(accessBetween(OWN, OTHER))).toEqual(["? @account of provider.aws: 111122223333 → 222233334444"]);
  const kept = edited(OTHER, (all) => readBy(all, "arn:aws:iam::111122223333:role/x"));
  expect(lines(accessBetween(OWN, kept)).filter((line) => line.startsWith("+"))).toHaveLength(1);
});

test("a part of a longer name is no project", () => {
  const [before, after] = ["shop", "store"].map((project) =>
    stateOf(variantOf("dev", { google: { project: `${project}-project` } })),
  ) as [Json, Json];
  const named = (state: Json, name: string) =>
    edited(state, (all) => (all.aws_lambda_function.callers.handler = `${name}-project-x`));
  expect(verdict(accessBetween(named(before, "shop"), named(after, "store")))).toBe("broadened");
});

test("one function under another name, with its role, is no environment under another name", () => {
  const [aws, name] = ["aws_lambda_function", "shop-dev-callers"];
  const renamed = edited(shop, (all, copy) => {
    for (const type of [aws, "aws_iam_role", "aws_cloudwatch_log_group"]) {
      for (const each of Object.keys(all[type])) {
        all[type][each] = JSON.parse(JSON.stringify(all[type][each]).replaceAll(name, "admin"));
      }
    }
    copy.policy = JSON.parse(JSON.stringify(copy.policy).replaceAll(name, "admin"));
  });
  expect(renamed.stack.resource.aws_iam_role?.callers?.name).toBe("admin");
  expect(verdict(accessBetween(shop, renamed))).toBe("broadened");
});

testAll<[string, string, string]>([
  ["workload identity pool", "google_iam_workload_identity_pool", "workload_identity_pool_id"],
  ["secret", "google_secret_manager_secret", "secret_id"],
])("another name of a %s is one line", (_, type, argument) => {
  const of = (all: Json): Json => Object.values(all[type] ?? {})[0];
  const before = type in shop.stack.resource ? shop : WITH_SECRET;
  const named = (to: string) =>
    accessBetween(
      before,
      edited(before, (all) => (of(all)[argument] = to)),
    );
  expect(verdict(named("another"))).toBe("unchanged");
  expect(verdict(named("${aws_api_gateway_api_key.x.value}"))).toBe("broadened");
});

test("a pool under a name that a grant has is broader", () => {
  const member = "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/other/*";
  const granted = edited(shop, (all) => {
    const [binding] = Object.values<Json>(all.google_cloud_run_v2_service_iam_binding);
    binding.members.push(member);
  });
  const renamed = edited(granted, (all) => {
    const [pool] = Object.values<Json>(all.google_iam_workload_identity_pool);
    pool.workload_identity_pool_id = "other";
  });
  expect(verdict(accessBetween(granted, renamed))).toBe("broadened");
});

test("a secret under a name that a grant has is broader", () => {
  const granted = edited(WITH_SECRET, (all) => {
    const secret_id = "projects/shop-project/secrets/other";
    const binding = first(all, "google_secret_manager_secret_iam_binding");
    all.google_secret_manager_secret_iam_binding.others = { ...binding, secret_id, members: ["user:x@example.com"] };
  });
  const renamed = edited(granted, (all) => (first(all, "google_secret_manager_secret").secret_id = "other"));
  expect(verdict(accessBetween(granted, renamed))).toBe("broadened");
});

testAll<[string, string, string]>([
  ["role", "aws_iam_role", "name"],
  ["service account", "google_service_account", "account_id"],
])(
  "a %s that keeps a name without the prefix shows that the others are not the whole environment",
  (_, type, argument) => {
    const kept = (state: typeof shop) =>
      edited(state, (all) => (all[type].legacy = { ...first(all, type), [argument]: "legacy" }));
    expect(verdict(accessBetween(kept(shop), kept(bazaar)))).toBe("broadened");
  },
);

const REGIONS = { aws: sidesOf("aws.region"), google: sidesOf("google.region") } as const;
const first = (all: Json, type: string): Json => Object.values(all[type])[0];

testAll<[string, keyof typeof REGIONS, (all: Json, region: string) => unknown]>([
  ["a role", "aws", (all, region) => readBy(all, `${ROLE}${region}`)],
  ["the name of a role", "aws", (all, region) => (all.aws_iam_role.callers.name = region)],
  [
    "a bucket",
    "aws",
    (all, region) => allow(all.aws_iam_role_policy.callers, "s3:GetObject", `arn:aws:s3:::${region}.data/*`),
  ],
  [
    "secrets of others",
    "aws",
    (all, region) => {
      const others = `arn:aws:secretsmanager:${region}:111122223333:secret:x/*`;
      allow(all.aws_iam_role_policy.callers, "secretsmanager:GetSecretValue", others);
    },
  ],
  [
    "another API",
    "aws",
    (all, region) => (first(all, "aws_lambda_permission").source_arn = `arn:aws:execute-api:${region}:1:x/*`),
  ],
  [
    "a host",
    "aws",
    (all, region) => (first(all, "aws_apigatewayv2_integration").integration_uri = `https://x.${region}.example/`),
  ],
  [
    "the host of a secret's tokens",
    "aws",
    (all, region) => {
      const version = first(all, "aws_secretsmanager_secret_version");
      version.secret_string_wo = version.secret_string_wo.replace(/https:[^"]*/, `https://x.${region}.example/`);
    },
  ],
  [
    "a member",
    "google",
    (all, region) => first(all, "google_cloud_run_v2_service_iam_binding").members.push(`group:${region}@example.com`),
  ],
  [
    "a program",
    "google",
    (all, region) =>
      (first(all, "google_cloud_run_v2_service").template.containers[0].image = `${region}.example.com/x:1`),
  ],
])("another region does not hide another one in the name of %s", (_, cloud, edit) => {
  const [before, after] = REGIONS[cloud].map((state) => {
    const [{ region }] = (state as Json).stack.provider[cloud];
    return edited(state, (all) => edit(all, region));
  });
  expect(verdict(accessBetween(before as typeof shop, after as typeof shop))).toBe("broadened");
});

const WITH_ALIAS = edited(shop, (_, { stack }) => stack.provider.aws.push({ alias: "x", region: "us-east-1" }));

testAll<[string, typeof shop, (provider: Json) => unknown]>([
  ["no account", shop, ({ aws }) => delete aws[0].allowed_account_ids],
  ["one more account", shop, ({ aws }) => aws[0].allowed_account_ids.push("999988887777")],
  ["another region next to a second provider", WITH_ALIAS, ({ aws }) => (aws[0].region = "us-east-2")],
  [
    "another account next to a second provider",
    WITH_ALIAS,
    ({ aws }) => (aws[0].allowed_account_ids = ["999988887777"]),
  ],
])("%s is no move of an environment", (_, before, edit) => {
  const after = edited(before, (_all, { stack }) => edit(stack.provider));
  expect(verdict(accessBetween(before, after))).toBe("broadened");
});

test("the address of a user pool that names another host is broader in a secret", () => {
  const after = edited(shop, (all) => {
    const domain = first(all, "aws_cognito_user_pool_domain");
    const version = first(all, "aws_secretsmanager_secret_version");
    version.secret_string_wo = version.secret_string_wo.replace(
      `https://${domain.domain}.auth`,
      "https://evil.example/x.auth",
    );
    domain.domain = "evil.example/x";
  });
  const found = accessBetween(shop, after).guards.filter(({ effect }) => effect === "broadened");
  expect(found.map(({ guard }) => guard)).toEqual(["secret_string_wo"]);
});

test("a person judges another key of the state, unless the environment has another name", () => {
  const after = edited(shop, (_, { stack }) => (stack.terraform.backend.s3.key = "shop/prod.tfstate"));
  expect(accessBetween(shop, after).guards.map(({ effect, guard }) => [effect, guard])).toEqual([
    ["unjudged", GUARDS.state],
  ]);
});
