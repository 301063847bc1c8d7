import { probes } from "../../../../stacks/google/run-service";
import { intentOf } from "../../../support/shop";
import { devStack, stackOf } from "../../../support/stack";

const stack = devStack();
const orders = stack.resource("google_cloud_run_v2_service", "orders");

test("a service is private: only its invoker may call it, for one audience", () => {
  expect(orders).toMatchObject({
    custom_audiences: ["https://storefront-dev-orders.storefront-dev.internal"],
    ingress: "INGRESS_TRAFFIC_ALL",
    invoker_iam_disabled: false,
    name: "storefront-dev-orders",
  });
  expect(stack.resource("google_cloud_run_v2_service_iam_binding", "orders")).toEqual({
    location: "${google_cloud_run_v2_service.orders.location}",
    members: ["${google_service_account.orders.member}"],
    name: "${google_cloud_run_v2_service.orders.id}",
    role: "roles/run.invoker",
  });
});

test("resources, scaling and timeout are explicit, so no provider default applies", () => {
  const { containers, service_account, ...template } = orders.template;
  expect(orders.scaling).toEqual({ min_instance_count: 0 });
  expect(template).toEqual({
    max_instance_request_concurrency: 80,
    scaling: { max_instance_count: 2, min_instance_count: 0 },
    timeout: "30s",
  });
  expect(service_account).toBe("${google_service_account.orders_rt.email}");
  expect(containers[0].resources).toEqual({
    cpu_idle: true,
    limits: { cpu: "1", memory: "512Mi" },
    startup_cpu_boost: true,
  });
});

test("a pinned secret is mounted; one without a version is created and not mounted", () => {
  const staging = stackOf(intentOf("staging"));
  expect(staging.resource("google_cloud_run_v2_service", "orders").template.containers[0].env).toEqual([
    {
      name: "DATABASE_URL",
      value_source: {
        secret_key_ref: { secret: "${google_secret_manager_secret.orders_database_url.secret_id}", version: "3" },
      },
    },
    { name: "LOG_LEVEL", value: "info" },
  ]);
  expect(staging.all("google_secret_manager_secret")).toHaveProperty("orders_payment_key");
});

test("a service waits until it may read its secrets, and until calls can pass its IAM check", () => {
  expect(orders.depends_on).toEqual([
    "google_secret_manager_secret_iam_binding.orders_database_url",
    "google_secret_manager_secret_iam_binding.orders_payment_key",
    "google_iam_workload_identity_pool_provider.aws_gateway",
    "google_service_account_iam_binding.orders",
    "aws_lambda_function.callers",
    "aws_lambda_function.public",
    "aws_lambda_permission.scoped_invoke",
    "aws_lambda_permission.scoped_path_invoke",
    "aws_lambda_permission.public_invoke",
    "aws_lambda_permission.public_path_invoke",
    "aws_iam_role.orders",
  ]);
});

test("with a health path, Cloud Run probes it at startup and later", () => {
  const httpGet = { path: "/healthz", port: 8080 };
  expect(probes({ healthPath: "/healthz", port: 8080 })).toEqual({
    livenessProbe: { initialDelaySeconds: 0, periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3, httpGet },
    startupProbe: { initialDelaySeconds: 0, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 24, httpGet },
  });
});

test("without a health path, only the port is probed at startup, and there is no liveness probe", () => {
  expect(probes({ port: 3000 })).toEqual({
    startupProbe: {
      initialDelaySeconds: 0,
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: 24,
      tcpSocket: { port: 3000 },
    },
  });
});
