import { applying } from "../../support/terraform-stack";
import { DeployedProject } from "./support/deployed-project";

/** Printed when the snapshot is created again, after the removed resources that it still contained are destroyed. */
const AGAIN = "creating it again";

const project = new DeployedProject();
afterAll(() => project.remove());

/** An account whose API Gateway has its role for logs. */
const WITH_ROLE = () => project.awsThatAnswers('{"cloudwatchRoleArn":"arn:aws:iam::111122223333:role/logs"}');

applying("a REST API is not deployed into an account whose API Gateway has no role for logs", () => {
  project.edit("dev.yaml", /^aws:\n/m, "aws:\n  ownsAccount: false\n");
  project.edit("dev.yaml", "gateway:\n", "gateway:\n  kind: rest\n");
  const account = project.awsThatAnswers('{"throttleSettings":{"rateLimit":10000}}');
  const refused = project.run(["deploy", "dev", "--yes"], account);
  expect(refused).toMatchObject({ code: 1, error: expect.stringContaining("aws.ownsAccount  got no owner") });
  expect(refused.error).not.toContain(": created");
  expect(refused.error).toContain("dev: asking Google whether this identity may read the images");
  expect(project.run(["plan", "dev"], account)).toMatchObject({
    code: 0,
    error: expect.stringContaining("aws.ownsAccount  got no owner"),
  });
});

applying("a REST API is deployed, and after a removal its snapshot is automatically created again", () => {
  const first = project.run(["deploy", "dev", "--yes"], WITH_ROLE());
  expect(first).toMatchObject({
    code: 0,
    error: expect.stringContaining("aws_api_gateway_deployment.gateway: created"),
  });
  expect(first.error).not.toContain(AGAIN);

  project.edit("base.yaml", "      GET /orders/export: { scopes: [orders/export] }\n", "");
  project.edit("base.yaml", "scopes: [orders/read, orders/export]", "scopes: [orders/read]");
  const { code, error } = project.run(["deploy", "dev", "--yes"]);
  expect({ code, error }).toMatchObject({ code: 0, error: expect.stringContaining(AGAIN) });
  const [applied = "", again = ""] = error.split(AGAIN);
  expect(applied).toContain("aws_api_gateway_method.orders_get_orders_export: destroyed");
  expect(again).toContain("aws_api_gateway_deployment.gateway: created");
  expect(again).not.toMatch(/aws_api_gateway_(method|integration|resource)\./);
  expect(project.run(["plan", "dev"])).toMatchObject({ code: 0, out: "dev: no change\n" });
});
