import { brokenGrants } from "../../../../cli/expectations/ledger";
import type { Expectation } from "../../../../intent/model/expectation";
import { changed } from "../../../support/mutation";
import fc from "../../../support/properties";
import { intentOf } from "../../../support/shop";
import { stackOf } from "../../../support/stack";
import { testAll } from "../../../support/test-all";

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Json = any;

const prod = intentOf("prod");
const ACCOUNT = "333344445555";
const READER = `arn:aws:iam::${ACCOUNT}:role/reporting`;
const OPS = "group:ops@example.com";
const USER = "user:eve@example.com";

const place = { file: "config/expectations.yaml", line: 1, column: 1, path: "prod[0]" };
const statement = (parts: Partial<Expectation>): Expectation => ({
  principals: [],
  only: false,
  may: true,
  action: "readSecrets",
  targets: [],
  place,
  ...parts,
});
/** The three kinds of target, each with its only principal. */
const ONLY = {
  secret: statement({ only: true, principals: ["service orders"], targets: ["orders-payment-key"] }),
  service: statement({ only: true, principals: ["gateway"], action: "invoke", targets: ["orders"] }),
  client: statement({ only: true, principals: [READER], targets: ["clients/reporting-agent"] }),
} as const;

type Kind = keyof typeof ONLY;
type Change = (resource: Json, stack: Json) => unknown;

const broken = (expectation: Expectation, change: Change = () => {}) => {
  const { stack } = changed({ stack: stackOf(prod).json }, (copy) => change(copy.stack.resource, copy.stack));
  return brokenGrants(expectation, prod, stack);
};

const add =
  (type: string, attributes: object): Change =>
  (resource) => {
    resource[type] = { ...resource[type], more: attributes };
  };
const statementOf = (parts: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...parts }] });
const onProject = (role: string, member = OPS) =>
  add("google_project_iam_member", { project: "storefront-prod", role, member });
const SECRET = "${google_secret_manager_secret.orders_payment_key.secret_id}";
const onSecret = (role: string, member = OPS) =>
  add("google_secret_manager_secret_iam_member", { secret_id: SECRET, role, member });
const RUN = { name: "${google_cloud_run_v2_service.orders.name}", location: "europe-west1" };
const onService = (role: string, member = OPS) =>
  add("google_cloud_run_v2_service_iam_member", { ...RUN, role, member });
const onAccount = (account: string, role: string, member = USER) =>
  add("google_service_account_iam_member", {
    service_account_id: `\${google_service_account.${account}.name}`,
    role,
    member,
  });
const customRole =
  (permission: string, on: Change): Change =>
  (resource, stack) => {
    resource.google_project_iam_custom_role = { own: { role_id: "own", permissions: [permission] } };
    on(resource, stack);
  };
const OWN_ROLE = "${google_project_iam_custom_role.own.name}";
const inAws = (Action: unknown, Resource: unknown = "*", more: object = {}) =>
  add("aws_iam_role_policy", { name: "more", role: "ops", policy: statementOf({ Action, Resource, ...more }) });
const trusted =
  (role: string, Principal: unknown): Change =>
  (resource) => {
    const trust = JSON.parse(resource.aws_iam_role[role].assume_role_policy);
    trust.Statement.push({ Effect: "Allow", Principal, Action: "sts:AssumeRole" });
    resource.aws_iam_role[role].assume_role_policy = JSON.stringify(trust);
  };
const NAME = "storefront-prod/clients/reporting-agent";
const SECRET_ARN = "${aws_secretsmanager_secret.reporting_agent.arn}";
const INVOKER = "${google_service_account.orders.email}";
const FUNCTION = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:storefront-prod`;

const CLIENT = "aws_cognito_user_pool_client.reporting_agent";
/** The secret of a client in each form of a reference. */
const COPIES = [
  `\${jsonencode(${CLIENT})}`,
  `\${${CLIENT}["client_secret"]}`,
  `\${join(",", ${CLIENT}[*].client_secret)}`,
  `\${[for each in [${CLIENT}] : each.client_secret][0]}`,
];
/** A denial of everything for everyone, in the policy of another object. */
const denied =
  (kind: string): Change =>
  (resource, stack) => {
    const policy = JSON.parse(resource.aws_secretsmanager_secret_policy.reporting_agent.policy);
    policy.Statement.pop();
    resource.aws_secretsmanager_secret_policy.reporting_agent.policy = JSON.stringify(policy);
    inAws("secretsmanager:GetSecretValue", SECRET_ARN)(resource, stack);
    const type = { bucket: "aws_s3_bucket_policy", topic: "aws_sns_topic_policy", queue: "aws_sqs_queue_policy" }[kind];
    const more = { policy: statementOf({ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }) };
    resource[type ?? "aws_kms_key_policy"] = { ...resource[type ?? "aws_kms_key_policy"], more };
  };
const ESCALATIONS = [
  ["iam:PutUserPolicy", "user"],
  ["iam:AttachUserPolicy", "user"],
  ["iam:PutGroupPolicy", "group"],
  ["iam:AttachGroupPolicy", "group"],
  ["iam:AddUserToGroup", "group"],
  ["iam:CreateAccessKey", "user"],
  ["iam:UpdateLoginProfile", "user"],
  ["iam:UpdateSAMLProvider", "saml-provider"],
] as const;
const assumedBy =
  (kind: string, action: string, by = `arn:aws:iam::${ACCOUNT}:oidc-provider/idp.example.com`): Change =>
  (resource) => {
    const role = resource.aws_iam_role.rotate_secret_reporting_agent;
    const trust = JSON.parse(role.assume_role_policy);
    trust.Statement.push({ Effect: "Allow", Principal: { [kind]: by }, Action: `sts:${action}` });
    role.assume_role_policy = JSON.stringify(trust);
  };

/** Ways to a secret of a service, to an invocation, or to a client's secret. */
const WAYS: Readonly<Record<Kind, Readonly<Record<string, Change>>>> = {
  secret: {
    "a type with a harmless name, of a provider from another source": (resource, stack) => {
      stack.terraform.required_providers.random = { source: "evil/random", version: "1.0.0" };
      resource.random_password = { more: { length: 9 } };
    },
    "the reader's role for a group": onSecret("roles/secretmanager.secretAccessor"),
    "the reader's role for another account": onSecret(
      "roles/secretmanager.secretAccessor",
      "serviceAccount:${google_service_account.catalog_rt.email}",
    ),
    "the reader's role for the own account in another spelling": onSecret(
      "roles/secretmanager.secretAccessor",
      "serviceAccount:storefront-prod-orders-RT@other.iam.gserviceaccount.com",
    ),
    "the reader's role by a binding": add("google_secret_manager_secret_iam_binding", {
      secret_id: "storefront-prod-orders-payment-key",
      role: "roles/secretmanager.secretAccessor",
      members: [OPS],
    }),
    "the reader's role by a policy": add("google_secret_manager_secret_iam_policy", {
      secret_id: SECRET,
      policy_data: JSON.stringify({ bindings: [{ role: "roles/secretmanager.secretAccessor", members: [OPS] }] }),
    }),
    "a condition that may hold": add("google_secret_manager_secret_iam_member", {
      secret_id: SECRET,
      role: "roles/secretmanager.secretAccessor",
      member: OPS,
      condition: { title: "t", expression: "true" },
    }),
    "the administrator's role": onSecret("roles/secretmanager.admin"),
    "an unknown role of the organization": onSecret("organizations/7/roles/secretReader"),
    "an unknown predefined role": onSecret("roles/secretmanager.newRole"),
    "the reader's role on the project": onProject("roles/secretmanager.secretAccessor"),
    "an owner of the project": onProject("roles/owner"),
    "an unknown role on the project": onProject("organizations/7/roles/secretReader"),
    "an administrator of the project's policy": onProject("roles/resourcemanager.projectIamAdmin"),
    "an administrator of custom roles": onProject("roles/iam.roleAdmin"),
    "a security administrator": onProject("roles/iam.securityAdmin"),
    "an owner of the folder": add("google_folder_iam_member", {
      folder: "folders/7",
      role: "roles/owner",
      member: OPS,
    }),
    "the reader's role on the organization": add("google_organization_iam_member", {
      org_id: "7",
      role: "roles/secretmanager.secretAccessor",
      member: OPS,
    }),
    "a role of the stack that reads": customRole("secretmanager.versions.access", onProject(OWN_ROLE)),
    "a role of the stack that grants": customRole("secretmanager.secrets.setIamPolicy", onSecret(OWN_ROLE)),
    "tokens of the service's account": onAccount("orders_rt", "roles/iam.serviceAccountTokenCreator"),
    "use of the service's account": onAccount("orders_rt", "roles/iam.serviceAccountUser"),
    "federation to the service's account": onAccount(
      "orders_rt",
      "roles/iam.workloadIdentityUser",
      "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/x",
    ),
    "keys of the service's account": onAccount("orders_rt", "roles/iam.serviceAccountKeyAdmin"),
    "who may use the service's account": onAccount("orders_rt", "roles/iam.serviceAccountAdmin"),
    "a data source of the secret by its id": (_, stack) => {
      stack.data = {
        ...stack.data,
        google_secret_manager_secret_version: { x: { secret: "storefront-prod-orders-payment-key" } },
      };
    },
    "an ephemeral value of a secret that is not known": (_, stack) => {
      stack.ephemeral = { google_secret_manager_secret_version: { x: { secret: "${var.secret}" } } };
    },
    "tokens of every account of the project": onProject("roles/iam.serviceAccountTokenCreator"),
    "use of every account of the project": onProject("roles/iam.serviceAccountUser"),
    "a key of the service's account": add("google_service_account_key", {
      service_account_id: "${google_service_account.orders_rt.name}",
    }),
    "tokens of an account that has tokens of the service's account": (resource, stack) => {
      onAccount(
        "orders_rt",
        "roles/iam.serviceAccountTokenCreator",
        "serviceAccount:${google_service_account.catalog_rt.email}",
      )(resource, stack);
    },
    "code of the service": onService("roles/run.developer"),
    "code of every service": onProject("roles/run.admin"),
    "another service that runs as its account": (resource) => {
      resource.google_cloud_run_v2_service.catalog.template.service_account =
        "${google_service_account.orders_rt.email}";
    },
    "another resource that runs as its account": add("google_cloud_scheduler_job", {
      http_target: { oauth_token: { service_account_email: "${google_service_account.orders_rt.email}" } },
    }),
    "a policy of the project that is not read": add("google_project_iam_policy", {
      project: "x",
      policy_data: "${data.google_iam_policy.x.policy_data}",
    }),
    "a module": (_, stack) => Object.assign(stack, { module: { more: {} } }),
  },
  service: {
    "an invoker": onService("roles/run.invoker"),
    "an invoker of every service": onProject("roles/run.invoker"),
    "a newer invoker's role": onService("roles/run.servicesInvoker"),
    "an administrator of the service": onService("roles/run.admin"),
    "a developer of the service": onService("roles/run.developer"),
    "an editor of the project": onProject("roles/editor"),
    "no invoker check": (resource) =>
      Object.assign(resource.google_cloud_run_v2_service.orders, { invoker_iam_disabled: true }),
    "an unknown invoker check": (resource) => {
      delete resource.google_cloud_run_v2_service.orders.invoker_iam_disabled;
    },
    "ID tokens of the invoker": onAccount("orders", "roles/iam.serviceAccountOpenIdTokenCreator"),
    "tokens of the invoker": onAccount("orders", "roles/iam.serviceAccountTokenCreator"),
    "federation to the invoker": onAccount(
      "orders",
      "roles/iam.workloadIdentityUser",
      "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.gateway.name}/*",
    ),
    "another role of AWS through the pool": onAccount(
      "orders",
      "roles/iam.serviceAccountOpenIdTokenCreator",
      `principalSet://iam.googleapis.com/\${google_iam_workload_identity_pool.gateway.name}/attribute.aws_role/arn:aws:sts::${ACCOUNT}:assumed-role/ops`,
    ),
    "another provider of the pool": add("google_iam_workload_identity_pool_provider", {
      workload_identity_pool_id: "${google_iam_workload_identity_pool.gateway.workload_identity_pool_id}",
      oidc: { issuer_uri: "https://evil.example.com" },
    }),
    "another provider of the pool, by the pool's id": (resource) => {
      const pool = resource.google_iam_workload_identity_pool.gateway.workload_identity_pool_id;
      resource.google_iam_workload_identity_pool_provider.more = {
        workload_identity_pool_id: pool,
        oidc: { issuer_uri: "https://evil.example.com" },
      };
    },
    "a mapping that ends in another value": (resource) => {
      const mapping = resource.google_iam_workload_identity_pool_provider.aws_gateway.attribute_mapping;
      mapping["attribute.aws_role"] = mapping["attribute.aws_role"].replace(/: assertion.arn$/, ": 'x'");
    },
    "a mapping with one attribute more": (resource) => {
      const mapping = resource.google_iam_workload_identity_pool_provider.aws_gateway.attribute_mapping;
      mapping["google.groups"] = "['admins']";
    },
    "a mapping that gives every caller the role": (resource) => {
      resource.google_iam_workload_identity_pool_provider.aws_gateway.attribute_mapping["attribute.aws_role"] = "'x'";
    },
    "administration of pools": onProject("roles/iam.workloadIdentityPoolAdmin"),
    "a role of the stack that changes providers": customRole(
      "iam.workloadIdentityPoolProviders.update",
      onProject(OWN_ROLE),
    ),
    "the same role by the permission's long name": customRole(
      "iam.googleapis.com/workloadIdentityPoolProviders.update",
      onProject(OWN_ROLE),
    ),
    "the trust of the invoker's role": trusted("orders", { AWS: `arn:aws:iam::${ACCOUNT}:role/ops` }),
    "the trust of the invoker's role for an account": trusted("orders", { AWS: `arn:aws:iam::${ACCOUNT}:root` }),
    "the trust of the function's role": trusted("callers", { AWS: "arn:aws:iam::444455556666:role/ops" }),
    "the trust of the function's role for everyone": trusted("callers", "*"),
    "code of the function": inAws("lambda:UpdateFunctionCode", `${FUNCTION}-callers`),
    "code of every function": inAws("Lambda:Update*"),
    "passing the function's role": inAws(
      ["iam:PassRole", "lambda:CreateFunction"],
      [`arn:aws:iam::${ACCOUNT}:role/storefront-prod-*`, "*"],
    ),
    "changing the trust of roles": inAws(
      "iam:UpdateAssumeRolePolicy",
      `arn:aws:iam::${ACCOUNT}:role/storefront-prod-orders`,
    ),
    "another function that runs as the role": add("aws_lambda_function", {
      function_name: "other",
      role: "${aws_iam_role.callers.arn}",
    }),
    "a machine that runs as the invoker": add("google_compute_instance", {
      service_account: [{ email: INVOKER, scopes: ["cloud-platform"] }],
    }),
    "a notebook that runs as the invoker": add("google_workbench_instance", {
      gce_setup: [{ service_accounts: [{ email: INVOKER }] }],
    }),
    "a service of Cloud Run's first version that runs as the invoker": add("google_cloud_run_service", {
      template: [{ spec: [{ service_account_name: INVOKER }] }],
    }),
    "a transfer that runs as the invoker": add("google_bigquery_data_transfer_config", {
      service_account_name: "storefront-prod-orders@storefront-prod.iam.gserviceaccount.com",
    }),
    "a machine that runs as an account by a local value": (resource, stack) => {
      stack.locals = { account: INVOKER };
      resource.google_compute_instance = { more: { service_account: [{ email: "${local.account}" }] } };
    },
    "a machine that runs as an account that is looked up": add("google_compute_instance", {
      service_account: [{ email: "${data.google_service_account.x.email}" }],
    }),
    "a machine that runs as an account whose project is looked up": add("google_compute_instance", {
      metadata: { runs_as: "storefront-prod-orders@${data.google_project.p.project_id}.iam.gserviceaccount.com" },
    }),
    "a profile of Roles Anywhere with the function's role": add("aws_rolesanywhere_profile", {
      role_arns: ["${aws_iam_role.callers.arn}"],
    }),
    "a job whose definition has the function's role in JSON": add("aws_batch_job_definition", {
      container_properties: JSON.stringify({ jobRoleArn: `arn:aws:iam::${ACCOUNT}:role/storefront-prod-callers` }),
    }),
    "an instance profile with the function's role": add("aws_iam_instance_profile", {
      role: "storefront-prod-callers",
    }),
  },
  client: {
    "another reader in the secret's policy": (resource) => {
      const policy = JSON.parse(resource.aws_secretsmanager_secret_policy.reporting_agent.policy);
      policy.Statement[0].Principal.AWS.push(`arn:aws:iam::${ACCOUNT}:role/ops`);
      policy.Statement[1].Condition.ArnNotEquals["aws:PrincipalArn"].push(`arn:aws:iam::${ACCOUNT}:role/ops`);
      resource.aws_secretsmanager_secret_policy.reporting_agent.policy = JSON.stringify(policy);
    },
    "another reader in the secret's policy, by its ARN with a path": (resource) => {
      const policy = JSON.parse(resource.aws_secretsmanager_secret_policy.reporting_agent.policy);
      const role = `arn:aws:iam::${ACCOUNT}:role/team/ops`;
      policy.Statement[0].Principal.AWS.push(role);
      policy.Statement[1].Condition.ArnNotEquals["aws:PrincipalArn"].push(role);
      resource.aws_secretsmanager_secret_policy.reporting_agent.policy = JSON.stringify(policy);
    },
    "another reader with the name of a rotation": (resource) => {
      const policy = JSON.parse(resource.aws_secretsmanager_secret_policy.reporting_agent.policy);
      const role = `arn:aws:iam::${ACCOUNT}:role/storefront-prod-rotate-other`;
      policy.Statement[0].Principal.AWS.push(role);
      policy.Statement[1].Condition.ArnNotEquals["aws:PrincipalArn"].push(role);
      resource.aws_secretsmanager_secret_policy.reporting_agent.policy = JSON.stringify(policy);
    },
    "an account in the secret's policy": (resource) => {
      const policy = JSON.parse(resource.aws_secretsmanager_secret_policy.reporting_agent.policy);
      policy.Statement[0].Principal.AWS.push("444455556666");
      resource.aws_secretsmanager_secret_policy.reporting_agent.policy = JSON.stringify(policy);
    },
    ...Object.fromEntries(
      [
        ["secretsmanager:GetSecretValue", `secretsmanager:eu-west-1:${ACCOUNT}:secret:${NAME}-Ab12Cd`],
        ["secretsmanager:GetSecretValue", `secretsmanager:*:${ACCOUNT}:secret:${NAME}-????Cd`],
        ["secretsmanager:GetSecretValue", `secretsmanager:us-east-1:${ACCOUNT}:secret:${NAME}-Ab12Cd`],
        ["cognito-idp:DescribeUserPoolClient", `cognito-idp:eu-west-1:${ACCOUNT}:userpool/eu-west-1_AbCdEfGhI`],
      ].map(([action, arn]) => [
        `${action} on ${arn}`,
        (resource: Json, stack: Json) => {
          const policy = JSON.parse(resource.aws_secretsmanager_secret_policy.reporting_agent.policy);
          policy.Statement.pop();
          resource.aws_secretsmanager_secret_policy.reporting_agent.policy = JSON.stringify(policy);
          resource.aws_secretsmanager_secret.reporting_agent.replica = [{ region: "us-east-1" }];
          inAws(action, `arn:aws:${arn}`)(resource, stack);
        },
      ]),
    ),
    "reading without the denial of all others": (resource, stack) => {
      const policy = JSON.parse(resource.aws_secretsmanager_secret_policy.reporting_agent.policy);
      policy.Statement.pop();
      resource.aws_secretsmanager_secret_policy.reporting_agent.policy = JSON.stringify(policy);
      inAws("secretsmanager:GetSecretValue", SECRET_ARN)(resource, stack);
    },
    "a batch read": inAws("secretsmanager:batchgetsecretvalue", SECRET_ARN),
    "the policy of the secret": inAws("secretsmanager:PutResourcePolicy", "*"),
    "removing the policy of the secret": inAws(
      "secretsmanager:Delete*",
      `arn:aws:secretsmanager:*:${ACCOUNT}:secret:storefront-prod/*`,
    ),
    "everything but IAM": add("aws_iam_role_policy", {
      name: "more",
      role: "ops",
      policy: statementOf({ NotAction: "iam:*", Resource: "*" }),
    }),
    "everything on all but one resource": add("aws_iam_role_policy", {
      name: "more",
      role: "ops",
      policy: statementOf({ Action: "*", NotResource: "arn:aws:s3:::x" }),
    }),
    "the secret from the user pool": inAws("cognito-idp:DescribeUserPoolClient"),
    "another secret for the client": inAws("cognito-idp:AddUserPoolClient*", "${aws_cognito_user_pool.customers.arn}"),
    "the state": inAws("s3:GetObject", "arn:aws:s3:::storefront-prod-terraform-state/*"),
    "the policy of the state's bucket": inAws("s3:PutBucketPolicy", "arn:aws:s3:::storefront-prod-terraform-state"),
    "more actions for oneself": inAws("iam:PutRolePolicy", `arn:aws:iam::${ACCOUNT}:role/*`),
    "administration of the account": add("aws_iam_role_policy_attachment", {
      role: "ops",
      policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess",
    }),
    "administration of secrets": add("aws_iam_user_policy_attachment", {
      user: "eve",
      policy_arn: "arn:aws:iam::aws:policy/SecretsManagerReadWrite",
    }),
    "an unknown policy": add("aws_iam_role_policy_attachment", {
      role: "ops",
      policy_arn: `arn:aws:iam::${ACCOUNT}:policy/own`,
    }),
    "a policy in an exclusive list": add("aws_iam_role_policy_attachments_exclusive", {
      role_name: "ops",
      policy_arns: ["arn:aws:iam::aws:policy/AdministratorAccess"],
    }),
    "a policy of a group": add("aws_iam_group_policy", {
      group: "ops",
      policy: statementOf({ Action: "secretsmanager:*", Resource: "*" }),
    }),
    "the trust of the rotation's role": trusted("rotate_secret_reporting_agent", {
      AWS: `arn:aws:iam::${ACCOUNT}:role/ops`,
    }),
    "code of the rotation": inAws("lambda:UpdateFunctionCode", `${FUNCTION}-rotate-*`),
    "settings of the rotation's function": inAws(
      "lambda:UpdateFunctionConfiguration",
      `${FUNCTION}-rotate-reporting-agent`,
    ),
    "a copy in another resource": add("aws_ssm_parameter", {
      name: "x",
      value: "${aws_cognito_user_pool_client.reporting_agent.client_secret}",
    }),
    "a copy in a function's environment": (resource) => {
      Object.assign(resource.aws_lambda_function.public.environment.variables, {
        X: "${aws_cognito_user_pool_client.reporting_agent.client_secret}",
      });
    },
    "an access key": add("aws_iam_access_key", { user: "eve" }),
    ...Object.fromEntries(
      ["bucket", "topic", "queue", "key"].map((kind) => [
        `reading in spite of a denial in the policy of a ${kind}`,
        denied(kind),
      ]),
    ),
    "reading in spite of a denial for another secret": (resource, stack) => {
      const policy = JSON.parse(resource.aws_secretsmanager_secret_policy.reporting_agent.policy);
      policy.Statement[1].Resource = "arn:aws:secretsmanager:eu-west-1:333344445555:secret:other-AAAAAA";
      resource.aws_secretsmanager_secret_policy.reporting_agent.policy = JSON.stringify(policy);
      inAws("secretsmanager:GetSecretValue", SECRET_ARN)(resource, stack);
    },
    ...Object.fromEntries(
      ESCALATIONS.map(([action, kind]) => [
        `more rights by ${action}`,
        inAws(action, `arn:aws:iam::${ACCOUNT}:${kind}/*`),
      ]),
    ),
    "the trust of the rotation's role for web identities": assumedBy("Federated", "AssumeRoleWithWebIdentity"),
    "the trust of the rotation's role for SAML": assumedBy("Federated", "AssumeRoleWithSAML"),
    "the trust of the rotation's role for machines": assumedBy("Service", "AssumeRole", "ec2.amazonaws.com"),
    ...Object.fromEntries(
      COPIES.map((text) => [`a copy by ${text}`, add("aws_ssm_parameter", { name: "x", value: text })]),
    ),
    "a copy in an output": (_, stack) => Object.assign(stack, { output: { x: { value: COPIES[0], sensitive: true } } }),
    "a copy in a local value": (_, stack) => Object.assign(stack, { locals: { x: [COPIES[1]] } }),
    "a copy in a module": (_, stack) => Object.assign(stack, { module: { x: { secret: COPIES[2] } } }),
    "a data source of the secret": (_, stack) => {
      stack.data = {
        ...stack.data,
        aws_secretsmanager_secret_version: {
          x: { secret_id: "${aws_secretsmanager_secret.reporting_agent.id}" },
        },
      };
    },
    "a data source of the client": (_, stack) => {
      stack.data = { ...stack.data, aws_cognito_user_pool_client: { x: { client_id: `\${${CLIENT}.id}` } } };
    },
    "an ephemeral value of the secret by its name": (_, stack) => {
      stack.ephemeral = {
        aws_secretsmanager_secret_version: { x: { secret_id: "storefront-prod/clients/reporting-agent" } },
      };
    },
  },
};

test.each(Object.keys(ONLY) as Kind[])("the shop's own stack keeps: only the named principals reach the %s", (kind) => {
  expect(broken(ONLY[kind])).toEqual([]);
});

const ways = Object.entries(WAYS).flatMap(([kind, changes]) =>
  Object.entries(changes).map(([way, change]) => [kind as Kind, way, change] as const),
);

testAll(ways)("only, on a %s: %s breaks it, with the grants that lead there", (kind, _, change) => {
  const found = broken(ONLY[kind], change).filter(({ got }) => got === "allowed");
  expect(found.length).toBeGreaterThan(0);
  for (const { through } of found) expect(through).toMatch(/[a-z_]+\.[\w-]+/);
});

test("there are more than sixty ways", () => expect(ways.length).toBeGreaterThan(60));

/** Grants that lead nowhere. */
const HARMLESS: readonly (readonly [Kind, string, Change])[] = [
  ["secret", "adding versions", onSecret("roles/secretmanager.secretVersionAdder")],
  ["secret", "viewing", onSecret("roles/secretmanager.viewer")],
  ["secret", "viewing the project", onProject("roles/viewer")],
  ["secret", "invoking services", onProject("roles/run.invoker")],
  [
    "secret",
    "another secret",
    add("google_secret_manager_secret_iam_member", {
      secret_id: "${google_secret_manager_secret.accounts_session_key.secret_id}",
      role: "roles/secretmanager.secretAccessor",
      member: OPS,
    }),
  ],
  [
    "secret",
    "ID tokens of the service's account",
    onAccount("orders_rt", "roles/iam.serviceAccountOpenIdTokenCreator"),
  ],
  [
    "secret",
    "an unknown role on another object",
    add("google_pubsub_topic_iam_member", { topic: "t", role: "organizations/7/roles/x", member: OPS }),
  ],
  ["secret", "a table", add("aws_dynamodb_table", { name: "t" })],
  ["secret", "a password", add("random_password", { length: 9 })],
  ["service", "viewing the service", onService("roles/run.viewer")],
  ["service", "reading secrets", onProject("roles/secretmanager.secretAccessor")],
  ["service", "the own role without its trust", inAws("sts:AssumeRole")],
  ["client", "reading that the secret's policy denies", inAws("secretsmanager:GetSecretValue", SECRET_ARN)],
  ["client", "another secret", inAws("secretsmanager:*", `arn:aws:secretsmanager:*:${ACCOUNT}:secret:other/*`)],
  [
    "client",
    "a managed policy for logs",
    add("aws_iam_role_policy_attachment", {
      role: "ops",
      policy_arn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    }),
  ],
  [
    "client",
    "another attribute of the client",
    add("aws_ssm_parameter", { name: "x", value: "${aws_cognito_user_pool_client.reporting_agent.id}" }),
  ],
  [
    "client",
    "a policy document about the secret",
    (_, stack) => {
      stack.data = { ...stack.data, aws_iam_policy_document: { x: { statement: [{ resources: [SECRET_ARN] }] } } };
    },
  ],
  ["client", "reading IAM", inAws(["iam:Get*", "iam:List*", "iam:TagRole"])],
  ["client", "a denial", inAws("*", "*", { Effect: "Deny" })],
];

testAll(HARMLESS)("only, on a %s: %s breaks nothing", (kind, _, change) => {
  expect(broken(ONLY[kind], change)).toEqual([]);
});

const may = (expectation: Expectation, change?: Change) =>
  broken(expectation, change).map(({ principal, got }) => `${principal} ${got}`);

test("mayNot counts a principal that is named, and every one that may include it", () => {
  const none = statement({ may: false, principals: ["service catalog"], targets: ["orders-payment-key"] });
  expect(may(none)).toEqual([]);
  for (const member of ["serviceAccount:${google_service_account.catalog_rt.email}", OPS, "allUsers"]) {
    expect(may(none, onSecret("roles/secretmanager.secretAccessor", member))).toEqual(["service catalog allowed"]);
  }
  expect(may(none, onSecret("roles/secretmanager.secretAccessor", USER))).toEqual([]);
  expect(may(none, onSecret("organizations/7/roles/x", OPS))).toEqual(["service catalog allowed"]);
});

test("may counts only what is certain", () => {
  const some = statement({ principals: [OPS], targets: ["orders-payment-key"] });
  expect(may(some, onSecret("roles/secretmanager.secretAccessor"))).toEqual([]);
  expect(may(some, onSecret("organizations/7/roles/x"))).toEqual([`${OPS} refused`]);
  expect(may(some)).toEqual([`${OPS} refused`]);
  expect(may({ ...some, targets: ["gone"] })).toEqual([`${OPS} missing`]);
  expect(may({ ...some, may: false, targets: ["gone"] })).toEqual([]);
});

test("config states what an unknown role contains", () => {
  const stated = (...permissions: readonly string[]) => ({
    ...ONLY.secret,
    stated: { roles: { "organizations/7/roles/x": permissions }, grantsNothing: [] },
  });
  expect(may(stated("logging.views.access"), onSecret("organizations/7/roles/x"))).toEqual([]);
  expect(may(stated("secretmanager.versions.access"), onSecret("organizations/7/roles/x"))).toEqual([`${OPS} allowed`]);
});

test("a role is one principal, with and without its path", () => {
  const withPath = { ...ONLY.client, principals: [READER.replace("role/", "role/team/")] };
  expect(may(withPath)).toEqual([]);
});

test("config states that a resource which names an identity gives no access", () => {
  const machine = add("google_compute_instance", { metadata: { writes_as: INVOKER } });
  expect(may(ONLY.service, machine)).toEqual(["google_compute_instance.more allowed"]);
  const stated = { roles: {}, grantsNothing: ["google_compute_instance.more"] };
  expect(may({ ...ONLY.service, stated }, machine)).toEqual([]);
});

test("config states which unread resources grant nothing", () => {
  const stated = { roles: {}, grantsNothing: ["module.more"] };
  const module: Change = (_, stack) => Object.assign(stack, { module: { more: {} } });
  expect(may({ ...ONLY.secret, stated }, module)).toEqual([]);
  expect(may({ ...ONLY.secret, stated: { ...stated, grantsNothing: ["module.other"] } }, module)).toEqual([
    "module.more allowed",
  ]);
});

test("the chain names each grant, the holder's first", () => {
  const [breach] = broken(ONLY.service, trusted("callers", { AWS: "arn:aws:iam::444455556666:role/ops" }));
  expect(breach).toMatchObject({
    principal: "arn:aws:iam::444455556666:role/ops",
    through:
      "aws_iam_role.callers (sts:AssumeRole), then aws_iam_role.orders (sts:AssumeRole), " +
      "then google_service_account_iam_binding.orders (roles/iam.serviceAccountOpenIdTokenCreator), " +
      "then google_cloud_run_v2_service_iam_binding.orders (roles/run.invoker)",
  });
});

/** A text as a pattern that matches it: `?` for a character, `*` for several or none, letters in another case. */
const patternOf = (text: string, cases: boolean) =>
  fc
    .tuple(
      fc.array(fc.constantFrom("same", "?", "*", "case"), { minLength: text.length, maxLength: text.length }),
      fc.nat({ max: 3 }),
    )
    .map(([kinds, rate]) =>
      [...text]
        .map((letter, index) => {
          const kind = index % (rate + 1) === 0 ? kinds[index] : "same";
          if (kind === "?" || kind === "*") return kind;
          return kind === "case" && cases ? letter.toUpperCase() : letter;
        })
        .join(""),
    );
const ARN = `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:storefront-prod/clients/reporting-agent-AAAAAA`;
const LEADING = fc.constantFrom(
  ...([
    ["secretsmanager:PutResourcePolicy", ARN],
    ["secretsmanager:DeleteResourcePolicy", ARN],
    ["lambda:UpdateFunctionCode", `${FUNCTION}-rotate-reporting-agent`],
    ["iam:PassRole", `arn:aws:iam::${ACCOUNT}:role/storefront-prod-rotate-reporting-agent`],
    ["s3:GetObject", "arn:aws:s3:::storefront-prod-terraform-state/storefront/prod.tfstate"],
  ] as const),
);

test("only, on a client: actions and resources count in each spelling that AWS matches, and in no other", () => {
  const { bucket, key } = stackOf(prod).json.terraform.backend.s3;
  expect(`arn:aws:s3:::${bucket}/${key}`).toBe("arn:aws:s3:::storefront-prod-terraform-state/storefront/prod.tfstate");
  const leads = LEADING.chain(([action, arn]) =>
    fc.tuple(patternOf(action, true), patternOf(arn, false), fc.constant([action, arn])),
  );
  fc.assert(
    fc.property(leads, fc.boolean(), ([does, on, [action = "", arn = ""]], isList) => {
      const listed = (text: string) => (isList ? ["logs:GetLogEvents", text] : text);
      expect(broken(ONLY.client, inAws(listed(does), isList ? ["arn:aws:logs:::x", on] : on))).not.toEqual([]);
      expect(broken(ONLY.client, inAws(`${action}x`, arn))).toEqual([]);
      expect(broken(ONLY.client, inAws(action, `${arn}/x`))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

const MEMBERS = fc.oneof(
  fc.constantFrom("allUsers", "allAuthenticatedUsers"),
  fc
    .tuple(
      fc.constantFrom("user", "serviceAccount", "group"),
      fc.stringMatching(/^[a-z]{1,8}$/),
      fc.stringMatching(/^[a-z]{1,8}\.(com|iam\.gserviceaccount\.com)$/),
    )
    .map(([kind, name, domain]) => `${kind}:${name}@${domain}`),
  fc.stringMatching(/^domain:[a-z]{1,8}\.com$/),
  fc.stringMatching(/^project(Owner|Editor|Viewer):[a-z]{1,8}$/),
  fc.stringMatching(/^(principal|principalSet):\/\/iam\.googleapis\.com\/[a-z/*]{1,20}$/),
  fc.stringMatching(/^(deleted:serviceAccount|principalHierarchy|[A-Za-z]{1,9}):[a-z?=@.]{1,12}$/),
);

test("only, on a secret and a service: each principal but the named one counts, whatever its form", () => {
  const granted = fc.constantFrom(
    (member: string) => ["secret", onSecret("roles/secretmanager.secretAccessor", member)] as const,
    (member: string) => ["secret", onProject("roles/owner", member)] as const,
    (member: string) => ["secret", onAccount("orders_rt", "roles/iam.serviceAccountTokenCreator", member)] as const,
    (member: string) => ["service", onService("roles/run.invoker", member)] as const,
    (member: string) => ["service", onAccount("orders", "roles/iam.serviceAccountOpenIdTokenCreator", member)] as const,
  );
  fc.assert(
    fc.property(MEMBERS, granted, (member, grant) => {
      const [kind, change] = grant(member);
      expect(broken(ONLY[kind], change).map(({ got }) => got)).toContain("allowed");
    }),
  );
});
