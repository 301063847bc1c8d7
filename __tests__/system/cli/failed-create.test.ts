import { existsSync } from "node:fs";
import { STATE } from "../../support/command";
import { RefusingCloud } from "../../support/refusing-cloud";
import { applying, providers } from "../../support/terraform-stack";
import { DeployedProject } from "./support/deployed-project";

const SERVICE = "google_cloud_run_v2_service storefront-dev-orders";
const ADDRESS = "google_cloud_run_v2_service.orders";
const FAILURE = "The user-provided container failed to start and listen on the port defined by PORT=8080";

const opened: { stop(): void }[] = [];
afterAll(() => {
  for (const each of opened) each.stop();
});

/** A project whose clouds refuse what the real ones would refuse. */
function projectWith({ kind, protect }: { kind: "http" | "rest"; protect: boolean }) {
  if (providers === undefined) throw new Error("only stand-in providers apply here");
  const project = new DeployedProject();
  const cloud = new RefusingCloud(providers, project.folder);
  opened.push(cloud, { stop: () => project.remove() });
  project.edit("dev.yaml", /^aws:\n/m, "aws:\n  ownsAccount: false\n");
  project.edit("dev.yaml", "gateway:\n", `gateway:\n  kind: ${kind}\n`);
  project.edit("dev.yaml", "protect: false", `protect: ${protect}`);
  const run = (...args: readonly string[]) => project.run(args, { TERRAFORM_BINARY_NAME: cloud.terraform });
  const deploy = () => run("deploy", "dev", "--yes", "--no-smoke");
  const tainted = () =>
    JSON.parse(project.read(STATE)).resources.flatMap(({ type, name, instances }: State) =>
      instances.some(({ status }) => status === "tainted") ? [`${type}.${name}`] : [],
    );
  return { project, cloud, run, deploy, tainted };
}

interface State {
  readonly type: string;
  readonly name: string;
  readonly instances: readonly { readonly status?: string }[];
}

const REPLACED = [`delete ${SERVICE}`, `create ${SERVICE}`];
const KEPT = [`update ${SERVICE}`];

describe.each([
  { kind: "http", protect: false, calls: REPLACED, by: ["deploy", "dev", "--yes"] },
  { kind: "http", protect: true, calls: KEPT, by: ["deploy", "dev", "--approved", "approved.json"] },
  { kind: "rest", protect: true, calls: KEPT, by: ["deploy", "dev", "--plan", "--yes"] },
] as const)(
  "a service whose first create fails, with kind: $kind and protect: $protect",
  ({ calls, by, ...config }) => {
    applying(`is deployed by the next ${by.slice(0, 3).join(" ")}, with another image`, () => {
      const { project, cloud, run, deploy, tainted } = projectWith(config);
      cloud.fails({ [SERVICE]: FAILURE });
      expect(deploy()).toMatchObject({ code: 1, error: expect.stringContaining(FAILURE) });
      expect(tainted()).toEqual([ADDRESS]);
      project.edit("base.yaml", "orders:1.14.2", "orders:1.14.3");
      expect(run("plan", "dev", "--format", "json", "--out", "approved.json")).toMatchObject({ code: 0 });
      const [{ notes }] = JSON.parse(project.read("approved.json"));
      expect(notes).toEqual(config.protect ? [{ kind: "create-failed", address: ADDRESS }] : []);
      expect(existsSync(project.path(".plans/dev/repair"))).toBe(false);
      expect(tainted()).toEqual([ADDRESS]);
      cloud.calls();
      expect(run(...by, "--no-smoke")).toMatchObject({ code: 0 });
      expect(cloud.calls().filter((call) => call.includes(SERVICE))).toEqual(calls);
      expect(tainted()).toEqual([]);
      expect(run("plan", "dev")).toMatchObject({ code: 0, out: "dev: no change\n" });
    });
  },
);

applying("a protected service that would stay as it failed is not deployed, and stays tainted", () => {
  const { cloud, deploy, tainted } = projectWith({ kind: "http", protect: true });
  cloud.fails({ [SERVICE]: FAILURE });
  deploy();
  const { code, error } = deploy();
  expect({ code, error }).toEqual({
    code: 1,
    error: expect.stringContaining(`${ADDRESS} exists, but its revision failed`),
  });
  expect(tainted()).toEqual([ADDRESS]);
});

/** Deploys until a deploy ends well. Each one has another image. */
function deployAll({ project, deploy, tainted }: ReturnType<typeof projectWith>): readonly (readonly string[])[] {
  const left: (readonly string[])[] = [];
  for (let patch = 3; ; patch += 1) {
    const { code, error } = deploy();
    if (code === 0) return left;
    const now: readonly string[] = tainted();
    if (now.join() === left.at(-1)?.join()) throw new Error(error);
    left.push(now);
    project.edit("base.yaml", /orders:1\.14\.\d+/, `orders:1.14.${patch}`);
  }
}

applying(
  "every name whose first create fails is deployed in the end, with protect and instances that are kept started",
  () => {
    const scene = projectWith({ kind: "rest", protect: true });
    scene.project.edit("dev.yaml", "gateway:\n", "gateway:\n  authorizer: { provisionedConcurrency: 1 }\n");
    // The stand-in gives the next deployment of the same API the same id, so it would be in use.
    scene.cloud.fails({ "*": "the connection was lost", aws_api_gateway_deployment: "" });
    expect(deployAll(scene).flat()).toEqual(
      expect.arrayContaining([
        ADDRESS,
        "aws_cloudwatch_log_group.callers",
        "aws_cognito_resource_server.customers_orders",
        "aws_cognito_user_pool.customers",
        "aws_iam_role.callers",
        "aws_lambda_alias.callers",
        "aws_lambda_function.callers",
        "aws_secretsmanager_secret.reporting_agent",
        "google_iam_workload_identity_pool.gateway",
        "google_iam_workload_identity_pool_provider.aws_gateway",
        "google_service_account.orders",
      ]),
    );
    expect(scene.cloud.calls().filter((call) => call.startsWith("refused"))).toEqual([]);
    expect(scene.run("plan", "dev")).toMatchObject({ code: 0, out: "dev: no change\n" });
  },
);
