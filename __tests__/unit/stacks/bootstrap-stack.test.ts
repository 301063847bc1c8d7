import { bootstrapStack } from "../../support/bootstrap";
import { ledgerInWords } from "../../support/ledger-words";
import { bootstrapOf } from "../../support/shop";

const SUBJECT = "repo:acme@1234567/storefront@7654321";

test("the state is versioned, encrypted, private, only reachable over TLS, and protected from destruction", () => {
  const stack = bootstrapStack();
  expect(stack.resource("aws_s3_bucket", "state")).toEqual({
    bucket: "storefront-dev-terraform-state",
    region: "eu-west-1",
    lifecycle: { prevent_destroy: true },
  });
  const bucket = "${aws_s3_bucket.state.id}";
  expect(stack.resource("aws_s3_bucket_versioning", "state").versioning_configuration).toEqual({ status: "Enabled" });
  expect(stack.resource("aws_s3_bucket_server_side_encryption_configuration", "state").rule).toEqual([
    { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
  ]);
  expect(stack.resource("aws_s3_bucket_public_access_block", "state")).toEqual({
    bucket,
    region: "eu-west-1",
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(JSON.parse(stack.resource("aws_s3_bucket_policy", "state").policy).Statement).toEqual([
    {
      Sid: "EncryptedOnTheWire",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: ["${aws_s3_bucket.state.arn}", "${aws_s3_bucket.state.arn}/*"],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "StateForItsReaders",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: "${aws_s3_bucket.state.arn}/storefront/dev.tfstate",
      Condition: {
        ArnNotEquals: {
          "aws:PrincipalArn": [
            "arn:aws:iam::111122223333:role/terraform",
            "arn:aws:iam::111122223333:role/terraform-plan",
          ],
        },
      },
    },
  ]);
});

test("only the two roles of the stack read the state, also according to the ledger", () => {
  const stack = bootstrapStack();
  const own = Object.values(stack.all("aws_iam_role")).map(({ name }) => `arn:aws:iam::111122223333:role/${name}`);
  const rows = ledgerInWords(stack.json).filter(({ permission }) => /s3:GetObject/.test(permission));
  const denied = rows.find(({ permission }) => permission.startsWith("DENY"));
  expect(denied?.principal).toBe("any principal");
  for (const arn of own) expect(denied?.condition).toContain(arn);
  const allowed = rows.filter(({ permission }) => !permission.startsWith("DENY")).map(({ principal }) => principal);
  expect([...new Set(allowed)].sort()).toEqual(["role terraform", "role terraform-plan"]);
});

test("a role trusts exact subjects of one repository, with AWS as the audience", () => {
  const { assume_role_policy } = bootstrapStack({}, "prod").resource("aws_iam_role", "deploy");
  expect(JSON.parse(assume_role_policy).Statement).toEqual([
    {
      Sid: "Workflows",
      Effect: "Allow",
      Principal: { Federated: "${aws_iam_openid_connect_provider.github.arn}" },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub": [`${SUBJECT}:environment:prod`],
        },
      },
    },
  ]);
});

test("people in config may deploy without the pipeline, and may assume only the deploy role", () => {
  const stack = bootstrapStack();
  expect(JSON.parse(stack.resource("aws_iam_role", "deploy").assume_role_policy).Statement.at(-1)).toEqual({
    Sid: "People",
    Effect: "Allow",
    Principal: { AWS: ["arn:aws:iam::111122223333:role/developers"] },
    Action: "sts:AssumeRole",
  });
  expect(stack.resource("aws_iam_role", "plan").assume_role_policy).not.toContain("People");
  expect(stack.resource("google_service_account_iam_binding", "people")).toEqual({
    service_account_id: "${google_service_account.deploy.name}",
    role: "roles/iam.serviceAccountTokenCreator",
    members: ["group:platform@example.com"],
  });
  expect(bootstrapStack({}, "prod").all("google_service_account_iam_binding").people).toBeUndefined();
});

test("an account that already has GitHub's identity provider gets no second one", () => {
  const stack = bootstrapStack({ aws: { ...bootstrapOf("dev").aws, ownsIdentityProvider: false } });
  expect(stack.all("aws_iam_openid_connect_provider")).toEqual({});
  expect(stack.resource("aws_iam_role", "plan").assume_role_policy).toContain(
    "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
  );
});

test("Google admits the repository by its ids, and each account exact subjects", () => {
  const stack = bootstrapStack();
  expect(stack.resource("google_iam_workload_identity_pool_provider", "github_actions").attribute_condition).toBe(
    "assertion.repository_owner_id == '1234567' && assertion.repository_id == '7654321' && google.subject in " +
      `['${SUBJECT}:environment:dev', '${SUBJECT}:environment:dev-plan', '${SUBJECT}:pull_request']`,
  );
  const pool = "${google_iam_workload_identity_pool.github.name}";
  expect(stack.resource("google_service_account_iam_binding", "deploy")).toEqual({
    service_account_id: "${google_service_account.deploy.name}",
    role: "roles/iam.workloadIdentityUser",
    members: [`principal://iam.googleapis.com/${pool}/subject/${SUBJECT}:environment:dev`],
  });
});

test("only the deploy identity reads images of the environment's own project", () => {
  const { google } = bootstrapOf("dev");
  const image = (location: string, repository: string) => ({ project: google.project, location, repository });
  const images = { own: [image("europe", "shop"), image("europe", "eu.gcr.io")], foreign: [] };
  const stack = bootstrapStack({ google: { ...google, images } });
  const reader = {
    role: "roles/artifactregistry.reader",
    member: "serviceAccount:${google_service_account.deploy.email}",
  };
  expect(stack.all("google_artifact_registry_repository_iam_member")).toEqual({
    images_europe_shop: { ...images.own[0], ...reader },
    images_europe_eu_gcr_io: { ...images.own[1], ...reader },
  });
  expect(ledgerInWords(stack.json).filter(({ permission }) => permission === "roles/artifactregistry.reader")).toEqual([
    expect.objectContaining({
      principal: "service account terraform",
      resource: "repository eu.gcr.io, location europe",
    }),
    expect.objectContaining({ principal: "service account terraform", resource: "repository shop, location europe" }),
  ]);
  expect(bootstrapStack().all("google_artifact_registry_repository_iam_member")).toEqual({});
});

test("the permission on the project's policy has its own role, with a condition that forbids changing grants", () => {
  const stack = bootstrapStack();
  expect(stack.resource("google_project_iam_custom_role", "audit").permissions).toEqual([
    "resourcemanager.projects.setIamPolicy",
  ]);
  expect(stack.resource("google_project_iam_member", "audit").condition.expression).toBe(
    "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/frontDoor.none'])",
  );
  const { google } = bootstrapOf("dev");
  const guest = bootstrapStack({ google: { ...google, ownsProject: false } });
  expect(guest.all("google_project_iam_custom_role").audit).toBeUndefined();
  expect(JSON.stringify(guest.json)).not.toContain("resourcemanager.projects.setIamPolicy");
});

test("its own state is first a local file, then locked in the bucket", () => {
  expect(bootstrapStack().json.terraform.backend).toEqual({ local: { path: "../../../state/bootstrap-dev.tfstate" } });
  const state = { kind: "s3", bucket: "b-1", region: "eu-west-1", key: "bootstrap/dev.tfstate" } as const;
  expect(bootstrapStack({ state }).json.terraform.backend).toEqual({
    s3: { bucket: "b-1", region: "eu-west-1", key: "bootstrap/dev.tfstate", encrypt: true, use_lockfile: true },
  });
});
