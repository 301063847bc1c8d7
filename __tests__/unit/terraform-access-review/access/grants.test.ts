import { calledRoute } from "../../../../packages/terraform-access-review/model/row";
import { mutations, onePerKind } from "../../../support/ledger-mutations";
import { EVERYWHERE, unseen } from "../../../support/mutation-verdicts";
import { restDev } from "../../../support/rest";
import { stateOf } from "../../../support/rest-state";
import { synthesizedNames, synthesizedState } from "../../../support/synthesized";
import { accessBetween, dev, edited, type Json, line, rowsOf } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const before = rowsOf(dev).map(line);

/** Rows that a change of dev adds, one line each. */
function gained(change: (all: Json, policy: Json, stack: Json) => unknown): readonly string[] {
  const after = edited(dev, (resource, { policy, stack }) => change(resource, policy, stack));
  return rowsOf(after)
    .map(line)
    .filter((row) => !before.includes(row));
}

test("everything that an environment or its bootstrap declares is read", () => {
  const unread = synthesizedNames().flatMap((name) =>
    rowsOf(synthesizedState(name)).filter(({ principal }) => principal === "NOT READ"),
  );
  expect(unread).toEqual([]);
});

/** The reviews of changes cover each kind for dev; the system tier covers each kind and type for all environments. */
test("a grant of each kind in a bootstrap has a row", () => {
  const state = synthesizedState("bootstrap-dev");
  const found = onePerKind(mutations(state).filter(({ kind }) => EVERYWHERE.test(kind)));
  expect(unseen(state, found)).toEqual([]);
  expect(found.length).toBeGreaterThan(15);
});

test("every service and every function has one account or role, by its name in the stack", () => {
  const runs = rowsOf(dev).filter(({ permission }) => permission === "run as");
  expect(runs.map(({ principal, resource }) => `${principal}: ${resource}`)).toEqual([
    "function storefront-dev-callers: role storefront-dev-callers",
    "function storefront-dev-public: role storefront-dev-public",
    "service storefront-dev-accounts: service account storefront-dev-accounts-rt",
    "service storefront-dev-catalog: service account storefront-dev-catalog-rt",
    "service storefront-dev-orders: service account storefront-dev-orders-rt",
  ]);
});

testAll<[string, Parameters<typeof gained>[0], string]>([
  [
    "a role with the same name in another AWS account",
    (_, { services }) => (services.orders.role = "arn:aws:iam::999988887777:role/storefront-dev-orders"),
    "the authorizer | get ID tokens for routes of orders | service account storefront-dev-orders | as arn:aws:iam::999988887777:role/storefront-dev-orders; audience https://storefront-dev-orders.storefront-dev.internal",
  ],
  [
    "an account with the same name in another project",
    (_, { services }) => (services.orders.serviceAccount = "storefront-dev-orders@other.iam.gserviceaccount.com"),
    "the authorizer | get ID tokens for routes of orders | storefront-dev-orders@other.iam.gserviceaccount.com | as role storefront-dev-orders; audience https://storefront-dev-orders.storefront-dev.internal",
  ],
  [
    "a route with the token of another service",
    (_, { routes }) => (routes["GET /accounts/me"].service = "orders"),
    "customers/web | GET /accounts/me | service storefront-dev-accounts | accounts/read; storefront-dev-callers decides, result cached for 60 s per Authorization + routeKey + policy; WITH A TOKEN FOR https://storefront-dev-orders.storefront-dev.internal",
  ],
  [
    "a function's own URL",
    (all) =>
      (all.aws_lambda_function_url = {
        x: { authorization_type: "NONE", function_name: "${aws_lambda_function.callers.function_name}" },
      }),
    "anyone | call it by its function URL | function storefront-dev-callers | PAST THE GATEWAY, authorization NONE",
  ],
  [
    "an identity provider, without its secret",
    (all) =>
      (all.aws_cognito_identity_provider = {
        x: {
          provider_details: { client_secret: "hidden", oidc_issuer: "https://idp.example" },
          provider_name: "Partner",
          provider_type: "OIDC",
          user_pool_id: "${aws_cognito_user_pool.customers.id}",
        },
      }),
    "users of Partner (OIDC) | sign in | user pool storefront-dev-customers | oidc_issuer https://idp.example",
  ],
  [
    "a resource policy whose principal is a text other than *",
    (all) =>
      (all.aws_secretsmanager_secret_policy.x = {
        secret_arn: "${aws_secretsmanager_secret.support_desk.arn}",
        policy: JSON.stringify({
          Statement: { Effect: "Allow", Principal: "777788889999", Action: "a:b", Resource: "*" },
        }),
      }),
    "777788889999 | a:b | AWS secret storefront-dev/clients/support-desk | -",
  ],
  [
    "a policy that names no resource, as those of repositories do",
    (all) =>
      (all.aws_ecr_repository_policy = {
        x: {
          repository: "images",
          policy: JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "ecr:*" } }),
        },
      }),
    "any principal | ecr:* | repository images | -",
  ],
  [
    "every service in the policy of a resource, which is not every principal",
    (all) =>
      (all.aws_sqs_queue = {
        x: {
          policy: JSON.stringify({
            Statement: { Effect: "Allow", Principal: { Service: "*" }, Action: "a:b", Resource: "c" },
          }),
        },
      }),
    "Service * | a:b | c | -",
  ],
  [
    "a policy whose text is not in the stack",
    (all) =>
      (all.google_service_account_iam_policy = { x: { policy_data: "${data.google_iam_policy.x.policy_data}" } }),
    "NOT READ | unknown grants | google_service_account_iam_policy.x | its argument policy_data",
  ],
  [
    "an unknown type",
    (all) => (all.aws_iam_access_key = { x: { user: "somebody" } }),
    "NOT READ | unknown grants | aws_iam_access_key.x | a type that the review does not know",
  ],
  [
    "several objects in one resource",
    (all) => (all.google_service_account.orders.for_each = "${toset(var.x)}"),
    "NOT READ | unknown grants | google_service_account.orders | its argument for_each",
  ],
  [
    "an argument that no schema of this program has",
    (all) => (all.google_service_account.orders.members = ["allUsers"]),
    "NOT READ | unknown grants | google_service_account.orders | its argument members",
  ],
  [
    "such an argument within a block",
    (all) => (all.google_cloud_run_v2_service.orders.template.guests = { names: ["allUsers"] }),
    "NOT READ | unknown grants | google_cloud_run_v2_service.orders | its argument template.guests",
  ],
  [
    "such a block without arguments",
    (all) => (all.google_cloud_run_v2_service.orders.template.open_to_all = [{}]),
    "NOT READ | unknown grants | google_cloud_run_v2_service.orders | its argument template.open_to_all",
  ],
  [
    "such an argument of a type that no stack here has",
    (all) =>
      (all.google_pubsub_topic_iam_member = { x: { topic: "t", role: "roles/a", member: "user:a", members_of: "g" } }),
    "NOT READ | unknown grants | google_pubsub_topic_iam_member.x | its argument members_of",
  ],
  [
    "a module",
    (_, __, stack) => (stack.module = { x: { source: "./x" } }),
    "NOT READ | unknown grants | module.x | what it declares is not in this file",
  ],
])("%s is read, or reported as not read", (_, change, row) => {
  expect(gained(change)).toContain(row);
});

describe("a bootstrap's grants to GitHub jobs", () => {
  const bootstrap = rowsOf(synthesizedState("bootstrap-dev"));
  const SUBJECT = "repo:acme@1234567/storefront@7654321";

  test("a GitHub job is named by its exact subject, in both clouds", () => {
    expect(bootstrap).toContainEqual(
      expect.objectContaining({
        principal: `${SUBJECT}:environment:dev through workload identity pool storefront-dev-github`,
        permission: "roles/iam.workloadIdentityUser",
        resource: "service account terraform",
      }),
    );
    const trusted = bootstrap.find(
      ({ resource, permission }) =>
        resource === "role terraform" && permission.startsWith("sts:AssumeRoleWithWebIdentity"),
    );
    expect(trusted?.principal).toBe("identity provider https://token.actions.githubusercontent.com");
    expect(trusted?.condition).toContain(`:sub StringEquals ${SUBJECT}:environment:dev`);
  });

  test("a row names the issuer whose tokens a pool accepts, and which tokens", () => {
    const federation = bootstrap.find(({ permission }) => permission === "be exchanged for a federated token");
    expect(federation?.principal).toBe("tokens issued by https://token.actions.githubusercontent.com");
    expect(federation?.condition).toContain("assertion.repository_id == '7654321'");
  });

  test("a role of the stack is shown by its permissions and its condition", () => {
    const own = bootstrap.filter(
      ({ principal, resource }) => principal === "service account terraform" && resource === "storefront-dev",
    );
    expect(own.map(({ permission }) => permission)).toContainEqual(expect.stringContaining("run.services.create"));
    expect(own).toContainEqual(
      expect.objectContaining({
        permission: "resourcemanager.projects.setIamPolicy",
        condition: "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/frontDoor.none'])",
      }),
    );
  });
});

const LIST = "aws_iam_role_policy_attachments_exclusive";
const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";

test("an exclusive list attaches each policy that its own role lacks, also one that the stack attaches to another role", () => {
  const added = (arns: readonly string[]) =>
    gained((all) => {
      all.aws_iam_role_policy_attachment = {
        other: { role: "${aws_iam_role.accounts.name}", policy_arn: ADMINISTRATOR },
        own: { role: "${aws_iam_role.orders.name}", policy_arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
      };
      all[LIST].orders.policy_arns = arns;
    }).filter((row) => row.startsWith("role storefront-dev-orders |"));
  const OWN = ["role storefront-dev-orders | all of arn:aws:iam::aws:policy/ReadOnlyAccess | AWS | -"];
  const BOTH = [...OWN, `role storefront-dev-orders | all of ${ADMINISTRATOR} | AWS | -`].sort();
  expect(added(["${aws_iam_role_policy_attachment.own.policy_arn}"])).toEqual(OWN);
  expect(added([]).sort()).toEqual(OWN);
  expect(added(["${aws_iam_role_policy_attachment.other.policy_arn}"]).sort()).toEqual(BOTH);
  expect(added([ADMINISTRATOR]).sort()).toEqual(BOTH);
});

test("a new exclusive list with AdministratorAccess is broader", () => {
  const { rows } = accessBetween(
    dev,
    edited(dev, (all) => {
      all[LIST].coming = { role_name: "ops", policy_arns: [ADMINISTRATOR] };
    }),
  );
  expect(rows.map(({ effect, after }) => [effect, after?.from])).toEqual([
    ["broadened", { address: `${LIST}.coming`, argument: "policy_arns" }],
  ]);
});

testAll([
  ["${google_cloud_run_v2_service.orders.uri}.example.com"],
  ["${google_cloud_run_v2_service.orders.uri}@example.com"],
  ["https://example.com/?${google_cloud_run_v2_service.orders.uri}"],
])("a route that leads to %s does not lead to the service", (uri) => {
  const calls = gained((all) => {
    for (const each of Object.values<Json>(all.aws_apigatewayv2_integration)) each.integration_uri = uri;
  });
  expect(calls.length).toBeGreaterThan(3);
  expect(calls.filter((row) => !row.includes(uri))).toEqual([]);
  const rest = edited(stateOf(restDev()), (all) => {
    for (const each of Object.values<Json>(all.aws_api_gateway_integration)) each.uri = `${uri}/orders`;
  });
  const resources = rowsOf(rest).flatMap(({ row }) => (calledRoute(row) === undefined ? [] : [row.resource.kind]));
  expect([...new Set(resources)]).toEqual(["integration"]);
});
