import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plannedBy } from "../../../cli/terraform/providers";
import type { RowChange } from "../../../packages/terraform-access-review/model/change";
import { words } from "../../../packages/terraform-access-review/render/words";
import { FOREIGN, ForeignStack, foreignPlan } from "../../fixtures/foreign/foreign";
import { wordsOf } from "../../support/ledger-words";
import { describeTerraform } from "../../support/terraform-stack";
import { packedInto } from "../package/support/project";

/** A user's folder, in which nothing but the published package is installed. */
const folder = mkdtempSync(join(tmpdir(), "installed-review-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function npm(cwd: string, ...args: readonly string[]) {
  const done = spawnSync("npm", [...args, "--ignore-scripts", "--offline"], { cwd, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`npm ${args.join(" ")} ended with ${done.status}:\n${done.stderr}`);
  return done.stdout;
}

function review(...args: readonly string[]) {
  const program = join(folder, "node_modules", ".bin", "terraform-access-review");
  const done = spawnSync(program, [...args], { cwd: folder, encoding: "utf8" });
  return { code: done.status, out: done.stdout, error: done.stderr };
}

beforeAll(() => {
  const tarball = packedInto(folder, "terraform-access-review");
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  npm(folder, "install", "--no-audit", "--no-fund", join(folder, tarball));
}, 120_000);

test("the tarball has all that it needs: the program, its readme and the licences of what is in it", () => {
  const installed = join(folder, "node_modules");
  expect(readdirSync(installed).filter((name) => !name.startsWith("."))).toEqual(["terraform-access-review"]);
  const own = join(installed, "terraform-access-review");
  expect(readdirSync(own).sort()).toEqual(["README.md", "dist", "package.json", "run.cjs"]);
  expect(readdirSync(join(own, "dist")).sort()).toEqual(["LICENSE", "LICENSES.txt", "cli.cjs"]);
  expect(readFileSync(join(own, "dist", "LICENSES.txt"), "utf8")).toContain("diff 9.0.0 (BSD-3-Clause)");
});

test("installed alone, it reviews a plan and ends as it is asked to", () => {
  const { code, out, error } = review(foreignPlan("jwt-api"), "--fail-on", "broadened");
  expect({ code, error }).toEqual({ code: 2, error: "--fail-on: broadened\n" });
  expect(out).toContain("anyone may now call GET /health");
});

describeTerraform("with Terraform", () => {
  test.each(FOREIGN)("the committed plan of %s is what Terraform makes of it", (name) => {
    const stack = new ForeignStack(name);
    try {
      const plan = stack.plan();
      // Real providers fill in more than the stand-ins.
      if (plannedBy(stack.folder).some(({ standIn }) => standIn))
        expect(plan).toBe(readFileSync(foreignPlan(name), "utf8"));
      writeFileSync(join(folder, "plan.json"), plan);
      expect(review("plan.json")).toMatchObject({ code: 0, error: "" });
    } finally {
      stack.remove();
    }
  });

  test("a change of what is deployed is judged by its own state, and by a state that is given", () => {
    const stack = new ForeignStack("jwt-api");
    try {
      stack.apply();
      writeFileSync(join(folder, "state.json"), stack.state());
      writeFileSync(join(folder, "same.json"), stack.plan());
      expect(review("same.json").out).toBe("same: no change\n");
      stack.edit('  authorization_type   = "JWT"\n', "");
      stack.edit("  authorizer_id        = aws_apigatewayv2_authorizer.jwt.id\n", "");
      stack.edit('  authorization_scopes = ["notes/read"]\n', "");
      writeFileSync(join(folder, "open.json"), stack.plan());
      const access = (...args: readonly string[]) => {
        const [{ access: found }] = JSON.parse(review("open.json", "--format", "json", ...args).out);
        return found.rows.map((change: RowChange) => {
          const [before, after] = [change.before, change.after].map((row) => row && words(row.principal));
          return [change.effect, before, after, wordsOf(change).permission].join(" | ");
        });
      };
      const opened = [
        "broadened | tokens of user pool notes-users for aws_cognito_user_pool_client.web | anyone | GET /notes/{id}",
        "broadened |  | anyone | GET /notes/{id}",
      ];
      expect(access()).toEqual(opened);
      expect(access("--base", "state.json")).toEqual(expect.arrayContaining(opened));
    } finally {
      stack.remove();
    }
  }, 120_000);
});
