import { terminalReport } from "../../../../packages/terraform-access-review/formats";
import { GUARDS } from "../../../../packages/terraform-access-review/model/change";
import { reasonWords } from "../../../../packages/terraform-access-review/render/note";
import { reportOf } from "../../../../packages/terraform-access-review/render/report";
import { changeOf, planned, planOf } from "../../../fixtures/plans/synthetic";
import { testAll } from "../../../support/test-all";

const TOPIC = "aws_sns_topic.news";

testAll([
  [["create"], {}, "added"],
  [["update"], {}, "changed"],
  [["delete"], {}, "destroyed"],
  [["delete", "create"], {}, "replaced"],
  [["create", "delete"], {}, "replaced"],
  [["create", "forget"], {}, "replaced"],
  [["forget"], {}, "forgotten"],
  [["no-op"], { previous_address: "aws_sns_topic.old" }, "moved"],
])("%j is reported as one word", (actions, more, action) => {
  const [found] = changeOf(
    planOf([planned(TOPIC, { actions, before: { name: "a" }, after: { name: "b" } }, more)]),
  ).resources;
  expect(found).toMatchObject({ address: TOPIC, type: "aws_sns_topic", action });
});

test("unchanged resources are counted, and data sources are omitted", () => {
  const model = changeOf(
    planOf([
      planned(TOPIC, { actions: ["no-op"] }),
      planned("aws_sns_topic.same", { actions: ["no-op"] }, { previous_address: "aws_sns_topic.same" }),
      planned("data.aws_region.here", { actions: ["read"], after: { name: "x" } }, { mode: "data" }),
    ]),
  );
  expect(model).toMatchObject({ resources: [], unchanged: 2, notes: [] });
});

test("a resource that is moved and changed is a change with its former address", () => {
  const moved = planned(
    TOPIC,
    { before: { name: "a" }, after: { name: "b" } },
    { previous_address: "aws_sns_topic.old" },
  );
  expect(changeOf(planOf([moved])).resources).toEqual([
    {
      address: TOPIC,
      type: "aws_sns_topic",
      action: "changed",
      movedFrom: "aws_sns_topic.old",
      forcedBy: [],
      attributes: [{ path: "name", kind: "changed", before: "a", after: "b" }],
    },
  ]);
});

test("an import reports the id of the existing object", () => {
  const change = {
    actions: ["no-op"],
    before: { name: "a" },
    after: { name: "a" },
    importing: { id: "arn:aws:sns:x" },
  };
  expect(changeOf(planOf([planned(TOPIC, change)])).resources[0]).toMatchObject({
    action: "imported",
    importedAs: "arn:aws:sns:x",
  });
});

test("a replacement names the attributes that force it, each once, in the usual form of paths", () => {
  const change = {
    actions: ["delete", "create"],
    before: { name: "a" },
    after: { name: "b" },
    replace_paths: [["schema", 0, "name"], ["name"], ["name"]],
  };
  const more = { action_reason: "replace_because_cannot_update" };
  expect(changeOf(planOf([planned(TOPIC, change, more)])).resources[0]).toMatchObject({
    forcedBy: ["name", "schema[0].name"],
  });
});

testAll([
  ["replace_because_tainted", "an earlier apply left it incomplete"],
  ["replace_by_request", "requested with -replace"],
  ["replace_by_triggers", "something it watches with replace_triggered_by changes"],
  ["delete_because_each_key", "its key is no longer in for_each"],
])("%s is a reason, with words", (action_reason, words) => {
  const change = { actions: ["delete", "create"], before: {}, after: {} };
  const { reason } = changeOf(planOf([planned(TOPIC, change, { action_reason })])).resources[0] ?? {};
  expect([reason, reason && reasonWords(reason)]).toEqual([{ kind: action_reason }, words]);
});

test("an object left over from a replacement is distinguished from the object with the same address", () => {
  const model = changeOf(
    planOf([
      planned("aws_cognito_user_pool.customers", { actions: ["no-op"] }),
      planned("aws_cognito_user_pool.customers", { actions: ["delete"], before: {} }, { deposed: "ab12" }),
    ]),
  );
  expect(model.resources).toEqual([
    expect.objectContaining({ address: "aws_cognito_user_pool.customers (ab12)", action: "destroyed" }),
  ]);
  expect(model.resources[0]?.loss).toBeUndefined();
});

test("checks and an incomplete plan are notes, and a plan with a note counts as a change", () => {
  const model = changeOf(
    planOf([], {
      complete: false,
      checks: [
        {
          address: { to_display: "check.answers" },
          status: "fail",
          instances: [{ problems: [{ message: "no answer" }] }],
        },
        { address: { to_display: "check.fine" }, status: "pass" },
      ],
    }),
  );
  expect(model.notes).toEqual([
    { kind: "plan-incomplete" },
    { kind: "check", name: "check.answers", status: "fail", problems: ["no answer"] },
  ]);
  expect(reportOf(model).verdict.line).not.toContain("no change");
  expect(terminalReport(reportOf(model))).toContain("check.answers failed: no answer");
});

/** The resources of a root module with one module, each with a provisioner. */
const PROVISIONED = {
  root_module: {
    resources: [{ address: TOPIC, provisioners: [{ type: "local-exec" }] }],
    module_calls: {
      news: { module: { resources: [{ address: TOPIC, provisioners: [{ type: "remote-exec" }] }] } },
    },
  },
};
const IN_MODULE = `module.news["a.b[\\"]"].${TOPIC}[0]`;
const TRIGGER = { triggering_resource_address: TOPIC };

testAll([
  [["create"], [TOPIC, "local-exec"]],
  [
    ["delete", "create"],
    [TOPIC, "local-exec"],
  ],
  [["delete"], [TOPIC, "local-exec"]],
  [["update"], undefined],
  [["no-op"], undefined],
])("of %j, a provisioner counts as broader if the object is made or destroyed", (actions, found) => {
  const plan = planOf([planned(TOPIC, { actions })], { configuration: PROVISIONED });
  const runs = changeOf(plan).access.guards.filter(({ guard }) => guard === GUARDS.runs);
  expect(runs.map(({ effect, address, after }) => [effect, address, after])).toEqual(
    found === undefined ? [] : [["broadened", ...found]],
  );
});

test("a provisioner in a module, an action and a deferred change count as broader, each at its address", () => {
  const plan = planOf([planned(IN_MODULE, { actions: ["create"] })], {
    configuration: PROVISIONED,
    action_invocations: [{ address: "action.aws_lambda_invoke.warm", lifecycle_action_trigger: TRIGGER }, {}],
    deferred_changes: [{ reason: "absent_prereq", resource_change: planned(TOPIC, { actions: ["create"] }) }, {}],
  });
  const found = changeOf(plan).access.guards.filter(({ guard }) => guard === GUARDS.runs || guard === GUARDS.deferred);
  expect(found.map(({ effect, guard, address, after }) => [effect, guard, address, after])).toEqual([
    ["broadened", GUARDS.runs, IN_MODULE, "remote-exec"],
    ["broadened", GUARDS.runs, TOPIC, "action.aws_lambda_invoke.warm"],
    ["broadened", GUARDS.runs, "an action", "an action"],
    ["broadened", GUARDS.deferred, TOPIC, "absent_prereq"],
    ["broadened", GUARDS.deferred, "a resource", "Terraform gives no reason"],
  ]);
});
