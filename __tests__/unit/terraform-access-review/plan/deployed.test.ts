import { normalized } from "../../../../packages/terraform-access-review/judge/normal";
import { Deployed, References } from "../../../../packages/terraform-access-review/plan/deployed";
import { referencesIn } from "../../../../packages/terraform-access-review/terraform-json/references";
import { type StackJson, texts } from "../../../../packages/terraform-access-review/terraform-json/stack-json";
import { writtenOf } from "../../../../packages/terraform-access-review/types";
import { type Fixture, fixture, modelOf } from "../../../fixtures/plans/fixture";
import { DOMAIN, httpWith } from "../../../support/domains";
import { ledgerInWords } from "../../../support/ledger-words";
import { restDev } from "../../../support/rest";
import { stateOf } from "../../../support/rest-state";
import { rotatedIntent } from "../../../support/rotation";
import { synthesizedState } from "../../../support/synthesized";
import { testAll } from "../../../support/test-all";

const { plan, head, base } = fixture("nothing-changed");
if (base === "nothing" || base === undefined) throw new Error("something is deployed");

test("an unchanged deployment is read as the stack itself", () => {
  const { stack } = new Deployed(plan, head.stack, plan.resource_changes ?? [], base.stack);
  expect(stack.resource).toEqual(head.stack.resource);
});

/** The stand-in for the AWS provider makes up URLs for app clients that have none. */
const MADE_UP = /^app client storefront-dev-(reporting-agent|support-desk)$/;

test("the ledger of the state's literal values is the ledger of the stack", () => {
  const { stack } = new Deployed(plan, head.stack, [], base.stack);
  const rows = (each: StackJson) =>
    ledgerInWords(normalized({ ...head, stack: { ...head.stack, ...each } }).stack, normalized(head).policy).filter(
      ({ principal }) => !MADE_UP.test(principal),
    );
  expect(rows(stack)).toEqual(rows(head.stack));
  expect(rows(stack).length).toBeGreaterThan(50);
});

test("the ledgers are also equal if nothing is declared any more", () => {
  const nothing = { ...head.stack, resource: {} };
  const { stack } = new Deployed(plan, nothing, [], base.stack);
  const names = (each: StackJson) =>
    ledgerInWords(normalized({ ...head, stack: { ...head.stack, ...each } }).stack, normalized(head).policy)
      .filter(({ principal }) => !MADE_UP.test(principal))
      .map(({ principal, permission, resource }) => [principal, permission, resource].join(" | "));
  expect(names(stack)).toEqual(names(head.stack));
});

testAll<readonly [string, StackJson]>([
  ...["dev", "staging", "prod", "preview"].map((name) => [name, synthesizedState(name).stack] as const),
  ["a REST API", stateOf(restDev()).stack],
  ["an HTTP API with a custom domain", stateOf(httpWith({ domain: DOMAIN })).stack],
  ["an environment with a rotated client secret", stateOf(rotatedIntent()).stack],
])("the types list every attribute of %s that refers to another resource", (_, stack) => {
  const unknown = Object.entries(stack.resource).flatMap(([type, named]) =>
    Object.values(named).flatMap((attributes) =>
      Object.entries(attributes)
        // Write-only values, and a digest that no longer contains names.
        .filter(([attribute]) => !attribute.endsWith("_wo") && attribute !== "triggers")
        .flatMap(([attribute, value]) =>
          texts(value)
            .flatMap(referencesIn)
            .filter((reference) => stack.resource[reference.type] !== undefined)
            .map((reference) => [`${type}.${attribute}`, `${reference.type}.${reference.attribute}`] as const),
        )
        .filter(([from, to]) => !targetsOf(from).includes(to))
        .map((pair) => pair.join(" → ")),
    ),
  );
  expect([...new Set(unknown)]).toEqual([]);
});

function targetsOf(from: string): readonly string[] {
  const [type = "", attribute = ""] = from.split(".");
  return writtenOf(type).refersTo[attribute] ?? [];
}

const STATE = [
  { address: "aws_iam_role.a", type: "aws_iam_role", values: { arn: "arn:aws:iam::1:role/a", name: "shared" } },
  { address: "aws_iam_role.ab", type: "aws_iam_role", values: { arn: "arn:aws:iam::1:role/ab", name: "shared" } },
];
const references = new References({ resource: {}, provider: {} }, STATE);

testAll([
  ["the whole text", "arn:aws:iam::1:role/a", "${aws_iam_role.a.arn}"],
  ["not the start of a longer name", "arn:aws:iam::1:role/abc", "arn:aws:iam::1:role/abc"],
  ["the longer of two", "x arn:aws:iam::1:role/ab y", "x ${aws_iam_role.ab.arn} y"],
  [
    "each of several",
    '["arn:aws:iam::1:role/a","arn:aws:iam::1:role/ab"]',
    '["${aws_iam_role.a.arn}","${aws_iam_role.ab.arn}"]',
  ],
])("a literal becomes a reference: %s", (_, literal, expected) => {
  expect(references.restored(literal, "aws_iam_role", "assume_role_policy")).toBe(expected);
});

test("if two objects have the same name, the one to which the configuration refers counts", () => {
  const role = (configured?: string) => references.restored("shared", "aws_iam_role_policy", "role", [configured]);
  expect(role("${aws_iam_role.ab.name}")).toBe("${aws_iam_role.ab.name}");
  expect(role()).toBe("${aws_iam_role.a.name}");
});

test("a stage variable of a REST API with a service's host becomes an expression of its URL, and nothing else does", () => {
  const values = { uri: "https://shop-orders-x1.a.run.app" };
  const service = { address: "google_cloud_run_v2_service.orders", type: "google_cloud_run_v2_service", values };
  const hosts = new References({ resource: {}, provider: {} }, [service]);
  const variables = { policy: "x", service_orders: "shop-orders-x1.a.run.app" };
  expect(hosts.restored(variables, "aws_api_gateway_stage", "variables")).toEqual({
    policy: "x",
    service_orders: '${trimprefix(google_cloud_run_v2_service.orders.uri, "https://")}',
  });
  expect(hosts.restored(values.uri, "aws_apigatewayv2_integration", "integration_uri")).toBe(
    "${google_cloud_run_v2_service.orders.uri}",
  );
});

test("a text that the configuration has in the same place is no reference, although another one has the same value", () => {
  const [address, type] = ["google_secret_manager_secret_version.v", "google_secret_manager_secret_version"];
  const written = { args: ["--concurrency", "1"], secret: `\${${address}.secret}`, version: `\${${address}.version}` };
  const resource: StackJson["resource"] = { google_cloud_run_v2_service: { s: { template: written } } };
  const values = { secret: "shop-dev", version: "1" };
  const references = new References({ resource, provider: {} }, [{ address, type, values }]);
  const found = { ...written, ...values };
  expect(references.restored(found, "google_cloud_run_v2_service", "template", [written])).toEqual(written);
});

test("an attribute that refers to nothing keeps its text", () => {
  expect(references.restored("shared", "aws_iam_role", "description")).toBe("shared");
});

test("what a state does not record of what Terraform leaves to others is that of the deployed synthesis", () => {
  const [address, path] = ["google_cloud_run_v2_service.orders", "template[0].containers[0].image"];
  const { head, base, ...rest } = structuredClone(fixture("nothing-changed"));
  const service = head.stack.resource.google_cloud_run_v2_service?.orders as { lifecycle?: unknown };
  service.lifecycle = { ignore_changes: ["labels", path] };
  const guard = "lifecycle.ignore_changes";
  const [left, back] = [JSON.stringify([path]), "not set"];
  const guardsOf = (given: Fixture) => modelOf(given).access.guards;
  expect(guardsOf({ ...rest, head, base })).toEqual([
    { effect: "broadened", address, guard, before: back, after: left },
  ]);
  expect(guardsOf({ ...rest, head: base as typeof head, base: head })).toEqual([
    { effect: "narrowed", address, guard, before: left, after: back },
  ]);
  expect(guardsOf({ ...rest, head, base: head })).toEqual([]);
});

test("what the last apply left to others is compared, whichever synthesis has the deployed policy", () => {
  const [address, path] = ["google_cloud_run_v2_service.orders", "template[0].containers[0].image"];
  const given = structuredClone(fixture("nothing-changed"));
  const { head, plan } = given;
  (head.stack.resource.google_cloud_run_v2_service?.orders as { lifecycle?: unknown }).lifecycle = {
    ignore_changes: [path],
  };
  const output = { ...(head.stack as { output?: object }).output, ignored_changes: {} };
  Object.assign(head.stack, { output });
  const after = (outputs: object) => {
    const { values } = plan.prior_state as { values: object };
    const recorded = { ...plan, prior_state: { values: { ...values, outputs } } };
    const { access } = modelOf({ ...given, plan: recorded, base: head });
    return access.guards.map(({ effect, before, after }) => [effect, before, after]);
  };
  const api_url = { value: "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com" };
  const [left, account] = [JSON.stringify([path]), "template[0].service_account"];
  const recording = (value: object) => ({ api_url, ignored_changes: { value } });
  expect(after({})).toEqual([]);
  expect(after({ api_url })).toEqual([["broadened", "not set", left]]);
  expect(after(recording({ [address]: [path] }))).toEqual([]);
  expect(after(recording({ [address]: [path, account] }))).toEqual([
    ["narrowed", JSON.stringify([path, account]), left],
  ]);
});
