import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { existing } from "../../../support/existing";
import { stateOf } from "../../../support/rest-state";
import { accessBetween, edited, type Json, line, lines, of, rowsOf } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";
import { variantOf } from "../../../support/variant";

const state = stateOf(existing("dev"));
const rest = stateOf(existing("dev", variantOf("dev", { aws: { ownsAccount: true }, gateway: { kind: "rest" } })));
const AUDIENCE = "ID token with audience https://storefront-dev-orders.storefront-dev.internal or its run.app URL";

/** Rows whose object is the existing service. */
const rowsOn = (of: SynthesizedState) => rowsOf(of).filter(({ resource }) => resource === "existing service orders");

testAll([
  ["an HTTP API", state],
  ["a REST API", rest],
] as const)("the ledger of %s lists the calls, the invoker, and what its owner may add", (_, read) => {
  const rows = rowsOn(read);
  const callers = (route: string) => of(rows, "customers/reporting-agent", route).length;
  expect([callers("GET /orders"), callers("GET /orders/export"), callers("DELETE /orders/{id}")]).toEqual([1, 1, 0]);
  expect(of(rows, "service account storefront-dev-orders", "roles/run.invoker")).toEqual(["-"]);
  const [condition = ""] = of(rows, "principals with roles/run.invoker", "invoke it");
  expect(condition.split("; ")).toEqual([
    "each plan checks that it is private",
    AUDIENCE,
    "ingress INGRESS_TRAFFIC_ALL",
    "its owner in acme-orders may grant the role to others, NOT READ HERE",
  ]);
});

test("no row says which account it runs as", () => {
  expect(rowsOf(state).filter((row) => /orders-rt/.test(line(row)))).toEqual([]);
});

const SERVICE = "google_cloud_run_v2_service";
/** The data source of the service, and that of its policy. */
const reads = ({ stack }: Json) => [stack.data[SERVICE].orders, stack.data[`${SERVICE}_iam_policy`].orders];

testAll<[string, (service: Json, policy: Json) => unknown]>([
  ["of the invoker check", ({ lifecycle }) => lifecycle.postcondition.splice(0, 1)],
  ["of the policy", (_, policy) => delete policy.lifecycle],
  ["of another policy", (_, policy) => (policy.name = "payments")],
])("without the check %s, anyone may invoke it, and its routes are called at an unknown address", (_, edit) => {
  const open = edited(state, (_resource, copy) => {
    const [service, policy] = reads(copy);
    edit(service, policy);
  });
  const [condition = ""] = of(rowsOn(open), "anyone", "invoke it");
  expect(condition).toMatch(/^NO PLAN CHECKS THAT IT IS PRIVATE/);
  expect(rowsOn(open).filter(({ permission }) => permission === "GET /orders")).not.toEqual([]);
  const gained = lines(accessBetween(state, open)).filter((each) => /invoke it \| existing service/.test(each));
  expect(gained).toEqual(expect.arrayContaining(["+ anyone | invoke it | existing service orders"]));
});

test("the call of another service, and another audience, are changes", () => {
  const audience = edited(state, (_, copy) => {
    const [service] = reads(copy);
    const check = service.lifecycle.postcondition[2];
    check.condition = check.condition.replaceAll("storefront-dev-orders.", "other.");
  });
  const conditions = of(rowsOn(audience), "customers/reporting-agent", "GET /orders");
  expect(conditions).toEqual([expect.stringMatching(/WITH A TOKEN FOR https:\/\/storefront-dev-orders\./)]);
  const elsewhere = edited(state, (_, copy) => {
    for (const read of reads(copy)) read.name = "payments";
  });
  expect(lines(accessBetween(state, elsewhere))).toEqual(
    expect.arrayContaining(["+ service account storefront-dev-orders | roles/run.invoker | existing service payments"]),
  );
});
