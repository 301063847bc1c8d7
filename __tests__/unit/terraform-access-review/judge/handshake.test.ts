import { terminalReport } from "../../../../packages/terraform-access-review/formats";
import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { diagramOf } from "../../../../packages/terraform-access-review/render/diagram";
import { digest } from "../../../../packages/terraform-access-review/render/digest";
import { markdownReport } from "../../../../packages/terraform-access-review/render/markdown";
import { handshakeSentence, reportOf } from "../../../../packages/terraform-access-review/render/report";
import { wordsOf } from "../../../support/ledger-words";
import { dev, edited, shared } from "../../../support/synthesized-states";

const [there, back] = [changeOfStacks("dev", dev, shared), changeOfStacks("dev", shared, dev)];

test("a changed handshake is one sentence: the removed check, calls that bypass the gateway, changed resources", () => {
  expect(there.handshake).toEqual({
    "shared-issuer": ["storefront-dev-accounts", "storefront-dev-catalog", "storefront-dev-orders"],
  });
  expect(handshakeSentence(there)).toBe(
    "handshake of storefront-dev-accounts, storefront-dev-catalog, storefront-dev-orders changes from federated to shared-issuer: Cloud Run no longer checks the invoker: anyone with a valid token may call past the gateway, whose throttles and network rules then do not apply, and Envoy in front of each app decides; destroyed with it: API Gateway 4, Cloud Run 3, IAM 17, Lambda 6, Service accounts 6, Workload identity federation 2; added with it: API Gateway 2",
  );
  expect(handshakeSentence(back)).toMatch(
    /from shared-issuer to federated: Cloud Run checks the invoker again, .*; destroyed with it: API Gateway 2; added with it: API Gateway 4/,
  );
});

test("the sentence comes first, directly below the verdict", () => {
  const report = reportOf(there);
  expect(terminalReport(report).split("\n")[1]?.trim()).toBe(handshakeSentence(there));
  expect(markdownReport(report, { whole: "npm run review" })[0]?.split("\n")[2]).toMatch(/^- handshake of storefront/);
});

test("both directions count as broader, because each side has its own callers", () => {
  expect([reportOf(there).verdict.access, reportOf(back).verdict.access]).toEqual(["broadened", "broadened"]);
  const gained = there.access.rows.filter(({ before }) => before === undefined).map((row) => wordsOf(row).permission);
  expect(gained.filter((may) => may === "call it past the gateway")).toHaveLength(3);
  const lost = there.access.rows.filter(({ after }) => after === undefined).map((row) => wordsOf(row).permission);
  expect(lost).toEqual(
    expect.arrayContaining(["roles/run.invoker", "exchange a signed GetCallerIdentity request for a federated token"]),
  );
});

test("the policy is removed and added with the functions", () => {
  const policyOf = ({ resources }: typeof there) =>
    resources.filter(({ address }) => address === "authorizer-policy.json");
  expect(policyOf(there).map(({ action }) => action)).toEqual(["destroyed"]);
  expect(policyOf(back).map(({ action }) => action)).toEqual(["added"]);
});

test("only services that change are named, and without a change there is no sentence", () => {
  const one = edited(dev, (resource, copy) => {
    copy.envoy = shared.envoy;
    resource.google_cloud_run_v2_service.accounts = shared.stack.resource.google_cloud_run_v2_service?.accounts;
  });
  expect(changeOfStacks("dev", dev, one).handshake).toEqual({ "shared-issuer": ["storefront-dev-accounts"] });
  expect(changeOfStacks("dev", dev, structuredClone(dev)).handshake).toBeUndefined();
});

test("a service without a guard has no handshake", () => {
  const open = edited(dev, ({ google_cloud_run_v2_service: { orders } }) => {
    orders.invoker_iam_disabled = true;
  });
  expect(changeOfStacks("dev", dev, open).handshake).toBeUndefined();
});

test("the picture shows a direct arrow from the gateway to the service if Envoy decides", () => {
  const head = edited(shared, ({ aws_apigatewayv2_route: routes }) => {
    routes.orders_get_orders.authorization_scopes = ["x/y"];
  });
  const { nodes, edges } = diagramOf(changeOfStacks("dev", shared, head));
  const labels = edges.map(({ from, to }) => [nodes[from]?.label, nodes[to]?.label].join(" → "));
  expect(labels).toContain("API Gateway → storefront-dev-orders");
  expect(nodes.map(({ column }) => column)).not.toContain(2);
});

test("the digest names each caller once, so that callers that may bypass the gateway are in its first lines", () => {
  const lines = digest(reportOf(there));
  expect(lines.filter((line) => line.startsWith("? customers/reporting-agent "))).toHaveLength(1);
  expect(lines.filter((line) => line.includes("past the gateway"))).toHaveLength(4);
  expect(lines.length).toBeLessThanOrEqual(15);
});
