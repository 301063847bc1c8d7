import { guardChanges } from "../../../../packages/terraform-access-review/judge/guards";
import { dev, edited, effect, type Json, rowsOf } from "../../../support/synthesized-states";

type Edit = (resource: Json) => unknown;

const effects = (before: typeof dev, after: typeof dev) => [
  ...new Set(guardChanges(before.stack, after.stack).map((each) => each.effect)),
];

test.each<readonly [string, Edit]>([
  [
    "access tokens in another unit",
    (resource) => set(resource, "aws_cognito_user_pool_client.web.token_validity_units", [{ access_token: "hours" }]),
  ],
  ["roles open to other policies", (resource) => set(resource, "aws_iam_role_policies_exclusive.orders", undefined)],
  ["no audit of token exchanges", (resource) => set(resource, "google_project_iam_audit_config.sts", undefined)],
])("%s: broader, although no row of the ledger changes", (_, edit) => {
  const head = edited(dev, edit);
  expect(rowsOf(head)).toEqual(rowsOf(dev));
  expect(effects(dev, head)).toEqual(["broadened"]);
  expect(effects(head, dev)).not.toContain("broadened");
});

const boundary = (name: string) =>
  edited(dev, (r) => {
    r.aws_iam_role.orders.permissions_boundary = `arn:aws:iam::111122223333:policy/${name}`;
  });

test("another permissions boundary is broader, in both directions: no row shows what a boundary permits", () => {
  const [none, one, other] = [dev, boundary("narrow"), boundary("wide")];
  expect([effect(one, other), effect(other, one)]).toEqual(["broadened", "broadened"]);
  expect([effect(none, one), effect(one, none)]).toEqual(["narrowed", "broadened"]);
});

test("a value whose strength is unknown is broader than any other, and unchanged if it stays", () => {
  const type = "aws_apigatewayv2_domain_name";
  const policy = (security_policy: string) =>
    edited(dev, (r) => {
      r[type] = { x: { domain_name: "x.example.com", domain_name_configuration: [{ security_policy }] } };
    });
  const [known, one, other] = [policy("TLS_1_2"), policy("TLS_1_4"), policy("TLS_1_5")];
  expect([effects(known, one), effects(one, other), effects(one, known)]).toEqual([
    ["broadened"],
    ["broadened"],
    ["broadened"],
  ]);
  expect(effects(one, policy("TLS_1_4"))).toEqual([]);
});

test.each<readonly [string, Edit, Edit]>([
  [
    "tokens of five minutes, then Cognito's default of an hour",
    (r) => (r.aws_cognito_user_pool_client.web.access_token_validity = 5),
    (r) => delete r.aws_cognito_user_pool_client.web.access_token_validity,
  ],
  [
    "passwords of Cognito's default of eight characters, then of six",
    (r) => delete r.aws_cognito_user_pool.customers.password_policy.minimum_length,
    (r) => (r.aws_cognito_user_pool.customers.password_policy.minimum_length = 6),
  ],
  [
    "the default of thirty days to recover a secret, then seven",
    (r) => delete r.aws_secretsmanager_secret.support_desk.recovery_window_in_days,
    (r) => (r.aws_secretsmanager_secret.support_desk.recovery_window_in_days = 7),
  ],
  [
    "tokens that can be revoked by default, then not",
    (r) => delete r.aws_cognito_user_pool_client.web.enable_token_revocation,
    (r) => (r.aws_cognito_user_pool_client.web.enable_token_revocation = false),
  ],
])("%s: weaker, because unset means the provider's default", (_, stronger, weaker) => {
  const [before, after] = [edited(dev, stronger), edited(dev, weaker)];
  expect([effects(before, after), effects(after, before)]).toEqual([["broadened"], ["narrowed"]]);
});

/** Sets or deletes the value at `type.name` or `type.name.attribute`. */
function set(resource: Json, path: string, value: unknown): void {
  const [type = "", name = "", attribute] = path.split(".");
  const owner = attribute === undefined ? resource[type] : resource[type]?.[name];
  const key = attribute ?? name;
  if (!(key in owner)) throw new Error(`no ${path}`);
  if (value === undefined) delete owner[key];
  else owner[key] = value;
}
