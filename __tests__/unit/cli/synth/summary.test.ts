import { summarize } from "../../../../cli/synth/synth";

const allow = JSON.stringify({ Statement: [{ Effect: "Allow" }, { Effect: "Deny" }] });

test("counts resources per cloud, and members of bindings and allowing statements as grants", () => {
  expect(
    summarize({
      resource: {
        aws_apigatewayv2_route: { a: {}, b: {} },
        aws_iam_role: { r: { assume_role_policy: allow } },
        aws_iam_role_policy: { r: { policy: allow } },
        google_service_account_iam_binding: { g: { members: ["x", "y"] } },
      },
    }),
  ).toEqual({ aws: 4, google: 1, routes: 2, grants: 4 });
});

test("a stack without resources is empty, not an error", () => {
  expect(summarize({})).toEqual({ aws: 0, google: 0, routes: 0, grants: 0 });
});
