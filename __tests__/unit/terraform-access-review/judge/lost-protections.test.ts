import { reviewed, SETTINGS } from "../../../support/settings";
import { accessBetween, edited, type Json, verdict } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const [shop] = reviewed(SETTINGS[0] as (typeof SETTINGS)[number]);
const first = (all: Json, type: string): Json => Object.values(all[type])[0];
const ARN = "arn:aws:iam::aws:policy/";
const TRIGGER = "arn:aws:lambda:eu-west-1:111122223333:function:check";
const attach = (all: Json, policy_arn: string) =>
  (all.aws_iam_role_policy_attachment = { own: { role: "${aws_iam_role.callers.name}", policy_arn } });
const audiences = (all: Json, allowed_audiences: readonly string[]) =>
  (all.google_iam_workload_identity_pool_provider.own = {
    workload_identity_pool_id: "own",
    workload_identity_pool_provider_id: "own",
    oidc: { issuer_uri: "https://issuer.example.com", allowed_audiences },
  });

testAll<[string, "broadened" | "narrowed", (all: Json) => unknown, ((all: Json) => unknown)?]>([
  [
    "a function that decides who may sign up",
    "broadened",
    (all) => (first(all, "aws_cognito_user_pool").lambda_config = { pre_sign_up: TRIGGER }),
  ],
  [
    "such a function, which is gone as well",
    "broadened",
    (all) => {
      all.aws_lambda_function.check = { ...first(all, "aws_lambda_function"), function_name: "check" };
      first(all, "aws_cognito_user_pool").lambda_config = { pre_sign_up: "${aws_lambda_function.check.arn}" };
    },
  ],
  ["AWS's policy that denies all", "broadened", (all) => attach(all, `${ARN}AWSDenyAll`)],
  [
    "a policy that the stack does not declare",
    "broadened",
    (all) => attach(all, "arn:aws:iam::111122223333:policy/own"),
  ],
  ["AWS's policy that allows", "narrowed", (all) => attach(all, `${ARN}ReadOnlyAccess`)],
  ["one of several audiences", "narrowed", (all) => audiences(all, ["a", "b"]), (all) => audiences(all, ["a"])],
  // Without any, Google accepts the provider's own name.
  ["the last audience of a provider", "broadened", (all) => audiences(all, ["a"]), (all) => audiences(all, [])],
])("without %s, access is %s", (_, expected, had, has = () => undefined) => {
  expect(verdict(accessBetween(edited(shop, had), edited(shop, has)))).toBe(expected);
});

testAll<[string, string]>([
  ["FIREBASE_AUTH_EMULATOR_HOST", "localhost:9099"],
  ["REQUESTS_CA_BUNDLE", "/tmp/ca.pem"],
  ["CORECLR_PROFILER_PATH", "/tmp/x.so"],
  ["JAVA_OPTS", "-javaagent:/tmp/x.jar"],
  ["GUNICORN_CMD_ARGS", "--forwarded-allow-ips=*"],
])("a service with %s may run or trust something else", (name, value) => {
  const set = edited(shop, (all) => {
    const [container] = [first(all, "google_cloud_run_v2_service").template.containers].flat();
    container.env = [...(container.env ?? []), { name, value }];
  });
  expect(verdict(accessBetween(shop, set))).toBe("broadened");
});

test("a block is read alike as a map and, as in a plan, as a list of one", () => {
  const listed = edited(shop, (all) => {
    const pool = first(all, "aws_cognito_user_pool");
    pool.admin_create_user_config = [pool.admin_create_user_config].flat();
    const provider = all.google_iam_workload_identity_pool_provider.aws_gateway;
    provider.aws = [provider.aws].flat();
  });
  expect(accessBetween(shop, listed).rows).toEqual([]);
});

const other = (all: Json, type: string, change: Json) => {
  const [[name, body]] = Object.entries<Json>(all[type]) as [[string, Json]];
  delete all[type][name];
  all[type].other = { ...body, ...change };
};

testAll<[string, string, Json, Json]>([
  ["a role's boundary", "aws_iam_role", { permissions_boundary: "arn:aws:iam::111122223333:policy/b" }, {}],
  ["a user pool's second factor", "aws_cognito_user_pool", { mfa_configuration: "ON" }, { mfa_configuration: "OFF" }],
  ["a pool that was off", "google_iam_workload_identity_pool", { disabled: true }, { disabled: false }],
  ["a service account that was off", "google_service_account", { disabled: true }, { disabled: false }],
  ["a service account in another project", "google_service_account", { project: "one" }, { project: "other" }],
])("%s is compared, although the resource has another address and the same name", (_, type, had, has) => {
  const [before, same, after] = [
    edited(shop, (all) => Object.assign(first(all, type), had)),
    edited(shop, (all) => other(all, type, had)),
    edited(shop, (all) => other(all, type, has)),
  ] as const;
  const guardsTo = (state: typeof shop) => accessBetween(before, state).guards.filter(({ guard }) => guard in had);
  expect(guardsTo(same)).toEqual([]);
  expect(guardsTo(after).map(({ effect }) => effect)).toContain("broadened");
});
