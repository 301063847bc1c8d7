import { answerTo } from "../../../cli/local/requests";
import type { Clouds } from "../../../packages/local-front-door/clouds";
import { UnplayableStack } from "../../../packages/local-front-door/terraform/document";
import { block, type Change } from "../../support/local/document";
import { SynthesizedEnvironments } from "../../support/local/environments";

/** Resources of a project's own, outside the path of any request. */
const environments = new SynthesizedEnvironments(["dev"]);
const opened: Clouds[] = [];
afterAll(async () => {
  for (const each of opened) await each.stop();
  environments.remove();
});

const TRUST = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "scheduler.amazonaws.com" } }],
};
const OWN = {
  aws_db_instance: { orders: { engine: "postgres", instance_class: "db.t4g.micro" } },
  aws_dynamodb_table: { orders: { name: "storefront-dev-orders", hash_key: "id" } },
  aws_iam_openid_connect_provider: { builds: { url: "https://builds.example.com" } },
  aws_iam_policy: { jobs: { name: "jobs", policy: "${data.aws_iam_policy_document.jobs.json}" } },
  aws_kms_key: { orders: { enable_key_rotation: true } },
  aws_lambda_function_url: { jobs: { function_name: "jobs", authorization_type: "AWS_IAM" } },
  aws_s3_bucket_notification: { jobs: { bucket: "${aws_s3_bucket.jobs.id}" } },
  aws_scheduler_schedule: { nightly: { schedule_expression: "rate(1 day)" } },
  aws_sqs_queue: { jobs: { name: "jobs.fifo", provider: "aws.frankfurt" } },
  google_bigquery_dataset: { orders: { dataset_id: "orders" } },
  google_cloud_run_v2_job: { nightly: { name: "nightly" } },
  google_project_iam_custom_role: { sign: { role_id: "sign", permissions: ["iam.serviceAccounts.signBlob"] } },
  google_project_iam_member: { jobs: { role: "roles/bigquery.jobUser", member: "user:ann@example.com" } },
  google_sql_database_instance: { orders: { database_version: "POSTGRES_16" } },
  google_storage_bucket: { uploads: { name: "${random_pet.uploads.id}" } },
  google_storage_bucket_iam_binding: { uploads: { bucket: "${google_storage_bucket.uploads.name}" } },
  random_pet: { uploads: { length: 2 } },
};
/** Of types that requests do depend on. */
const OF_KNOWN_TYPES = {
  aws_cognito_user_pool: { staff: { name: "staff", lambda_config: {} } },
  aws_cognito_user_pool_client: {
    staff: { user_pool_id: "${aws_cognito_user_pool.staff.id}", refresh_token_rotation: {} },
  },
  aws_iam_role: {
    jobs: { name: "${random_pet.uploads.id}", path: "/own/", assume_role_policy: JSON.stringify(TRUST) },
  },
  aws_iam_role_policy: {
    jobs: { role: "${aws_iam_role.jobs.name}", policy: "${data.aws_iam_policy_document.jobs.json}" },
  },
  aws_iam_role_policy_attachment: {
    jobs: { role: "${aws_iam_role.jobs.name}", policy_arn: "${aws_iam_policy.jobs.arn}" },
  },
  aws_lambda_function: {
    jobs: { function_name: "jobs", runtime: "python3.13", role: "${aws_iam_role.jobs.arn}", filename: "jobs.zip" },
  },
  aws_lambda_permission: {
    jobs: {
      action: "lambda:InvokeFunction",
      function_name: "${aws_lambda_function.jobs.function_name}",
      principal: "scheduler.amazonaws.com",
      source_arn: "${aws_scheduler_schedule.nightly.arn}",
    },
  },
  google_iam_workload_identity_pool_provider: {
    builds: {
      workload_identity_pool_id: "${google_iam_workload_identity_pool.gateway.workload_identity_pool_id}",
      workload_identity_pool_provider_id: "builds",
      oidc: { issuer_uri: "https://builds.example.com" },
    },
  },
  google_project_service: { bigquery: { service: "bigquery.googleapis.com", disable_dependent_services: true } },
  google_secret_manager_secret_version: { own: { secret: "${google_secret_manager_secret.own.id}", secret_data: "x" } },
  google_service_account: { jobs: { account_id: "${random_pet.uploads.id}", create_ignore_already_exists: true } },
  google_service_account_iam_binding: {
    jobs: {
      service_account_id: "${google_service_account.jobs.name}",
      role: "${google_project_iam_custom_role.sign.name}",
      members: ["user:ann@example.com"],
    },
  },
};

const own: Change = (document) => {
  const { resource, ...parts } = document as unknown as Record<string, Record<string, Record<string, unknown>>>;
  for (const [type, named] of Object.entries({ ...OWN, ...OF_KNOWN_TYPES })) {
    Object.assign(resource ?? {}, { [type]: { ...resource?.[type], ...named } });
  }
  const aws = [parts.provider?.aws ?? []].flat();
  Object.assign(parts.provider ?? {}, { aws: [{ alias: "frankfurt", region: "eu-central-1" }, ...aws], random: [{}] });
  Object.assign(document, { data: { aws_iam_policy_document: { jobs: {} } }, locals: { own: 1 } });
};

/** Variables of a service that refer to what only an apply knows. */
const variables: Change = (document) => {
  const [template] = [block(document, "google_cloud_run_v2_service.orders").template].flat() as Record<
    string,
    unknown
  >[];
  const [container] = [template?.containers].flat() as { env: unknown[] }[];
  container?.env.push(
    { name: "ORDERS_TABLE", value: "${aws_dynamodb_table.orders.name}" },
    { name: "ORDERS_TABLE_ARN", value: "${aws_dynamodb_table.orders.arn}" },
    { name: "UPLOADS", value: "gs://${random_pet.uploads.id}/in" },
    { name: "BOTH", value: "${google_cloud_run_v2_service.orders.name} $${x} ${data.own.it.id}" },
    { name: "NESTED", value: '${jsonencode({ "a" = 1 })}' },
  );
};

async function start(strict: boolean, ...changes: readonly Change[]): Promise<Clouds> {
  const clouds = await environments.startDoor("dev", { strict, page: { title: "dev", port: 0 } }, ...changes);
  opened.push(clouds);
  return clouds;
}

/** Status of each route for each caller and without a token. */
async function statuses({ url, callers, gateway }: Clouds): Promise<Readonly<Record<string, readonly number[]>>> {
  const tokens = [undefined, ...(await Promise.all(callers.map((caller) => caller.token())))];
  const found: Record<string, readonly number[]> = {};
  for (const key of gateway.routeKeys) {
    const answers = await Promise.all(tokens.map((token) => answerTo(url, key, token)));
    found[key] = answers.map(({ status }) => status);
  }
  return found;
}

test("own resources change no answer: each is listed, or refuses only what would consult it", async () => {
  const [plain, withOwn] = [await start(true), await start(false, own)];
  expect(await statuses(withOwn)).toEqual(await statuses(plain));
  const added = Object.entries(OWN).flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`));
  expect([...withOwn.notSimulated].slice(0, added.length).sort()).toEqual(added.sort());
  expect(plain.notSimulated).toContain("aws_cloudwatch_log_group.access");
  const shown = (await (await fetch(`${withOwn.pageUrl}/requests?door=&after=0`)).json()) as Clouds;
  expect([shown.notSimulated, shown.deviations]).toEqual([withOwn.notSimulated, withOwn.deviations]);
  const refusing = withOwn.stack.refusing.map(([address]) => address);
  const known = Object.entries(OF_KNOWN_TYPES).map(([type, named]) => `${type}.${Object.keys(named)[0]}`);
  // No Envoy reads a secret's version here.
  expect(refusing.sort()).toEqual(known.filter((address) => !address.includes("secret_version")).sort());
});

test("strictly, each of them stops the start, and the error names all", async () => {
  const error = await start(true, own).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UnplayableStack);
  const addresses = (error as UnplayableStack).faults.map(({ address }) => address);
  expect(addresses).toEqual(expect.arrayContaining([...Object.keys(OWN), "data", "locals", "provider.aws[1]"]));
  for (const type of ["aws_iam_role.jobs", "aws_lambda_function.jobs", "google_service_account.jobs"]) {
    expect(addresses.filter((address) => address.startsWith(type))).not.toEqual([]);
  }
});

test("a value of a service's environment that only an apply knows is a visible placeholder", async () => {
  const clouds = await start(false, own, variables);
  const [orders] = clouds.services.filter(({ name }) => name === "storefront-dev-orders");
  expect(orders?.variables).toMatchObject({
    ORDERS_TABLE: "storefront-dev-orders",
    ORDERS_TABLE_ARN: "known-after-apply:aws_dynamodb_table.orders.arn",
    UPLOADS: "gs://known-after-apply:random_pet.uploads.id/in",
    BOTH: "storefront-dev-orders ${x} known-after-apply:data.own.it.id",
    NESTED: "known-after-apply:google_cloud_run_v2_service.orders.template.containers.env.value",
  });
  expect(clouds.deviations.filter((each) => each.includes("only an apply knows"))).toEqual(
    ["ORDERS_TABLE_ARN", "UPLOADS", "BOTH", "NESTED"].map((name) => expect.stringMatching(new RegExp(` ${name}$`))),
  );
  await expect(start(true, variables)).rejects.toThrow("cannot resolve ${aws_dynamodb_table.orders.name}");
});

test("the same placeholder anywhere else is not a value: what decides must be known", async () => {
  const clouds = await start(false, own, (document) => {
    block(document, "google_cloud_run_v2_service.orders").custom_audiences = ["${random_pet.uploads.id}"];
  });
  const orders = Object.entries(await statuses(clouds)).filter(([key]) => /orders|carts/.test(key));
  expect(orders.flatMap(([, all]) => all).filter((status) => status < 400)).toEqual([]);
});
