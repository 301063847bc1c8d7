import { intentOf } from "../../../support/shop";
import { devStack, statements } from "../../../support/stack";

const stack = devStack();

test("the callers' function has the values that tokens are checked against, as references", () => {
  const { source_code_hash, ...callers } = stack.resource("aws_lambda_function", "callers");
  expect(source_code_hash).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  expect(callers).toEqual({
    architectures: ["arm64"],
    depends_on: ["aws_iam_role.callers", "aws_iam_role_policy.callers"],
    description: expect.any(String),
    environment: {
      variables: {
        CLIENT_REPORTING_AGENT: "${aws_cognito_user_pool_client.reporting_agent.id}",
        CLIENT_SUPPORT_DESK: "${aws_cognito_user_pool_client.support_desk.id}",
        CLIENT_WEB: "${aws_cognito_user_pool_client.web.id}",
        FEDERATION_PROVIDER: "${google_iam_workload_identity_pool_provider.aws_gateway.name}",
        ISSUER_CUSTOMERS: "https://${aws_cognito_user_pool.customers.endpoint}",
      },
    },
    filename: "assets/authorizer/zip/authorizer.zip",
    function_name: "storefront-dev-callers",
    handler: "index.callers",
    logging_config: {
      application_log_level: "INFO",
      log_format: "JSON",
      log_group: "${aws_cloudwatch_log_group.callers.name}",
      system_log_level: "WARN",
    },
    memory_size: 512,
    role: "${aws_iam_role.callers.arn}",
    runtime: "nodejs24.x",
    timeout: 10,
  });
});

test("the public routes' function has no issuer and no client", () => {
  const { handler, environment } = stack.resource("aws_lambda_function", "public");
  expect(handler).toBe("index.public");
  expect(Object.keys(environment.variables)).toEqual(["FEDERATION_PROVIDER"]);
});

test("both functions run the same archive", () => {
  const [callers, open] = ["callers", "public"].map((name) => stack.resource("aws_lambda_function", name));
  expect([open.filename, open.source_code_hash]).toEqual([callers.filename, callers.source_code_hash]);
});

test("a function may only write its own log and assume the invoker roles of the services whose routes it serves", () => {
  expect(statements(stack.resource("aws_iam_role_policy", "public").policy)).toEqual([
    {
      Sid: "WriteOwnLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: "${aws_cloudwatch_log_group.public.arn}:*",
    },
    {
      Sid: "BecomeInvokers",
      Effect: "Allow",
      Action: "sts:AssumeRole",
      // Only the catalog, one of three services, has public routes.
      Resource: ["arn:aws:iam::111122223333:role/storefront-dev-catalog"],
    },
  ]);
});

test("concurrency is reserved only if config says so", () => {
  const { gateway } = intentOf("dev");
  const authorizer = { memoryMb: 1024, reservedConcurrency: { public: 5 } };
  const reserved = devStack({ gateway: { ...gateway, authorizer } });
  expect(stack.resource("aws_lambda_function", "public")).not.toHaveProperty("reserved_concurrent_executions");
  expect(reserved.resource("aws_lambda_function", "callers")).not.toHaveProperty("reserved_concurrent_executions");
  expect(reserved.resource("aws_lambda_function", "public")).toMatchObject({
    memory_size: 1024,
    reserved_concurrent_executions: 5,
  });
});

test("without public routes the public function may assume no role", () => {
  const services = intentOf("dev").services.filter(({ id }) => id === "orders");
  const policy = devStack({ services }).resource("aws_iam_role_policy", "public").policy;
  expect(statements(policy).map(({ Sid }) => Sid)).toEqual(["WriteOwnLog"]);
});
