import { changeOfPlan } from "../../../../packages/terraform-access-review/plan/from-plan";
import { ownConfiguration } from "../../../../packages/terraform-access-review/plan/own-configuration";
import { changeOf, planned, planOf } from "../../../fixtures/plans/synthetic";
import { testAll } from "../../../support/test-all";

const FUNCTION = "aws_lambda_function.callers";

test("a value that Terraform marks as sensitive is hidden at any depth, but its change is reported", () => {
  const change = {
    before: {
      env: [
        { name: "A", key: "old-1" },
        { name: "B", key: "same" },
      ],
      tags: ["s3cret-a", "plain"],
      note: "x",
    },
    after: {
      env: [
        { name: "A", key: "new-2" },
        { name: "B", key: "same" },
      ],
      tags: ["plain", "s3cret-b"],
      note: "y",
    },
    before_sensitive: { env: [{ key: true }, { key: true }], tags: [true, false] },
    after_sensitive: { env: [{ key: true }, { key: true }], tags: [false, true] },
  };
  const model = changeOf(planOf([planned(FUNCTION, change)]));
  expect(model.resources[0]?.attributes).toEqual([
    { path: "env[A].key", kind: "hidden" },
    { path: "note", kind: "changed", before: "x", after: "y" },
    { path: "tags", kind: "hidden" },
    { path: "tags", kind: "hidden" },
  ]);
  expect(JSON.stringify(model)).not.toMatch(/old-1|new-2|same|s3cret/);
});

const FROM_VARIABLE = { environment: { variables: { FLAGS: "${var.flags}" } } };

testAll([
  ["declared in files", FUNCTION, { aws_lambda_function: { callers: FROM_VARIABLE } }],
  ["in a module", `module.a.${FUNCTION}`, {}],
  ["of no known type", "other_thing.callers", { other_thing: { callers: FROM_VARIABLE } }],
] as const)("a sensitive value stays hidden where a change of it is in doubt: %s", (_, address, resource) => {
  const marks = { environment: [{ variables: { FLAGS: true } }] };
  const values = (flags: string) => ({ environment: [{ variables: { FLAGS: flags } }] });
  const change = {
    before: values("s3cret-a"),
    after: values("s3cret-b"),
    before_sensitive: marks,
    after_sensitive: marks,
  };
  const type = address.split(".").at(-2) ?? "";
  const state = { address, mode: "managed", type, values: change.before, sensitive_values: marks };
  const plan = planOf([planned(address, change)], { prior_state: { values: { root_module: { resources: [state] } } } });
  const own = changeOfPlan("dev", plan, { head: ownConfiguration(plan), base: undefined, isOwnConfiguration: true });
  for (const model of [changeOf(plan, resource), own]) {
    expect(model.access.guards.map(({ effect }) => effect)).toContain("broadened");
    expect(JSON.stringify(model)).not.toMatch(/s3cret/);
  }
});

test("a secret that moved within a structure stays hidden in it", () => {
  const change = {
    before: { rules: [] },
    after: { rules: [{ id: "r1", token: "t0p", port: 1 }] },
    after_sensitive: { rules: [{ token: true }] },
  };
  const model = changeOf(planOf([planned(FUNCTION, change)]));
  expect(model.resources[0]?.attributes[0]).toMatchObject({ kind: "added" });
  expect(JSON.stringify(model)).not.toContain("t0p");
});

test("a secret that the plan does not mark is hidden by its name, and an equal one is not a change", () => {
  const change = { before: { password: "a", pin: 1 }, after: { password: "b", pin: 1 } };
  expect(changeOf(planOf([planned(FUNCTION, change)])).resources[0]?.attributes).toEqual([
    { path: "password", kind: "hidden" },
  ]);
});

test("a resource that is marked as a whole shows no value", () => {
  const change = { actions: ["create"], after: { a: "s1", b: "s2" }, after_sensitive: true };
  expect(JSON.stringify(changeOf(planOf([planned(FUNCTION, change)])))).not.toMatch(/s1|s2/);
});

test("a value that is known only after the apply is shown as the configuration's reference", () => {
  const change = {
    before: { role: "arn:aws:iam::1:role/a", handler: "index.a", version: "1" },
    after: { handler: "index.b" },
    after_unknown: { role: true, version: true },
  };
  const model = changeOf(planOf([planned(FUNCTION, change)]), {
    aws_lambda_function: { callers: { role: "${aws_iam_role.b.arn}", handler: "index.b" } },
  });
  expect(model.resources[0]?.attributes).toEqual([
    { path: "handler", kind: "changed", before: "index.a", after: "index.b" },
    { path: "role", kind: "unknown", before: "arn:aws:iam::1:role/a", after: "${aws_iam_role.b.arn}" },
  ]);
});

test("a member that is known only after the apply is added, whatever its place in the plan's set", () => {
  const [known, unknown] = ["serviceAccount:a@one.iam.gserviceaccount.com", "${google_service_account.new.member}"];
  const change = {
    before: { members: [known] },
    after: { members: [known] },
    after_unknown: { members: [false, true] },
  };
  const binding = "google_cloud_run_v2_service_iam_binding";
  const plan = planOf([planned(`${binding}.orders`, change)]);
  for (const members of [
    [unknown, known],
    [known, unknown],
  ]) {
    const model = changeOf(plan, { [binding]: { orders: { name: "orders", members } } });
    expect(model.resources[0]?.attributes).toEqual([{ path: "members", kind: "unknown", after: unknown }]);
  }
});

test("an equal reference is not a change of its own, but follows from the change of its target", () => {
  const state = {
    address: "aws_iam_role.a",
    mode: "managed",
    type: "aws_iam_role",
    values: { arn: "arn:aws:iam::1:role/a" },
  };
  const model = changeOf(
    planOf(
      [
        planned("aws_iam_role.a", {
          actions: ["delete", "create"],
          before: { name: "x", assume_role_policy: "{}" },
          after: { name: "y", assume_role_policy: "{}" },
          replace_paths: [["name"]],
        }),
        planned(FUNCTION, { before: { role: "arn:aws:iam::1:role/a" }, after: {}, after_unknown: { role: true } }),
      ],
      { prior_state: { values: { root_module: { resources: [state] } } } },
    ),
    {
      aws_lambda_function: { callers: { role: "${aws_iam_role.a.arn}" } },
      aws_iam_role: { a: { name: "y", assume_role_policy: "{}" } },
    },
  );
  expect(model.resources.find(({ address }) => address === FUNCTION)).toMatchObject({
    attributes: [{ path: "role", kind: "unknown" }],
    follows: "aws_iam_role.a is replaced: what refers to it is known after the apply",
  });
});

test("an output with a secret is reported as changed, without its value", () => {
  const model = changeOf(
    planOf([], {
      output_changes: {
        key: { actions: ["update"], before: "k-old", after: "k-new", before_sensitive: true, after_sensitive: true },
        same: { actions: ["no-op"], before: "a", after: "a" },
      },
    }),
  );
  expect(model.resources).toEqual([
    { address: "output.key", type: "", action: "changed", forcedBy: [], attributes: [{ path: "key", kind: "hidden" }] },
  ]);
});

test("null, an empty text and an empty list are all unset", () => {
  const change = { before: { a: null, b: "", c: [], d: {}, e: 1 }, after: { a: "", b: null, d: null, e: 2 } };
  expect(changeOf(planOf([planned(FUNCTION, change)])).resources[0]?.attributes).toEqual([
    { path: "e", kind: "changed", before: 1, after: 2 },
  ]);
});

test("a secret that is known only after the apply is hidden, whether declared or not", () => {
  const change = {
    before: { pin: "1111", code: "2222" },
    after: {},
    after_unknown: { pin: true, code: true },
    before_sensitive: { pin: true, code: true },
    after_sensitive: { pin: true, code: true },
  };
  const model = changeOf(planOf([planned(FUNCTION, change)]), {
    aws_lambda_function: { callers: { pin: "${random_password.a.result}" } },
  });
  expect(model.resources[0]?.attributes).toEqual([
    { path: "code", kind: "hidden" },
    { path: "pin", kind: "hidden" },
  ]);
});

test("another reference is a change of its own, even if its value is not known yet", () => {
  const model = changeOf(
    planOf([
      planned("aws_iam_role.b", { actions: ["create"], after: { name: "b", assume_role_policy: "{}" } }),
      planned(FUNCTION, { before: { role: "arn:aws:iam::1:role/a" }, after: {}, after_unknown: { role: true } }),
    ]),
    {
      aws_lambda_function: { callers: { role: "${aws_iam_role.b.arn}" } },
      aws_iam_role: { b: { name: "b", assume_role_policy: "{}" } },
    },
  );
  expect(model.resources.find(({ address }) => address === FUNCTION)?.follows).toBeUndefined();
});
