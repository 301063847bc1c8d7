import { AUDITORS, auditedDev, auditedPreview, auditedRest } from "../../support/auditors";
import { stackOf } from "../../support/stack";

const IN_AWS = ["aws_iam_role.auditors", "aws_iam_role_policy.auditors", "aws_cloudwatch_query_definition.used_grants"];
const IN_GOOGLE = [
  "google_logging_log_view.auditors",
  "google_logging_log_view_iam_binding.auditors",
  "google_logging_project_bucket_config.auditors",
  "google_logging_project_sink.auditors",
];

test.each([
  { name: "of an HTTP API", intent: auditedDev(), there: [...IN_AWS, ...IN_GOOGLE] },
  { name: "in AWS alone", intent: auditedDev({ awsRoles: AUDITORS.awsRoles }), there: IN_AWS },
  { name: "in Google alone", intent: auditedDev({ googleGroups: AUDITORS.googleGroups }), there: IN_GOOGLE },
  { name: "of a REST API with a firewall", intent: auditedRest(), there: [...IN_AWS, ...IN_GOOGLE] },
  { name: "where the gateway decides", intent: auditedPreview(), there: [...IN_AWS, ...IN_GOOGLE] },
])("auditors $name have the resources that they need in their own clouds only", ({ intent, there }) => {
  const addresses = stackOf(intent).addresses();
  expect([...IN_AWS, ...IN_GOOGLE].filter((address) => addresses.includes(address))).toEqual(there);
});
