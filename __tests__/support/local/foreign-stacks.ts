import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { ROOT } from "../places";

const FOLDER = join(ROOT, "__tests__", "fixtures", "foreign-stacks");

/** A stack in Terraform's JSON syntax that this program did not write: `jwt-authorizer`. */
export function foreignStack(name: string): string {
  return join(FOLDER, `${name}.tf.json`);
}

/** The archive of `lambda-authorizer`'s function: one key, and the account that it stands for. */
export function keyAuthorizerArchive(): Uint8Array {
  const source = `exports.handler = async ({ headers }) => ({
  isAuthorized: headers["x-api-key"] === process.env.API_KEY,
  context: { account: "acme" },
});`;
  return zipSync({ "index.js": strToU8(source) });
}

/** Everything in `lambda-backend` that is not supported. */
export const LAMBDA_BACKEND_FAULTS = [
  "variable",
  "data",
  "provider.aws.profile",
  "provider.aws.region",
  "aws_dynamodb_table",
  "aws_iam_role.tasks.path",
  "aws_iam_role_policy_attachment.table.policy_arn",
  "aws_lambda_function.tasks.layers",
  "aws_lambda_function.tasks.runtime",
  "aws_apigatewayv2_api.tasks.target",
  "aws_apigatewayv2_route.tasks.route_key",
  "aws_apigatewayv2_route.admin.authorization_type",
  "aws_apigatewayv2_integration.tasks.integration_type",
  "aws_apigatewayv2_integration.tasks.integration_method",
  "aws_apigatewayv2_integration.tasks.payload_format_version",
];
