import { firstPart, usedUntilChanged } from "../../../../cli/deploy/deploy";
import { testAll } from "../../../support/test-all";

type Change = { readonly before: object | null; readonly after: object | null };

const planOf = (changes: Readonly<Record<string, readonly [actions: string, Change]>>) =>
  ({
    resource_changes: Object.entries(changes).map(([address, [actions, change]]) => ({
      address,
      type: address.split(".")[0],
      change: { actions: actions.split("+"), ...change },
    })),
  }) as never;
const gone = (before: object): readonly [string, Change] => ["delete", { before, after: null }];
const changed = (before: object, after: object): readonly [string, Change] => ["update", { before, after }];

const AUTHORIZER = "aws_apigatewayv2_authorizer.a";
const ROUTE = "aws_apigatewayv2_route.r";

testAll<[string, Parameters<typeof planOf>[0], readonly string[]]>([
  [
    "an authorizer that a route exchanges for another",
    { [AUTHORIZER]: gone({ id: "a1" }), [ROUTE]: changed({ authorizer_id: "a1" }, { authorizer_id: "b2" }) },
    [AUTHORIZER],
  ],
  [
    "an authorizer of a route that is destroyed too",
    { [AUTHORIZER]: gone({ id: "a1" }), [ROUTE]: gone({ authorizer_id: "a1" }) },
    [],
  ],
  [
    "an authorizer that no route uses",
    { [AUTHORIZER]: gone({ id: "a1" }), [ROUTE]: changed({ authorizer_id: "b2" }, { authorizer_id: "b2" }) },
    [],
  ],
  [
    "an authorizer that is replaced",
    {
      [AUTHORIZER]: ["delete+create", { before: { id: "a1" }, after: {} }],
      [ROUTE]: changed({ authorizer_id: "a1" }, {}),
    },
    [],
  ],
  [
    "something else with that id",
    { "aws_iam_role.a": gone({ id: "a1" }), [ROUTE]: changed({ authorizer_id: "a1" }, {}) },
    [],
  ],
])("what a route uses until it is changed: %s", (_, changes, expected) => {
  expect(usedUntilChanged(planOf(changes))).toEqual(expected);
});

test("the first part is everything that is not destroyed, and the grants that Cloud Run refuses without an IAM check", () => {
  const plan = planOf({
    [AUTHORIZER]: gone({ id: "a1" }),
    [ROUTE]: changed({}, {}),
    "aws_iam_role.kept": ["no-op", { before: {}, after: {} }],
    "aws_iam_role.new": ["create", { before: null, after: {} }],
    "google_cloud_run_v2_service_iam_binding.orders": gone({}),
    "google_service_account_iam_binding.orders": gone({}),
  });
  expect(firstPart(plan)).toEqual([
    ROUTE,
    "aws_iam_role.kept",
    "aws_iam_role.new",
    "google_cloud_run_v2_service_iam_binding.orders",
  ]);
});
