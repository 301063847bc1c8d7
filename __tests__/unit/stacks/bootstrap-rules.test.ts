import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { BootstrapIntent } from "../../../intent/model/bootstrap-intent";
import { BootstrapStack } from "../../../stacks/front-door";
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

/** @param address `type.name` of an element of the stack */
function elementOf(stack: BootstrapStack, address: string) {
  const named = (node: object) => "friendlyUniqueId" in node && `${typeOf(node)}.${node.friendlyUniqueId}` === address;
  return stack.node.findAll().find(named);
}

function override(address: string, path: string, value: unknown) {
  return (stack: BootstrapStack) =>
    (elementOf(stack, address) as unknown as { addOverride(path: string, value: unknown): void }).addOverride(
      path,
      value,
    );
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
    const policy = elementOf(stack, "aws_iam_role_policy.plan");
    const given = policy as unknown as { policyInput: string; policy: string };
    given.policy = given.policyInput.replace('"iam:GetRole"', '"iam:*"');
  };
  expect(refusal({}, other)).toContain("aws_iam_role_policy.plan: Action iam:* has a wildcard");
});

const PROVIDER = "google_iam_workload_identity_pool_provider.github_actions";
const ADMITS = "admits principals other than config's jobs";
const account = (name: string) => `google_service_account_iam_binding.${name}`;
const POOL = "iam.googleapis.com/${google_iam_workload_identity_pool.github.name}";
const PROJECT = "google_project_iam_member.deploy";
const IMAGES = "google_artifact_registry_repository_iam_member.images_europe_shop";
const BEYOND = "grants access beyond this stack's own resources";
const ANY_POLICY = ["arn:aws:iam::aws:policy/AdministratorAccess"];
const OF_OWNER = "assertion.repository_owner_id == '1234567'";
const REQUEST = `principal://${POOL}/subject/${SUBJECT}:pull_request`;
const OTHER_REPOSITORY = `principal://${POOL}/subject/repo:acme/other:pull_request`;

testAll<[string, string, string, unknown, string]>([
  ["a bucket to delete", "aws_s3_bucket.state", "lifecycle.prevent_destroy", false, "is not protected from deletion"],
  ["a pool for any repository of the owner", PROVIDER, "attribute_condition", OF_OWNER, ADMITS],
  ["a pool for another issuer", PROVIDER, "oidc.issuer_uri", "https://token.example.com", ADMITS],
  ["a pool that accepts custom keys", PROVIDER, "oidc.jwks_json", "{}", `${ADMITS} at oidc.jwks_json`],
  [
    "a pool that maps another claim to the subject",
    PROVIDER,
    "attribute_mapping",
    { google: { subject: "assertion.actor" } },
    `${ADMITS} at attribute_mapping`,
  ],
  ["a deployer that a pull request may become", account("deploy"), "members", [REQUEST], "expected exactly"],
  [
    "a planner with everything",
    "aws_iam_role.plan",
    "managed_policy_arns",
    ANY_POLICY,
    "expected only policies of this",
  ],
  ["a pipeline with a role of Google's on the project", PROJECT, "role", "roles/owner", BEYOND],
  ["a pipeline's role on the project for another", PROJECT, "member", "user:ann@example.com", BEYOND],
  ["a pipeline that may write images", IMAGES, "role", "roles/artifactregistry.writer", BEYOND],
  ["images for a principal outside the pipeline", IMAGES, "member", "allUsers", BEYOND],
  ["an account for the whole pool", account("deploy"), "members", [`principalSet://${POOL}/*`], "expected exactly"],
  ["an account for an unknown principal", account("plan"), "members", [OTHER_REPOSITORY], "expected exactly"],
  ["an account for anyone", account("people"), "members", ["allAuthenticatedUsers"], "expected exactly"],
  ["a subject with another role", account("plan"), "role", "roles/owner", "expected roles/iam.workloadIdentityUser"],
])("a rule stops %s", (_, address, path, value, message) => {
  expect(refusal(WITH_IMAGES, override(address, path, value))).toContain(message);
});
