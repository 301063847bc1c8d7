import { auditedDev, auditedPreview } from "../../../support/auditors";
import { stackOf } from "../../../support/stack";

const stack = stackOf(auditedDev());

test("the bucket has the same retention as CloudWatch, in the services' region", () => {
  const { depends_on, ...bucket } = stack.resource("google_logging_project_bucket_config", "auditors");
  expect(bucket).toEqual({
    bucket_id: "storefront-dev-auditors",
    description: expect.any(String),
    location: "europe-west1",
    project: "storefront-dev",
    retention_days: stack.resource("aws_cloudwatch_log_group", "access").retention_in_days,
  });
  expect(depends_on).toContain("google_project_service.logging");
});

test("the sink routes only named logs of this environment's services, accounts and pool", () => {
  const sink = stack.resource("google_logging_project_sink", "auditors");
  expect(sink.destination).toBe("logging.googleapis.com/${google_logging_project_bucket_config.auditors.id}");
  const services = ["accounts", "catalog", "orders"].map((id) => `storefront-dev-${id}`);
  const printed = ["requests", "stderr", "stdout", "varlog/system"].map((id) => `log_id("run.googleapis.com/${id}")`);
  const audits = 'log_id("cloudaudit.googleapis.com/data_access")';
  expect(sink.filter.split(/(?<=\)) OR (?=\((?:resource|log_id\("cloudaudit))/)).toEqual([
    `(resource.type="cloud_run_revision" AND resource.labels.service_name=(${services.map((name) => `"${name}"`).join(" OR ")}) AND (${printed.join(" OR ")}))`,
    `(${audits} AND resource.type="service_account" AND resource.labels.email_id=~"^(${services.join("|")})(-rt)?@storefront-dev[.]iam[.]gserviceaccount[.]com$")`,
    `(${audits} AND protoPayload.serviceName="sts.googleapis.com" AND protoPayload.resourceName:"/workloadIdentityPools/storefront-dev/")`,
  ]);
});

test("the view shows the bucket without container output, using only AND and NOT", () => {
  const { filter } = stack.resource("google_logging_log_view", "auditors");
  expect(filter.split(" AND ")).toEqual([
    'SOURCE("projects/storefront-dev")',
    'NOT LOG_ID("run.googleapis.com/stderr")',
    'NOT LOG_ID("run.googleapis.com/stdout")',
    'NOT LOG_ID("run.googleapis.com/varlog/system")',
  ]);
  expect(filter).not.toContain(" OR ");
});

test("without federation there is no log of a token exchange", () => {
  const { filter } = stackOf(auditedPreview()).resource("google_logging_project_sink", "auditors");
  expect(filter).not.toContain("sts.googleapis.com");
});
