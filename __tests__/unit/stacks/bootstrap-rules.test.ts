import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { BootstrapIntent } from "../../../intent/model/bootstrap-intent";
import { BootstrapStack } from "../../../stacks/bootstrap-stack";
import { withOwnImages } from "../../support/bootstrap";
import { bootstrapOf } from "../../support/shop";
import { testAll } from "../../support/test-all";

const SUBJECT = "repo:acme@1234567/storefront@7654321";

/** The findings that stop the synthesis of this bootstrap; empty text if there are none. */
function refusal(changes: Partial<BootstrapIntent>, mutate: (stack: BootstrapStack) => void = () => undefined): string {
  const outdir = mkdtempSync(join(tmpdir(), "front-door-bootstrap-"));
  try {
    const app = new App({ outdir });
    mutate(new BootstrapStack(app, { ...bootstrapOf("dev"), ...changes }));
    app.synth();
    return "";
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

const WITH_IMAGES = { google: withOwnImages(bootstrapOf("dev")).google };

function override(type: string, name: string, path: string, value: unknown) {
  return (stack: BootstrapStack) => {
    const found = stack.node
      .findAll()
      .find((node) => "friendlyUniqueId" in node && node.friendlyUniqueId === name && typeOf(node) === type);
    (found as unknown as { addOverride(path: string, value: unknown): void }).addOverride(path, value);
  };
}

function typeOf(node: object): unknown {
  return (node as { readonly terraformResourceType?: unknown }).terraformResourceType;
}

test("the program's own wildcards need no allowance, and an allowance needs a finding", () => {
  expect(refusal({})).toBe("");
  expect(refusal(WITH_IMAGES)).toBe("");
  const place = { file: "config/bootstrap.yaml", line: 7, column: 5, path: "allowances[0]" };
  const address = "aws_iam_role_policy.deploy";
  const unused = { rule: "no-wildcard-grant", address, reason: "no longer needed", owner: "x", place };
  expect(refusal({ allowances: [unused] })).toMatch(
    /config\/bootstrap\.yaml:7:5 {2}allowances\[0\] {2}got an unused allowance /,
  );
});

test("any other wildcard in a statement of the pipeline's roles is a finding", () => {
  const other = (stack: BootstrapStack) => {
    const policy = stack.node
      .findAll()
      .find(
        (node) =>
          "friendlyUniqueId" in node && node.friendlyUniqueId === "plan" && typeOf(node) === "aws_iam_role_policy",
      );
    const given = policy as unknown as { policyInput: string; policy: string };
    given.policy = given.policyInput.replace('"iam:GetRole"', '"iam:*"');
  };
  expect(refusal({}, other)).toContain("aws_iam_role_policy.plan: Action iam:* has a wildcard");
});

testAll([
  [
    "a bucket that a plan may delete",
    "aws_s3_bucket",
    "state",
    "lifecycle.prevent_destroy",
    false,
    "is not protected from deletion",
  ],
  [
    "a pool that any repository of the owner may enter",
    "google_iam_workload_identity_pool_provider",
    "github_actions",
    "attribute_condition",
    "assertion.repository_owner_id == '1234567'",
    "admits principals other than config's jobs",
  ],
  [
    "a pool for another issuer",
    "google_iam_workload_identity_pool_provider",
    "github_actions",
    "oidc.issuer_uri",
    "https://token.example.com",
    "admits principals other than config's jobs",
  ],
  [
    "a pool that accepts custom keys",
    "google_iam_workload_identity_pool_provider",
    "github_actions",
    "oidc.jwks_json",
    "{}",
    "admits principals other than config's jobs at oidc.jwks_json",
  ],
  [
    "a pool that maps another claim to the subject",
    "google_iam_workload_identity_pool_provider",
    "github_actions",
    "attribute_mapping",
    { google: { subject: "assertion.actor" } },
    "admits principals other than config's jobs at attribute_mapping",
  ],
  [
    "a deployer that a pull request may become",
    "google_service_account_iam_binding",
    "deploy",
    "members",
    [
      `principal://iam.googleapis.com/\${google_iam_workload_identity_pool.github.name}/subject/${SUBJECT}:pull_request`,
    ],
    "expected exactly",
  ],
  [
    "a planner with everything that AWS has",
    "aws_iam_role",
    "plan",
    "managed_policy_arns",
    ["arn:aws:iam::aws:policy/AdministratorAccess"],
    "expected only policies of this stack",
  ],
  [
    "a pipeline with a role of Google's on the project",
    "google_project_iam_member",
    "deploy",
    "role",
    "roles/owner",
    "grants access beyond this stack's own resources",
  ],
  [
    "a pipeline's role on the project for another principal",
    "google_project_iam_member",
    "deploy",
    "member",
    "user:ann@example.com",
    "grants access beyond this stack's own resources",
  ],
  [
    "a pipeline that may write images",
    "google_artifact_registry_repository_iam_member",
    "images_europe_shop",
    "role",
    "roles/artifactregistry.writer",
    "grants access beyond this stack's own resources",
  ],
  [
    "images for a principal outside the pipeline",
    "google_artifact_registry_repository_iam_member",
    "images_europe_shop",
    "member",
    "allUsers",
    "grants access beyond this stack's own resources",
  ],
  [
    "an account that the whole pool may become",
    "google_service_account_iam_binding",
    "deploy",
    "members",
    ["principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.github.name}/*"],
    "expected exactly",
  ],
  [
    "an account that an unknown principal may become",
    "google_service_account_iam_binding",
    "plan",
    "members",
    [
      "principal://iam.googleapis.com/${google_iam_workload_identity_pool.github.name}/subject/repo:acme/other:pull_request",
    ],
    "expected exactly",
  ],
  [
    "an account that any principal may impersonate",
    "google_service_account_iam_binding",
    "people",
    "members",
    ["allAuthenticatedUsers"],
    "expected exactly",
  ],
  [
    "a subject with another role",
    "google_service_account_iam_binding",
    "plan",
    "role",
    "roles/owner",
    "expected roles/iam.workloadIdentityUser",
  ],
])("a rule stops %s", (_, type, name, path, value, message) => {
  expect(refusal(WITH_IMAGES, override(type, name, path, value))).toContain(message);
});
