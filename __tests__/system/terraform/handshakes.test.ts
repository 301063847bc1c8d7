import type { Intent } from "../../../intent/model/intent";
import { previewUnder } from "../../support/handshakes";
import { planned } from "../../support/plan";
import { small } from "../../support/small";
import { applying, describeTerraform, TerraformStack } from "../../support/terraform-stack";

/** The resources that a switch destroys and creates, by type: exactly those that only one handshake has. */
const FEDERATED_TYPES = [
  "aws_apigatewayv2_authorizer",
  "aws_cloudwatch_log_group",
  "aws_iam_role",
  "aws_iam_role_policies_exclusive",
  "aws_iam_role_policy",
  "aws_iam_role_policy_attachments_exclusive",
  "aws_lambda_function",
  "aws_lambda_permission",
  "google_cloud_run_v2_service_iam_binding",
  "google_iam_workload_identity_pool",
  "google_iam_workload_identity_pool_provider",
  "google_service_account",
  "google_service_account_iam_binding",
];
const SHARED_TYPES = ["aws_apigatewayv2_authorizer"];
const BOTH = [
  "aws_apigatewayv2_integration",
  "aws_apigatewayv2_route",
  "aws_apigatewayv2_stage",
  "google_cloud_run_v2_service",
];

type Handshake = Intent["handshake"];

describeTerraform("the handshakes of preview", () => {
  describe.each<[Handshake, Handshake]>([
    ["federated", "shared-issuer"],
    ["shared-issuer", "federated"],
  ])("%s", (handshake, other) => {
    let stack: TerraformStack;

    test("an empty account gets every resource", () => {
      stack = TerraformStack.of(small(previewUnder(handshake)));
      const plan = stack.plan();
      expect(new Set(plan.resource_changes.map(({ change }) => change.actions.join()))).toEqual(new Set(["create"]));
      const service = planned(plan, "google_cloud_run_v2_service.orders");
      expect(service.invoker_iam_disabled).toBe(handshake === "shared-issuer");
    });

    applying("after an apply, the same configuration changes nothing", () => {
      stack.apply();
      stack.expectNoChanges();
    });

    applying(`a switch to ${other} makes and destroys what only one of the two has, and replaces nothing`, () => {
      const { resource_changes } = stack.lay(small(previewUnder(other))).plan();
      const typesOf = (action: string) => {
        const changed = resource_changes.filter(({ change }) => change.actions.join("+") === action);
        return [...new Set(changed.map(({ type }) => type))].sort();
      };
      const [gone, come] =
        handshake === "federated" ? [FEDERATED_TYPES, SHARED_TYPES] : [SHARED_TYPES, FEDERATED_TYPES];
      expect({ delete: typesOf("delete"), create: typesOf("create"), update: typesOf("update") }).toEqual({
        delete: gone,
        create: come,
        update: BOTH,
      });
      expect(resource_changes.filter(({ change }) => change.actions.length > 1)).toEqual([]);
    });
  });
});
