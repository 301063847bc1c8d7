import { bootstrapsOf } from "../../../intent/load";
import type { BootstrapIntent } from "../../../intent/model/bootstrap-intent";
import type { Intent } from "../../../intent/model/intent";
import { TRUST_POLICY_CHARACTERS } from "../../../intent/model/limits";
import { formatProblem } from "../../../intent/model/problem";
import { bootstrapSchema } from "../../../intent/schema/bootstrap";
import { type LocatedMap, plain } from "../../../intent/source/located";
import { parseYaml } from "../../../intent/source/yaml";
import { BASE, DEV, type Files, intentsOf, loadFiles, otherIssuers } from "../../support/config-folder";
import { bootstrapStackOf, stackOf } from "../../support/stack";
import { testAll } from "../../support/test-all";

const CONFIG = `repository:
  name: acme/storefront
  ownerId: "1234567"
  id: "7654321"
identities:
  plan: terraform-plan
  deploy: terraform
environments:
  dev: { googleProjectNumber: "100000000001" }
`;
const ROLES = `aws: { deployers: ["arn:aws:iam::111122223333:role/terraform", "arn:aws:iam::111122223333:role/terraform-plan"] }\n`;
const FILES: Files = { "base.yaml": BASE, "dev.yaml": `${DEV}${ROLES}` };

function load(bootstrap: string | undefined, files: Files = FILES) {
  return loadFiles(bootstrap === undefined ? files : { ...files, "bootstrap.yaml": bootstrap });
}

function only(bootstrap: string) {
  const result = load(bootstrap);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join("\n"));
  return result.bootstraps[0];
}

function faults(bootstrap: string, files: Files = FILES): string[] {
  const result = load(bootstrap, files);
  return result.ok ? [] : result.problems.map(formatProblem);
}

test("without the file there is no pipeline and nothing to bootstrap", () => {
  expect(load(undefined)).toMatchObject({ ok: true, bootstraps: [] });
});

test("a placeholder is an error at its line in an environment with a pipeline, and in no other", () => {
  const placeholder = "issuers: { workforce: { clients: [replace-with-a-client-id] } }\n";
  const files = { ...FILES, "dev.yaml": `${FILES["dev.yaml"]}${placeholder}` };
  expect(faults(CONFIG, files)).toEqual([
    expect.stringMatching(/^config\/dev\.yaml:3:\d+ {2}issuers\.workforce\.clients\[0\] {2}got the placeholder /),
  ]);
  expect(load(undefined, files).ok).toBe(true);
});

test("a bootstrap has the environment's account and project, and exact subjects for each identity", () => {
  expect(only(CONFIG)).toEqual({
    environment: "dev",
    stack: "bootstrap-dev",
    place: {
      file: "config/bootstrap.yaml",
      line: 9,
      column: 3,
      path: "environments.dev",
      reference: "docs/reference/optional-files.md#bootstrap.environments",
    },
    position: 0,
    pullRequests: true,
    prefix: "shop-dev",
    aws: {
      account: "111122223333",
      region: "eu-west-1",
      ownsIdentityProvider: true,
      rotatesSecrets: false,
      keepsInstances: false,
      watch: { alarms: false, slos: false, dashboard: false },
    },
    google: {
      project: "shop-project",
      region: "europe-west1",
      releases: [],
      ownsProject: true,
      mountsConfigurations: false,
      images: { own: [], foreign: [{ project: "acme", location: "europe", repository: "shop" }] },
      poolId: "shop-dev-github",
      generation: 1,
      providerId: "github-actions",
      projectNumber: "100000000001",
    },
    bucket: {
      name: "shop-state",
      region: "eu-west-1",
      key: "shop/dev.tfstate",
      readers: ["arn:aws:iam::111122223333:role/terraform", "arn:aws:iam::111122223333:role/terraform-plan"],
    },
    state: { kind: "local", path: "state/bootstrap-dev.tfstate" },
    repository: { name: "acme/storefront", ownerId: "1234567", id: "7654321" },
    plan: {
      name: "terraform-plan",
      subjects: [
        "repo:acme@1234567/storefront@7654321:environment:dev-plan",
        "repo:acme@1234567/storefront@7654321:pull_request",
      ],
    },
    deploy: { name: "terraform", subjects: ["repo:acme@1234567/storefront@7654321:environment:dev"] },
    operators: { aws: [], google: [] },
    permissions: [],
    tags: { application: "shop", environment: "dev" },
    allowances: [],
  });
});

test("the boundary of the bootstrap is that of the environment's roles, and without the key there is none", () => {
  const boundaries = (config: string) => {
    const result = load(config);
    return result.ok && [...result.bootstraps, ...result.intents].map(({ aws }) => aws.boundaryArn);
  };
  const arn = "arn:aws:iam::111122223333:policy/shop-dev-boundary";
  expect(boundaries(CONFIG.replace('"100000000001"', '"100000000001", boundary: true'))).toEqual([arn, arn]);
  expect(boundaries(CONFIG)).toEqual([undefined, undefined]);
});

test("inside a boundary, own permissions of IAM only pass roles and read", () => {
  const got = (of: string) => {
    const own = `{ aws_iam_role: { ${of}, on: ["arn:aws:iam::111122223333:role/shop-dev-own"] } }`;
    const found = faults(CONFIG.replace('"100000000001"', `"100000000001", boundary: true, permissions: ${own}`));
    return found.map((each) => /environments\.dev\.permissions\.aws_iam_role {2}got (\S+) /.exec(each)?.[1]);
  };
  expect(got("read: [iam:GetRole], write: [iam:PassRole], roles: [dynamodb:GetItem]")).toEqual([]);
  for (const action of ["CreateRole", "CreatePolicyVersion", "DeleteRolePermissionsBoundary", "PutRolePolicy"]) {
    expect(got(`write: [iam:${action}]`)).toEqual([`iam:${action}`]);
    expect(got(`roles: [iam:${action}]`)).toEqual([`iam:${action}`]);
  }
});

test("repositories of the environment's own project are apart from those of other projects", () => {
  const own = 'services: { orders: { image: "europe-docker.pkg.dev/shop-project/shop/orders:1" } }\n';
  const result = load(CONFIG, { ...FILES, "dev.yaml": `${DEV}${ROLES}${own}` });
  expect(result.ok && result.bootstraps[0]?.google.images).toEqual({
    own: [{ project: "shop-project", location: "europe", repository: "shop" }],
    foreign: [{ project: "acme", location: "europe", repository: "shop" }],
  });
});

test("it has the environment's domain, zone and trust store, and whether Envoy runs in front of a service", () => {
  const intents = intentsOf(FILES).map((intent) => ({
    ...intent,
    services: intent.services.map((service) => ({ ...service, verifiesCallerToken: true })),
    gateway: {
      ...intent.gateway,
      domain: { name: "api.example.com", zoneId: "Z1", step: "live" as const },
      mutualTls: { truststore: "-", certificates: [], bucket: "shop-dev-truststore", protect: true },
    },
  }));
  const tree = parseYaml("config/bootstrap.yaml", CONFIG).tree as LocatedMap;
  const [found] = bootstrapsOf({ tree, config: bootstrapSchema.parse(plain(tree)) }, intents);
  expect(found?.aws).toMatchObject({
    domain: { name: "api.example.com", zoneId: "Z1" },
    truststore: "shop-dev-truststore",
  });
  expect(found?.google.mountsConfigurations).toBe(true);
});

test("pull requests may not assume the plan identity if config says so, and never the deploy identity", () => {
  const closed = only(CONFIG.replace('"100000000001"', '"100000000001", pullRequests: false'));
  expect(closed?.plan.subjects).toEqual(["repo:acme@1234567/storefront@7654321:environment:dev-plan"]);
  expect(only(CONFIG)?.deploy.subjects.join()).not.toContain("pull_request");
});

test("a principal that deploys without the pipeline also reads the state, and is listed once", () => {
  const deployers = ["terraform", "terraform-plan", "admins/rescue"].map(
    (role) => `arn:aws:iam::111122223333:role/${role}`,
  );
  const files = { ...FILES, "dev.yaml": `${DEV}aws: { deployers: ${JSON.stringify(deployers)} }\n` };
  const result = load(CONFIG, files);
  expect(result.ok && result.bootstraps[0]?.bucket.readers).toEqual([...deployers].sort());
});

test("a project's number is the same in both files", () => {
  const named = (number: string) => ({
    ...FILES,
    "dev.yaml": `google: { ownsProject: true, projectNumber: "${number}" }\n${ROLES}`,
  });
  expect(faults(CONFIG, named("100000000001"))).toEqual([]);
  expect(faults(CONFIG, named("100000000002"))).toEqual([
    expect.stringContaining(
      "environments.dev.googleProjectNumber  got 100000000001, expected 100000000002, the google.projectNumber in the config of dev",
    ),
  ]);
});

test("its state moves into the bucket that it created, next to the environment's", () => {
  const moved = only(CONFIG.replace('"100000000001"', '"100000000001", state: bucket, generation: 2'));
  expect(moved?.state).toEqual({
    kind: "s3",
    bucket: "shop-state",
    region: "eu-west-1",
    key: "bootstrap/dev.tfstate",
  });
});

test("from generation 2 on, the ids of its pool and of all its roles differ, and services grant the new role", () => {
  const pipeline = "serviceAccount:orders-release@acme-ci.iam.gserviceaccount.com";
  const orders = `services: { orders: { deployedBy: { pipeline: "${pipeline}" } } }\n`;
  const files = { ...FILES, "dev.yaml": `${FILES["dev.yaml"]}${orders}` };
  const result = load(CONFIG.replace('"100000000001"', '"100000000001", generation: 2'), files);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join("\n"));
  const [bootstrap] = result.bootstraps;
  expect(bootstrap?.google.poolId).toBe("shop-dev-github-2");
  const roles = bootstrapStackOf(bootstrap as BootstrapIntent).all("google_project_iam_custom_role");
  expect(Object.keys(roles).map((id) => roles[id]?.role_id)).toEqual(
    ["audit", "deploy", "plan", "release"].map((id) => `shop_dev_${id}_2`),
  );
  const grant = stackOf(result.intents[0] as Intent).resource(
    "google_cloud_run_v2_service_iam_binding",
    "orders_release",
  );
  expect(grant.role).toBe("projects/shop-project/roles/shop_dev_release_2");
});

testAll<[string, string, string, string]>([
  ["an unknown key", "  id:", "  idd:", ":4:3  repository.idd  got the unknown key"],
  ["a name without owner", "acme/", "", ':2:3  repository.name  got "storefront"'],
  ["an id without quotes", '"7654321"', "7654321", ":4:3  repository.id  got the number"],
  ["broken YAML", "environments:", "environments: [", ":"],
  [
    "all users as an operator",
    '"100000000001"',
    '"100000000001", operators: { google: [allUsers] }',
    'operators.google[0]  got "allUsers"',
  ],
  ...[
    ["an AWS type without resources", "aws_sqs_queue: { read: [sqs:GetQueueAttributes] }", "got no on"],
    [
      "a permission of the other cloud",
      'aws_sqs_queue: { read: [pubsub.topics.get], on: ["*"] }',
      "got pubsub.topics.get",
    ],
    ["a Google type with resources", 'google_pubsub_topic: { read: [pubsub.topics.get], on: ["*"] }', "got on"],
    [
      "actions of IAM on everything",
      'aws_iam_user: { write: [iam:AttachUserPolicy], on: ["*"] }',
      "got iam:AttachUserPolicy on *",
    ],
    [
      "actions of IAM on a pattern",
      'aws_iam_user: { write: [iam:PutRolePolicy], on: ["arn:aws:iam::111122223333:*"] }',
      "got iam:PutRolePolicy on arn:aws:iam::111122223333:*",
    ],
    [
      "actions of IAM on the identity itself",
      'aws_iam_role: { write: [iam:PutRolePolicy], on: ["arn:aws:iam::111122223333:role/terraform"] }',
      "got iam:PutRolePolicy on arn:aws:iam::111122223333:role/terraform",
    ],
    [
      "tokens of any account",
      "google_service_account: { read: [iam.serviceAccounts.getAccessToken] }",
      "got iam.serviceAccounts.getAccessToken",
    ],
    ["roles of its own", "google_project_iam_custom_role: { write: [iam.roles.update] }", "got iam.roles.update"],
    [
      "the project's policy",
      "google_project_iam_member: { write: [resourcemanager.projects.setIamPolicy] }",
      "got resourcemanager.projects.setIamPolicy",
    ],
    ["a wildcard in an action", 'aws_sqs_queue: { read: ["sqs:*"], on: ["*"] }', 'got "sqs:*"'],
  ].map(([what, row, got]): [string, string, string, string] => [
    `permissions with ${what}`,
    '"100000000001"',
    `"100000000001", permissions: { ${row} }`,
    `${got}`,
  ]),
  ["an unknown environment", "  dev:", "  dve:", ":9:3  environments.dve  got the environment"],
  ["one name for both", "terraform-plan", "terraform", ":6:3  identities.plan  got terraform for both"],
  ["a deployer's name", " terraform\n", " shop-dev-deploy\n", ":7:3  identities.deploy  got shop-dev-deploy"],
  ["a subject over Google's limit", "acme/", `${"a".repeat(90)}/`, ":2:3  repository.name  got the subject"],
])("%s is an error at its place", (_, from, to, place) => {
  const shown = faults(CONFIG.replace(from, to)).join("\n");
  expect(shown).toContain(place.startsWith(":") ? `config/bootstrap.yaml${place}` : place);
});

test("a secret that would refuse the plan identity is an error, with the file to fix", () => {
  expect(faults(CONFIG, { "base.yaml": BASE, "dev.yaml": DEV })).toEqual([
    "config/bootstrap.yaml:9:3  environments.dev  got aws.deployers without arn:aws:iam::111122223333:role/terraform-plan, " +
      "expected both identities in the list: the policies of client secrets deny every other principal\n" +
      "    add it to aws.deployers in config/dev.yaml\n" +
      "    docs/reference/optional-files.md#bootstrap.environments",
  ]);
});

test("a deployer that is not a role is reported before the missing one", () => {
  const roles = `aws: { deployers: ["arn:aws:iam::111122223333:role/terraform", 7] }\n`;
  expect(faults(CONFIG, { "base.yaml": BASE, "dev.yaml": `${DEV}${roles}` })).toEqual([
    expect.stringContaining("config/dev.yaml:2:64  aws.deployers[1]  got the number 7"),
  ]);
});

test("a state that no pipeline can reach, and one with a shared bucket, account or project, are errors", () => {
  const local = "state: { bucket: null, region: null, path: state/dev.tfstate }\n";
  expect(faults(CONFIG, { ...FILES, "dev.yaml": `${DEV}${ROLES}${local}` }).join()).toContain(
    "got an environment that keeps its state in state/dev.tfstate",
  );
  const two = `${CONFIG}  test: { googleProjectNumber: "100000000002" }\n`;
  const found = faults(two, { ...FILES, "test.yaml": `${ROLES}${otherIssuers("shop-test")}` }).join("\n");
  expect(found).toContain("environments.test  got the bucket shop-state, which dev uses too");
  expect(found).toContain("environments.test  got the AWS account 111122223333, which dev uses too");
  expect(found).toContain("environments.test  got the Google project shop-project, which dev uses too");
});

test("no environment may have the name of a bootstrap's stack", () => {
  const files = { ...FILES, "bootstrap-dev.yaml": `${ROLES}${otherIssuers("shop-boot")}` };
  expect(faults(CONFIG, files).join()).toContain("got an environment called bootstrap-dev");
});

describe("operators", () => {
  const roles = (count: number) =>
    Array.from({ length: count }, (_, index) => `arn:aws:iam::111122223333:role/developers-${index}`);
  const withRoles = (count: number) =>
    CONFIG.replace(
      'googleProjectNumber: "100000000001"',
      `googleProjectNumber: "100000000001", operators: { aws: ${JSON.stringify(roles(count))} }`,
    );

  test("must fit into the role's trust policy", () => {
    const most = Array.from({ length: 60 }, (_, count) => count + 1).filter(
      (count) => faults(withRoles(count)).length === 0,
    );
    const fits = only(withRoles(most.length));
    if (fits === undefined) throw new Error("no bootstrap");
    // Includes the longest ARN of the identity provider, which the stack references.
    const [, longest] = Object.entries<{ assume_role_policy: string }>(
      bootstrapStackOf(fits).json.resource.aws_iam_role,
    ).reduce((a, b) => (a[1].assume_role_policy.length > b[1].assume_role_policy.length ? a : b));
    const policy = longest.assume_role_policy.replace(
      /\$\{[^}]*\}/,
      "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
    );
    expect(policy.length).toBeLessThanOrEqual(TRUST_POLICY_CHARACTERS);
    expect(policy.length).toBeGreaterThan(TRUST_POLICY_CHARACTERS - 65);
    expect(faults(withRoles(most.length + 1))).toEqual([expect.stringMatching(/environments\.dev\.operators\.aws/)]);
  });
});

describe("a twin in the account and project of its primary", () => {
  const TWIN = `twinOf: dev
aws: { region: us-east-1 }
google: { region: us-east1, ownsProject: false }
state: { bucket: shop-state-us, region: us-east-1 }
services: { orders: { secrets: { DATABASE_URL: { version: null } } } }
issuers: { customers: { pool: eu-west-1_First0001 } }
clients: { web: { appClientId: 1web }, batch: { appClientId: 1batch } }
`;
  const both = (entry: string, name = "dev-us"): readonly [bootstrap: string, files: Files] => [
    `${CONFIG}  ${name}: { googleProjectNumber: "100000000001"${entry} }\n`,
    { ...FILES, [`${name}.yaml`]: TWIN },
  ];
  const places = (...args: ReturnType<typeof both>) => {
    const result = load(...args);
    return result.ok ? [] : result.problems.map(({ path, message }) => `${path} ${message}`);
  };

  test("has identities of its own names, and no part of its primary's", () => {
    const result = load(...both(", ownsIdentityProvider: false"));
    const [primary, twin] = result.ok ? result.bootstraps : [];
    expect([primary, twin].map((each) => [each?.plan.name, each?.deploy.name, each?.google.poolId])).toEqual([
      ["terraform-plan", "terraform", "shop-dev-github"],
      ["terraform-plan-dev-us", "terraform-dev-us", "shop-dev-us-github"],
    ]);
  });

  test("leaves the account's identity provider to its primary", () => {
    expect(places(...both(""))).toEqual([expect.stringMatching(/^environments\.dev-us got the identity provider of /)]);
  });

  test("leaves the grants on a release's images to its primary", () => {
    const pipeline = "serviceAccount:orders-release@acme-ci.iam.gserviceaccount.com";
    const image = "europe-docker.pkg.dev/shop-project/images/orders:1.0.0";
    const services = `services: { orders: { image: "${image}", deployedBy: { pipeline: "${pipeline}" } } }\n`;
    const [config, files] = both(", ownsIdentityProvider: false");
    const result = load(config, { ...files, "dev.yaml": `${files["dev.yaml"]}${services}` });
    const releases = result.ok ? result.bootstraps.map(({ google }) => google.releases) : [];
    const repository = { project: "shop-project", location: "europe", repository: "images" };
    expect(releases).toEqual([[{ member: pipeline, images: [repository] }], [{ member: pipeline, images: [] }]]);
  });

  test("is planned by pull requests only if its primary is", () => {
    const [config, files] = both(", ownsIdentityProvider: false");
    const closed = config.replace('dev: { googleProjectNumber: "100000000001"', "$&, pullRequests: false");
    expect(places(closed, files)).toEqual([
      expect.stringMatching(/^environments\.dev-us got pull requests that plan it/),
    ]);
    expect(places(closed.replace("ownsIdentityProvider: false", "$&, pullRequests: false"), files)).toEqual([]);
  });

  test("may not be given permissions on a role of either pipeline", () => {
    const on = "arn:aws:iam::111122223333:role/terraform-plan-dev-us";
    const [config, files] = both(", ownsIdentityProvider: false");
    const wide = `permissions: { aws_iam_role: { write: ["iam:PutRolePolicy"], on: ["${on}"] } }`;
    expect(places(config.replace('"100000000001" }', `"100000000001", ${wide} }`), files)).toEqual([
      expect.stringMatching(/^environments\.dev\.permissions\.aws_iam_role got iam:PutRolePolicy on /),
    ]);
  });

  test.each([
    ["is another one of its primary's", "plan: terraform-plan", "plan: terraform-dev-us", "environments.dev-us"],
    ["begins like the roles that its primary may change", "deploy: terraform", "deploy: shop", "identities.deploy"],
  ])("has no identity whose name %s", (_, name, changed, at) => {
    const [config, files] = both(", ownsIdentityProvider: false");
    expect(places(config.replace(name, changed), files).map((place) => place.split(" ")[0])).toContain(at);
  });

  test("has a name that fits into the names of its service accounts", () => {
    const found = places(...both(", ownsIdentityProvider: false", "dev-of-another-region"));
    expect(found).toContainEqual(expect.stringContaining("terraform-plan-dev-of-another-region of 36 characters"));
  });
});
