import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { NOTHING, type SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { reportOf, verdictOf } from "../../../../packages/terraform-access-review/render/report";
import { wordsOf } from "../../../support/ledger-words";
import fc from "../../../support/properties";
import { REPORT, shuffledReport } from "../../../support/shuffled-states";
import { synthesizedState } from "../../../support/synthesized";
import { dev, edited, type Json, verdict } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const change = (head: SynthesizedState, base = dev) => changeOfStacks("dev", base, head);
const after = (edit: (stack: Json) => unknown, base = dev) => edited(base, (_, { stack }) => edit(stack));

testAll(["dev", "staging", "preview", "prod"])("%s compared with itself has no change", (environment) => {
  const state = synthesizedState(environment);
  const model = changeOfStacks(environment, state, structuredClone(state));
  expect([verdictOf(model).access, model.access, model.resources]).toEqual(["unchanged", { rows: [], guards: [] }, []]);
});

test("the order of keys, resources and sets does not change a report", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      expect(shuffledReport(seed)).toBe(REPORT);
    }),
    { numRuns: 8 },
  );
});

test("the order of keys and lists in a policy's JSON changes no access", () => {
  const reordered = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(reordered).reverse();
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, item]) => [key, reordered(item)]),
    );
  };
  const head = edited(dev, ({ aws_iam_role_policy: { callers } }) => {
    callers.policy = JSON.stringify(reordered(JSON.parse(callers.policy)));
  });
  expect(head).not.toEqual(dev);
  expect(change(head).access).toEqual({ rows: [], guards: [] });
});

test("a new environment is added, a removed one destroyed, with its losses", () => {
  const [added, destroyed] = [change(dev, NOTHING), change(NOTHING, dev)];
  expect([added.unchanged, destroyed.unchanged]).toEqual([0, 0]);
  expect(new Set(added.resources.map(({ action }) => action))).toEqual(new Set(["added"]));
  expect(new Set(destroyed.resources.filter(({ type }) => type !== "").map(({ action }) => action))).toEqual(
    new Set(["destroyed"]),
  );
  expect([verdictOf(added).dataAtRisk, verdictOf(destroyed).dataAtRisk]).toEqual([false, true]);
  // The denying rows are removed with the protected resources. The project stays, but without audit logs.
  const { rows, guards } = destroyed.access;
  expect(rows.filter(({ effect }) => effect === "broadened")).toEqual([]);
  expect(new Set(guards.map(({ address }) => address.split(".")[0]))).toEqual(
    new Set(["google_project_iam_audit_config"]),
  );
});

test("replacing a pool also replaces its provider, each with its loss", () => {
  const model = change(
    after((stack) => {
      stack.resource.google_iam_workload_identity_pool.gateway.workload_identity_pool_id = "another";
    }),
  );
  const replaced = model.resources.filter(({ action }) => action === "replaced");
  expect(replaced.map(({ address, forcedBy }) => [address, forcedBy])).toEqual([
    ["google_iam_workload_identity_pool.gateway", ["workload_identity_pool_id"]],
    ["google_iam_workload_identity_pool_provider.aws_gateway", ["workload_identity_pool_id"]],
  ]);
  expect(replaced.every(({ loss }) => loss?.includes("30 days"))).toBe(true);
});

testAll([
  ["both keep it", [false, false], "forgotten"],
  ["both destroy it", [true, true], "destroyed"],
  ["the first keeps it", [false, true], "forgotten"],
  ["the second keeps it", [true, false], "forgotten"],
])("two `removed` blocks for one resource: %s", (_, destroy, action) => {
  const model = change(
    after((stack) => {
      stack.removed = destroy.map((each) => ({ from: "google_service_account.catalog", lifecycle: { destroy: each } }));
      delete stack.resource.google_service_account.catalog;
    }),
  );
  const found = model.resources.find(({ address }) => address === "google_service_account.catalog");
  expect(found?.action).toBe(action);
});

testAll([
  ["in one step", [["orders", "sales"]]],
  [
    "in two steps",
    [
      ["orders", "seller"],
      ["seller", "sales"],
    ],
  ],
])("moved, imported and forgotten resources are neither added nor destroyed: %s", (_, steps) => {
  const model = change(
    after((stack) => {
      const { aws_iam_role: roles, aws_cognito_user_pool: pools, google_service_account: accounts } = stack.resource;
      stack.moved = steps.map(([from, to]) => ({ from: `aws_iam_role.${from}`, to: `aws_iam_role.${to}` }));
      roles.sales = roles.orders;
      delete roles.orders;
      stack.import = [{ to: "aws_cognito_user_pool.found", id: "eu-west-1_abc" }];
      pools.found = { name: "found" };
      stack.removed = [{ from: "google_service_account.catalog", lifecycle: { destroy: false } }];
      delete accounts.catalog;
    }),
  );
  const named = ["aws_iam_role.sales", "aws_cognito_user_pool.found", "google_service_account.catalog"];
  const found = model.resources.filter(({ address }) => named.includes(address));
  expect(found.map(({ action, movedFrom, importedAs }) => [action, movedFrom ?? importedAs])).toEqual([
    ["imported", "eu-west-1_abc"],
    ["moved", "aws_iam_role.orders"],
    ["forgotten", undefined],
  ]);
  expect(model.resources.some(({ address }) => address === "aws_iam_role.orders")).toBe(false);
});

test("objects left in another account or backend are data at risk", () => {
  const report = reportOf(change(after((stack) => (stack.provider.google[0].project = "other"))));
  expect(report.verdict.dataAtRisk).toBe(true);
  expect(report.losses.map(({ address }) => address)).toEqual(["provider.google"]);
});

test("a resource whose new address is taken is not moved, but destroyed", () => {
  const twins = after(({ resource: { aws_secretsmanager_secret: secrets } }) => {
    secrets.twin = { ...secrets.reporting_agent };
  });
  const head = after((stack) => {
    delete stack.resource.aws_secretsmanager_secret.support_desk;
    stack.moved = [{ from: "aws_secretsmanager_secret.support_desk", to: "aws_secretsmanager_secret.twin" }];
  }, twins);
  const { losses } = reportOf(change(head, twins));
  expect(losses.map(({ action, address }) => `${action} ${address}`)).toContain(
    "destroyed aws_secretsmanager_secret.support_desk",
  );
});

test("a resource that Terraform forgets keeps its grants", () => {
  const address = "google_cloud_run_v2_service_iam_binding.orders";
  const { access } = change(
    after((stack) => {
      delete stack.resource.google_cloud_run_v2_service_iam_binding.orders;
      stack.removed = [{ from: address, lifecycle: { destroy: false } }];
    }),
  );
  expect(verdict(access)).toBe("broadened");
  expect(access.guards.map((each) => [each.address, each.before])).toContainEqual([address, "Terraform"]);
});

test("a denial on an object's contents counts as long as the object may exist", () => {
  const bucket = JSON.stringify({
    Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "${aws_s3_bucket.state.arn}/*" }],
  });
  const base = after(({ resource: r }) => {
    r.aws_s3_bucket = { state: { bucket: "state" } };
    r.aws_s3_bucket_policy = { state: { bucket: "${aws_s3_bucket.state.id}", policy: bucket } };
  });
  const open = after(({ resource: r }) => {
    r.aws_s3_bucket = { state: { bucket: "state" } };
  });
  expect([open, dev].map((head) => verdict(change(head, base).access))).toEqual(["broadened", "narrowed"]);
});

test("a call is gained through a route's other scope, a caller's new scope, or a new caller: the review names the cause", () => {
  const causesOf = (principal: string, edit: (policy: Json, clients: Json, apps: Json) => unknown) => {
    const head = edited(dev, ({ aws_cognito_user_pool_client: apps }, { policy }) =>
      edit(policy, policy.issuers.find(({ id }: Json) => id === "customers").clients, apps),
    );
    const rows = change(head).access.rows.filter((row) => row.after && wordsOf(row).principal === principal);
    expect(rows).not.toEqual([]);
    return [...new Set(rows.map(({ cause }) => cause))];
  };
  const [agent, other] = ["customers/reporting-agent", "customers/other"];
  expect(causesOf(agent, ({ routes }) => (routes["POST /orders"].access.scopes = ["orders/read"]))).toEqual([
    undefined,
  ]);
  const writes = (_: Json, [client]: Json, { reporting_agent, web }: Json) => {
    client.scopes.push("orders/write");
    reporting_agent.allowed_oauth_scopes = web.allowed_oauth_scopes;
  };
  expect(causesOf(agent, writes)).toEqual(["grant"]);
  expect(causesOf(other, (_, clients) => clients.push({ ...clients[0], id: "other" }))).toEqual(["caller"]);
});
