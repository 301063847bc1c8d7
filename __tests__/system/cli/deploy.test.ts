import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { STATE } from "../../support/command";
import { RunningCommand } from "../../support/running-command";
import { applying, providers } from "../../support/terraform-stack";
import { DeployedProject } from "./support/deployed-project";

const project = new DeployedProject();
afterAll(async () => {
  await RunningCommand.closeAll();
  project.remove();
});

const git = (...args: readonly string[]) =>
  spawnSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd: project.folder });

function commit(): void {
  if (!existsSync(project.path(".git"))) git("init", "--quiet");
  git("add", "config", "synthesized");
  git("commit", "--quiet", "--message", "as deployed");
}

const plans = (name: string) => project.path(".plans", "dev", name);

applying("no terminal to ask, and no approval: nothing is applied", () => {
  const { code, error } = project.run(["deploy", "dev"]);
  expect({ code, error }).toEqual({
    code: 64,
    error: expect.stringContaining("there is no terminal to ask for a confirmation, so nothing was applied"),
  });
  expect(existsSync(project.path(STATE))).toBe(false);
});

applying("a plan is kept where only its owner can read it", () => {
  expect((statSync(project.path(".plans")).mode & 0o777).toString(8)).toBe("700");
  for (const name of ["plan", "change.json", "manifest.json"]) {
    expect((statSync(plans(name)).mode & 0o777).toString(8)).toBe("600");
  }
});

applying("a kept plan is applied later: it prints a line per resource, and leaves no secret behind", () => {
  const { code, out, error } = project.run(["deploy", "dev", "--plan", "--yes"]);
  expect(code).toBe(0);
  expect(error).toContain("aws_apigatewayv2_stage.gateway: created, ");
  expect(out).toContain("api_url = https://");
  expect(error).toMatch(/no smoke test, because .* does not resolve here/);
  expect([existsSync(plans("plan")), existsSync(plans("manifest.json"))]).toEqual([false, false]);
  const none = project.run(["deploy", "dev", "--plan", "--yes"]);
  expect(none).toMatchObject({ code: 64, error: expect.stringContaining("no plan is kept") });
  commit();
});

applying("deployed, it is in sync and there is nothing to apply", () => {
  expect(project.run(["drift", "dev"])).toMatchObject({ code: 0, out: "dev: no change\n" });
  const { code, error } = project.run(["deploy", "dev", "--yes"]);
  expect({ code, error }).toEqual({ code: 0, error: expect.stringContaining("nothing to apply") });
  // The last apply is complete, so it is not reported.
  expect(error).not.toContain("the apply of");
});

applying("a change outside Terraform is reported by name as drift, with exit code 2", () => {
  const where = { name: "storefront-dev-orders" };
  const set = { description: "other" };
  providers?.meanwhile([{ type: "aws_iam_role", where, set }]);
  const { code, out } = project.run(["drift", "dev", "--format", "json"]);
  providers?.meanwhile([]);
  const [{ drift }] = JSON.parse(out);
  expect([code, drift.map(({ address }: { address: string }) => address)]).toEqual([2, ["aws_iam_role.orders"]]);
  expect(drift[0].attributes).toEqual([expect.objectContaining({ path: "description", after: "other" })]);
});

applying("drift says who gained access outside Terraform, and then what a deploy does about it", () => {
  const set = { members: ["serviceAccount:storefront-dev-orders@storefront-dev.iam.gserviceaccount.com", "allUsers"] };
  const where = { name: "projects/storefront-dev/locations/europe-west1/services/storefront-dev-orders" };
  providers?.meanwhile([{ type: "google_cloud_run_v2_service_iam_binding", where, set }]);
  const { code, out, error } = project.run(["drift", "dev"]);
  const [{ drift, driftAccess }] = JSON.parse(project.run(["drift", "dev", "--format", "json"]).out);
  providers?.meanwhile([]);
  expect([code, error]).toEqual([2, expect.stringContaining("1 changed outside Terraform, 1 to be changed")]);
  expect(out.match(/^\S.*: .*access.*$/gm)).toEqual([
    "dev, changed outside Terraform: 1 drifted · access broadened",
    "dev, with the next deploy: 1 changed · access narrowed",
  ]);
  expect([drift, driftAccess.rows].map(({ length }) => length)).toEqual([1, 1]);
  expect(driftAccess.rows[0].after).toMatchObject({
    principal: { kind: "google-public", member: "allUsers" },
    action: { kind: "google-role", role: "roles/run.invoker" },
  });
});

applying("the deployed policy is found in the commit with its hash", () => {
  project.edit("base.yaml", "GET /orders: { scopes: [orders/read] }", "GET /orders: public");
  const { code, out } = project.run(["plan", "dev", "--fail-on", "broadened"]);
  expect(code).toBe(2);
  expect(out).toContain("+ anyone may now call GET /orders");
  expect(out.match(/may now call/g)).toHaveLength(2); // in the digest and in the table
  expect(out).not.toContain("is in no commit");
  project.edit("base.yaml", "GET /orders: public", "GET /orders: { scopes: [orders/read] }");
});

applying("an approval carries over to a fresh plan of the same change, and to no other", () => {
  project.edit("base.yaml", "orders:1.14.2", "orders:1.15.0");
  const approved = project.path("approved.json");
  expect(project.run(["plan", "dev", "--format", "json", "--out", approved]).code).toBe(0);
  project.edit("base.yaml", "orders:1.15.0", "orders:1.16.0");
  const refused = project.run(["deploy", "dev", "--approved", approved]);
  expect(refused.code).toBe(1);
  expect(refused.error).toContain("this is not the change that was approved, and nothing was applied");
  expect(refused.error).toMatch(/\+ google_cloud_run_v2_service\.orders: changed .*orders:1\.16\.0/);
  expect(refused.error).toMatch(/- google_cloud_run_v2_service\.orders: changed .*orders:1\.15\.0/);
  project.edit("base.yaml", "orders:1.16.0", "orders:1.15.0");
  expect(project.run(["deploy", "dev", "--approved", approved])).toMatchObject({ code: 0 });
  expect(project.read(STATE)).toContain("orders:1.15.0");
});

applying("a kept plan is refused if something that it was made from has changed", () => {
  project.edit("base.yaml", "orders:1.15.0", "orders:1.17.0");
  project.run(["plan", "dev"]);
  project.edit("dev.yaml", "retentionDays: 7", "retentionDays: 14");
  const refused = project.run(["deploy", "dev", "--plan", "--yes"]);
  expect(refused.code).toBe(1);
  expect(refused.error).toMatch(/is out of date\n {4}the config: was .*\n {4}the synthesized stack: was /);
  project.edit("dev.yaml", "retentionDays: 14", "retentionDays: 7");
});

applying("a change that is not deployed is not in sync", () => {
  const { code, error } = project.run(["drift", "dev"]);
  expect(code).toBe(2);
  expect(error).toContain("dev: not in sync: 0 changed outside Terraform, 1 to be changed");
  expect(existsSync(plans("drift"))).toBe(false);
});

applying("an apply that the cloud refuses halfway reports what was done, what failed and why", () => {
  const { code, error } = project.run(["deploy", "dev", "--yes"], {
    TERRAFORM_BINARY_NAME: project.refusedTerraform(),
  });
  expect(code).toBe(1);
  expect(error).toContain("    aws_iam_role.callers: changed, 3 s\n    aws_iam_role.orders: failed, 3 s\n");
  expect(error).toContain("Error: AccessDenied\n  aws_iam_role.orders\n  not authorized\n");
  expect(error).toContain("completed changes stay; the next plan shows what is left");
  expect([existsSync(plans("plan")), existsSync(plans("manifest.json"))]).toEqual([false, false]);
});

applying(
  "the next run reports a failed apply; a concurrent one is refused; if the first is killed, the run after that reports it",
  async () => {
    const environment = { TERRAFORM_BINARY_NAME: project.slowTerraform() };
    const first = new RunningCommand(project, ["deploy", "dev", "--yes"], environment);
    await first.prints(/dev: the apply of \S+ failed after 1 of 1 changes\n {4}failed: aws_iam_role\.orders/);
    while (!existsSync(project.path("begun"))) await delay(20);
    const second = project.run(["deploy", "dev", "--yes"]);
    expect(second.code).toBe(1);
    expect(second.error).toContain(
      `dev: process ${first.pid} on ${hostname()} is planning or deploying it from this folder`,
    );
    first.send("SIGKILL");
    expect(await first.ended()).toBe("SIGKILL");
    process.kill(-JSON.parse(project.read(".plans", "dev", "last-apply.json")).group, "SIGKILL");
    const next = project.run(["deploy", "dev", "--yes"]);
    expect(next.code).toBe(0);
    expect(next.error).toMatch(/dev: the apply of \S+ was killed after 0 of 1 changes/);
    expect(next.error).toContain("begun, with an unknown outcome: aws_iam_role.orders");
  },
);
