import { accessLedger } from "../../../../packages/terraform-access-review/access/ledger";
import type { AccessRow } from "../../../../packages/terraform-access-review/model/row";
import { accessMarkdown } from "../../../../packages/terraform-access-review/render/ledger";
import { authorizerPolicy } from "../../../../stacks/authorizer-policy";
import { policyText } from "../../../../stacks/aws/authorizer-functions";
import { countedKinds } from "../../../support/ledger-mutations";
import { inWords, rowOf } from "../../../support/ledger-words";
import { MUTATED } from "../../../support/mutation-verdicts";
import { intentOf } from "../../../support/shop";
import { synthesizedFile, synthesizedState } from "../../../support/synthesized";
import { edited, rowsOf } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const { stack, policy } = synthesizedState("dev");
const rows = accessLedger(stack, policy);
const whoMay = (what: string) =>
  inWords(rows)
    .filter(({ permission }) => permission === what)
    .map(({ principal }) => principal);

test("the ledger is computed from the policy in the functions' zip", () => {
  expect(synthesizedFile("dev", "authorizer-policy.json")).toBe(policyText(authorizerPolicy(intentOf("dev"))));
});

test("callers are named by issuer: a client, an exact subject, or the client in the token", () => {
  expect(whoMay("GET /orders/{id}")).toEqual([
    "aws/arn:aws:iam::111122223333:role/nightly-export",
    "customers/reporting-agent",
    "customers/support-desk",
    "customers/web",
    "workforce/0oa1example",
  ]);
});

test("a scope of the policy that the app client cannot get opens no route", () => {
  const given = edited(synthesizedState("dev"), ({ aws_cognito_user_pool_client: { reporting_agent: client } }) => {
    client.allowed_oauth_scopes = client.allowed_oauth_scopes.filter((scope: string) => scope !== "orders/export");
  });
  const calls = (state: typeof given) =>
    rowsOf(state).flatMap(({ principal, permission }) =>
      principal === "customers/reporting-agent" && permission.startsWith("GET ") ? [permission] : [],
    );
  expect(calls(synthesizedState("dev"))).toEqual(["GET /orders", "GET /orders/export", "GET /orders/{id}"]);
  expect(calls(given)).toEqual(["GET /orders", "GET /orders/{id}"]);
});

test("a public route is open to anyone, and each principal of both clouds has rows", () => {
  expect(whoMay("GET /products")).toEqual(["anyone"]);
  expect(whoMay("roles/run.invoker")).toEqual([
    "service account storefront-dev-accounts",
    "service account storefront-dev-catalog",
    "service account storefront-dev-orders",
  ]);
  expect(whoMay("roles/iam.serviceAccountOpenIdTokenCreator")).toHaveLength(3);
  expect(whoMay("sts:AssumeRole (trust policy)")).toEqual(
    expect.arrayContaining(["lambda.amazonaws.com", "role storefront-dev-callers", "role storefront-dev-public"]),
  );
});

/** The reviews of changes test that each of these changes a row. */
test.each([
  [
    "functions decide",
    // Members: 3 invokers, 3 impersonations, 4 secrets. Statements: 5 roles' trust, 2 functions', 2 secrets'.
    {
      "member removed": 10,
      "member loosened": 10,
      "trust statement removed": 5,
      "route without authorizer": 20,
      "sign-up opened": 1,
      "origin removed": 2,
    },
  ],
  [
    "Envoy decides",
    {
      "authorizer's audience removed": 4,
      "gateway's scope removed": 17,
      "Envoy's client added": 3,
      "invoker check back": 3,
    },
  ],
  [
    "functions decide and Envoy verifies",
    { "Envoy's route removed": 3, "route made public": 16, "invoker check off": 3 },
  ],
] as const)("if %s, every possible mutation is made", (name, most) => {
  expect(countedKinds(MUTATED[name]().all)).toMatchObject(most);
});

const rowStating = (principal: string, permission: string) => {
  const stated = (text: string) => ({ kind: "stated", text }) as const;
  return rowOf({ principal: stated(principal), action: stated(permission), resource: stated("e") });
};

testAll([
  ["[here](https://example.com)", "[here]\\(https://example.com)"],
  ["![x](https://example.com/pixel.png)", "![x]\\(https://example.com/pixel.png)"],
  ["<img src=x>", "\\<img src=x>"],
  ["`code`", "\\`code\\`"],
  ["_a_ b_c", "\\_a\\_ b_c"],
  ["*a*", "\\*a\\*"],
  ["~~a~~", "\\~\\~a\\~\\~"],
  ["&lt;script&gt;", "\\&lt;script\\&gt;"],
  ["\\|", "\\\\\\|"],
  ["arn:aws:logs:*", "arn:aws:logs:*"],
  ["in ['a', 'b']", "in ['a', 'b']"],
])("a subject %s is written as %s", (principal, cell) => {
  expect(accessMarkdown("dev", [rowStating(principal, "c")])).toContain(`\n| ${cell} | c | e | - |\n`);
});

test("no value can break the Markdown of the table", () => {
  const text = accessMarkdown("dev", [rowStating("a|b", "c\nd")]);
  expect(text).toContain("| a\\|b | c d | e | - |");
  expect(text).toContain("from `main.tf.json`.");
  expect(accessMarkdown("dev", rows)).toContain("and `authorizer-policy.json`.");
  expect(text).not.toContain("NOT READ");
  const unread = rowOf({ principal: { kind: "not-read" } });
  expect(accessMarkdown("dev", [unread])).toContain("NOT READ marks");
});

test("where callers are named, the ledger states once what a token opens by which one acts for another", () => {
  const call: AccessRow = {
    ...rowStating("a", "b"),
    principal: { kind: "caller", name: "customers/web" },
    action: { kind: "call", key: "GET /orders" },
  };
  const stated = (rows: readonly AccessRow[]) =>
    accessMarkdown("dev", rows)
      .split("\n")
      .filter((each) => /^- .*\bact\b.* the rows of both /.test(each)).length;
  expect([stated([call, call]), stated([rowStating("a", "b")])]).toEqual([1, 0]);
});
