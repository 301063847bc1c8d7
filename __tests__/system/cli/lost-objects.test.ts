import { mkdirSync, writeFileSync } from "node:fs";
import { RefusingCloud } from "../../support/refusing-cloud";
import { applying, providers } from "../../support/terraform-stack";
import { DeployedProject } from "./support/deployed-project";

/** In two groups, because a service needs its account. */
const LOST = [
  [
    ["aws_iam_role.callers", "aws_iam_role storefront-dev-callers"],
    ["google_iam_workload_identity_pool.gateway", "google_iam_workload_identity_pool storefront-dev"],
    ["google_service_account.orders", "google_service_account storefront-dev-orders"],
  ],
  [["google_cloud_run_v2_service.orders", "google_cloud_run_v2_service storefront-dev-orders"]],
] as const;

const opened: { stop(): void }[] = [];
afterAll(() => {
  for (const each of opened) each.stop();
});

/** A project whose clouds lose the answers of these creates once, and tools that find every object. */
function projectThatLoses(names: readonly string[]) {
  if (providers === undefined) throw new Error("only stand-in providers apply here");
  const project = new DeployedProject();
  const cloud = new RefusingCloud(providers, project.folder);
  opened.push(cloud, { stop: () => project.remove() });
  cloud.loses(...names);
  const bin = project.path("bin");
  mkdirSync(bin);
  for (const tool of ["aws", "gcloud"]) {
    const script = `#!/bin/sh\ncase "$*" in *" describe "*|*get-role*) echo '{"state":"ACTIVE"}' ;; *) exit 1 ;; esac\n`;
    writeFileSync(`${bin}/${tool}`, script, { mode: 0o700 });
  }
  const tools = { PATH: `${bin}:${process.env.PATH}` };
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = tools) =>
    project.run(args, { TERRAFORM_BINARY_NAME: cloud.terraform, ...env });
  return { project, cloud, run };
}

const DEPLOY = ["deploy", "dev", "--yes", "--no-smoke"];

applying("what a deploy made without an answer is imported by the next one, after the plan has shown it", () => {
  const { project, cloud, run } = projectThatLoses(LOST.flat().map(([, name]) => name));
  const lost = { code: 1, error: expect.stringContaining("connection reset by peer") };
  expect(run(DEPLOY)).toMatchObject(lost);
  for (const [index, group] of LOST.entries()) {
    cloud.calls();
    const planned = run(["plan", "dev", "--format", "json", "--out", "plan.json"]);
    expect([planned.code, cloud.calls()]).toEqual([0, []]);
    const [{ resources }] = JSON.parse(project.read("plan.json"));
    const imported = resources.filter(({ action }: { action: string }) => action === "imported");
    expect(imported).toEqual(group.map(([address]) => expect.objectContaining({ address, attributes: [] })));
    const deployed = run(["deploy", "dev", "--approved", "plan.json", "--no-smoke"]);
    expect(deployed).toMatchObject(index === 0 ? lost : { code: 0 });
    expect(cloud.calls().filter((call) => group.some(([, name]) => call.endsWith(name)))).toEqual([]);
  }
  expect(run(["plan", "dev"])).toMatchObject({ code: 0, out: "dev: no change\n" });
});

applying(
  "without the clouds' tools the next deploy fails, and names the line of config/imports.yaml that heals it",
  () => {
    const [address, name] = LOST[0][2];
    const { project, run } = projectThatLoses([name]);
    const noTools = project.awsThatAnswers("");
    run(DEPLOY, noTools);
    const id = "projects/storefront-dev/serviceAccounts/storefront-dev-orders@storefront-dev.iam.gserviceaccount.com";
    const lines = `dev:\n      ${address}: ${id}\n`;
    expect(run(DEPLOY, noTools)).toMatchObject({ code: 1, error: expect.stringContaining(lines) });
    writeFileSync(project.path("config", "imports.yaml"), lines);
    expect(run(DEPLOY, noTools)).toMatchObject({ code: 0 });
  },
);

applying("what Google refuses because it does not know a new account yet is applied by the same deploy", () => {
  const { cloud, run } = projectThatLoses([]);
  const email = "storefront-dev-orders-rt@storefront-dev.iam.gserviceaccount.com";
  const name = "google_cloud_run_v2_service storefront-dev-orders";
  const unknown = `Error creating Service: googleapi: Error 400: Service account ${email} does not exist.`;
  cloud.refuses({ [name]: [unknown, unknown] });
  const refused = `refused create ${name}`;
  const { code, error } = run(DEPLOY, {
    NODE_OPTIONS: `--require ${require.resolve("../../support/short-waits.cjs")}`,
  });
  expect([code, error]).toEqual([
    0,
    expect.stringContaining("does not know a new service account yet; the rest follows in 5 s"),
  ]);
  expect(cloud.calls().filter((call) => call.includes(name))).toEqual([refused, refused, `create ${name}`]);
  expect(run(["plan", "dev"])).toMatchObject({ code: 0, out: "dev: no change\n" });
});

applying("a replaced secret gets its grant again, and the next plan is empty", () => {
  const { project, cloud, run } = projectThatLoses([]);
  const secrets = "    secrets:\n      PAYMENT_KEY: { secret: orders-payment-key }\n";
  project.edit("base.yaml", "    routes:\n", `${secrets}    routes:\n`);
  expect(run(DEPLOY)).toMatchObject({ code: 0 });
  cloud.calls();
  project.edit("base.yaml", "orders-payment-key }", "orders-payment-key, replicas: [europe-west4] }");
  expect(run(DEPLOY)).toMatchObject({ code: 0 });
  const secret = "google_secret_manager_secret storefront-dev-orders-payment-key";
  const id = "projects/storefront-dev/secrets/storefront-dev-orders-payment-key";
  const binding = `google_secret_manager_secret_iam_binding ${id}/roles/secretmanager.secretAccessor`;
  expect(cloud.calls()).toEqual([`delete ${binding}`, `delete ${secret}`, `create ${secret}`, `create ${binding}`]);
  expect(run(["plan", "dev"])).toMatchObject({ code: 0, out: "dev: no change\n" });
});
