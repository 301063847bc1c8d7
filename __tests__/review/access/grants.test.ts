import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { accessLedger } from "../../../review/access";
import { isKnownType } from "../../../review/access/known-types";
import { RUN_AS } from "../../../review/access/run-as";
import { NOT_READ } from "../../../review/access/unread-rows";
import { TYPE_FACTS } from "../../../review/change/type-facts";
import { mutations, type Sources } from "../../support/ledger-mutations";

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Json = any;

const FOLDER = join(__dirname, "../../../synthesized");

function read(environment: string): Sources {
  const path = (name: string) => join(FOLDER, environment, name);
  const file = (name: string) => JSON.parse(readFileSync(path(name), "utf8"));
  const policy = "authorizer-policy.json";
  return { stack: file("main.tf.json"), ...(existsSync(path(policy)) && { policy: file(policy) }) };
}

const dev = read("dev");

/** Rows that a change of dev brings, a line each. */
function gained(change: (all: Json, policy: Json, stack: Json) => unknown): readonly string[] {
  const { stack, policy } = structuredClone(dev) as { stack: Json; policy: Json };
  change(stack.resource, policy, stack);
  const lines = (sources: Sources) =>
    accessLedger(sources.stack, sources.policy).map(({ who, may, on, under }) => [who, may, on, under].join(" | "));
  const before = lines(dev);
  return lines({ stack, policy }).filter((line) => !before.includes(line));
}

/** Kinds whose like stands in every environment, whatever its handshake and its gateway. */
const EVERYWHERE =
  /^(runs as|unread|grant|inline|managed|trigger|service without|member|role widened|users of)|of a service|token another|statement/;

describe.each(readdirSync(FOLDER))("%s", (environment) => {
  const sources = read(environment);
  const rows = JSON.stringify(accessLedger(sources.stack, sources.policy));

  test("nothing that it declares goes unread", () => {
    expect(accessLedger(sources.stack, sources.policy).filter(({ who }) => who === NOT_READ)).toEqual([]);
  });

  test("as whom code runs, what somebody is given and as whom services are called has a row each", () => {
    const found = [...mutations(sources)].filter(({ kind }) => EVERYWHERE.test(kind));
    const quiet = found.filter(({ mutated }) => JSON.stringify(accessLedger(mutated.stack, mutated.policy)) === rows);
    expect(quiet.map(({ name }) => name)).toEqual([]);
    expect(found.length).toBeGreaterThan(30);
  });
});

test("of every type that this program declares the ledger knows what it gives", () => {
  expect(Object.keys(TYPE_FACTS).filter((type) => !isKnownType(type))).toEqual([]);
});

test("every service and every function has one account or role, by its name in the stack", () => {
  const runs = accessLedger(dev.stack, dev.policy).filter(({ may }) => may === RUN_AS);
  expect(runs.map(({ who, on }) => `${who}: ${on}`)).toEqual([
    "function storefront-dev-callers: role storefront-dev-callers",
    "function storefront-dev-public: role storefront-dev-public",
    "service storefront-dev-accounts: service account storefront-dev-accounts-rt",
    "service storefront-dev-catalog: service account storefront-dev-catalog-rt",
    "service storefront-dev-orders: service account storefront-dev-orders-rt",
  ]);
});

test.each<[string, Parameters<typeof gained>[0], string]>([
  [
    "a service that names no account",
    (all) => delete all.google_cloud_run_v2_service.orders.template.service_account,
    "service storefront-dev-orders | run as | THE PROJECT'S DEFAULT SERVICE ACCOUNT | -",
  ],
  [
    "a role of another account of AWS, of the same name",
    (_, { services }) => (services.orders.role = "arn:aws:iam::999988887777:role/storefront-dev-orders"),
    "the authorizer | get ID tokens for routes of orders | service account storefront-dev-orders | as arn:aws:iam::999988887777:role/storefront-dev-orders, for https://storefront-dev-orders.storefront-dev.internal",
  ],
  [
    "an account of another project, of the same name",
    (_, { services }) => (services.orders.serviceAccount = "storefront-dev-orders@other.iam.gserviceaccount.com"),
    "the authorizer | get ID tokens for routes of orders | storefront-dev-orders@other.iam.gserviceaccount.com | as role storefront-dev-orders, for https://storefront-dev-orders.storefront-dev.internal",
  ],
  [
    "a route whose token is another service's",
    (_, { routes }) => (routes["GET /accounts/me"].service = "orders"),
    "customers/web | GET /accounts/me | service storefront-dev-accounts | accounts/read; storefront-dev-callers decides, for 60 s per Authorization + routeKey + policy; WITH A TOKEN FOR https://storefront-dev-orders.storefront-dev.internal",
  ],
  [
    "a function's own address",
    (all) =>
      (all.aws_lambda_function_url = {
        x: { authorization_type: "NONE", function_name: "${aws_lambda_function.callers.function_name}" },
      }),
    "anyone | call it by an address of its own | function storefront-dev-callers | PAST THE GATEWAY, authorization NONE",
  ],
  [
    "a provider of users, but for its secret",
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
    "a bucket of which somebody is given something",
    (all) => (all.google_storage_bucket_iam_member = { x: { bucket: "b", role: "r", member: "user:x@y.example" } }),
    "user:x@y.example | r | bucket b | -",
  ],
  [
    "a policy that is made elsewhere",
    (all) =>
      (all.google_service_account_iam_policy = { x: { policy_data: "${data.google_iam_policy.x.policy_data}" } }),
    "NOT READ | give something to somebody | google_service_account_iam_policy.x | its argument policy_data",
  ],
  [
    "a type that nobody has looked at",
    (all) => (all.aws_iam_access_key = { x: { user: "somebody" } }),
    "NOT READ | give something to somebody | aws_iam_access_key.x | a type of which nothing is known",
  ],
  [
    "more objects than one",
    (all) => (all.google_service_account.orders.for_each = "${toset(var.x)}"),
    "NOT READ | give something to somebody | google_service_account.orders | its argument for_each",
  ],
  [
    "a module",
    (_, __, stack) => (stack.module = { x: { source: "./x" } }),
    "NOT READ | give something to somebody | module.x | what it declares is not in this file",
  ],
])("%s is read, or said not to be", (_, change, line) => {
  expect(gained(change)).toContain(line);
});
