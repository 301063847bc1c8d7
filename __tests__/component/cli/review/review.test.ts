import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { ProjectCopy } from "../../../support/command";

const project = new ProjectCopy();
afterAll(() => project.remove());

function git(...parameters: readonly string[]) {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  const done = spawnSync("git", [...identity, ...parameters], { cwd: project.folder, encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
  return done.stdout.trim();
}

const edit = (file: string, from: string, to: string) => {
  const text = readFileSync(project.path(file), "utf8");
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(project.path(file), text.replace(from, to));
};
const review = (...args: readonly string[]) => project.run(["review", ...args]);
const CHANGE = "customers/reporting-agent may now call POST /orders";

beforeAll(() => {
  writeFileSync(project.path(".gitignore"), "node_modules\n.build\ncdktf.out\n");
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "base");
});

test("without a change every environment says so, and nothing needs an approval", () => {
  const { code, out } = review("--fail-on", "broadened,destroy,replace");
  expect([code, out]).toEqual([0, expect.stringContaining("dev: no change")]);
  expect(out).toContain("prod: no change");
});

describe("a client gets a scope", () => {
  beforeAll(() => {
    git("checkout", "-q", "-b", "scope");
    edit(
      "config/base.yaml",
      "scopes: [orders/read, orders/export]",
      "scopes: [orders/read, orders/export, orders/write]",
    );
    // An agent could not get this scope.
    for (const each of ["staging", "prod"]) edit(`config/${each}.yaml`, "    kind: agent", "    disabled: false");
    const { code, error } = project.run(["synth"]);
    if (code !== 0) throw new Error(error);
  });

  test("the first 25 lines name the access gained, and each row where the config says it", () => {
    const { code, out } = review("dev");
    expect(code).toBe(0);
    const head = out.split("\n").slice(0, 25).join("\n");
    expect(head).toMatch(/^dev: \d+ changed · access broadened\n/);
    expect(head).toContain("customers/reporting-agent may now call");
    expect(out).toMatch(/POST \/orders {2}\(config\/base\.yaml:\d+\)/);
  });

  test("compares a branch with the commit where it left the trunk, not with itself", () => {
    git("add", "-A");
    git("commit", "-qm", "scope");
    expect(review("dev").out).toContain(CHANGE);
    expect(review("dev", "--base", "HEAD").out).toBe("dev: no change\n");
    git("reset", "-q", "--soft", "main");
  });

  test("--fail-on ends with 2 only for the named reasons", () => {
    const broadened = review("dev", "--fail-on", "destroy,broadened");
    expect([broadened.code, broadened.error]).toEqual([2, "--fail-on: dev: broadened\n"]);
    expect(review("dev", "--fail-on", "destroy,replace").code).toBe(0);
    expect(review("dev", "--fail-on", "toString").error).toContain('"toString" is not a reason');
  });

  test("an allowance accepts exactly its change, and an unused or expired allowance fails", () => {
    const allow = (change: string, expires: string) =>
      writeFileSync(
        project.path("config/allowances.yaml"),
        `dev:\n  - change: ${change}\n    reason: the export moves into the agent\n    owner: shop@example.com\n    expires: "${expires}"\n`,
      );
    const sentences: string[] = JSON.parse(review("dev", "--format", "json").out)[0].access.rows.map(
      ({ after }: { after: { principal: string; permission: string } }) =>
        `${after.principal} may now call ${after.permission}`,
    );
    expect(sentences).toContain(CHANGE);
    allow(CHANGE, "2999-01-01");
    // The other routes of the scope are not allowed.
    expect(review("dev", "--fail-on", "broadened").code).toBe(2);
    allow("nobody may now call GET /nothing", "2999-01-01");
    expect(review("dev")).toMatchObject({
      code: 1,
      error: expect.stringMatching(
        /^config\/allowances\.yaml:2:5 {2}dev\[0\] {2}allows dev ".*", which does not happen/,
      ),
    });
    allow(CHANGE, "2020-01-01");
    expect(review("dev")).toMatchObject({ code: 1, error: expect.stringContaining("until 2020-01-01") });
    rmSync(project.path("config/allowances.yaml"));
  });

  test("writes the whole report to its file, in each format", () => {
    for (const [format, start] of [
      ["html", "<!doctype html>"],
      ["markdown", "### dev"],
      ["json", "["],
      ["terminal", "dev:"],
    ] as const) {
      const { code } = review("dev", "--format", format, "--out", `report.${format}`);
      expect([code, readFileSync(project.path(`report.${format}`), "utf8").startsWith(start)]).toEqual([0, true]);
      rmSync(project.path(`report.${format}`));
    }
    expect(review("dev", "--format", "pdf", "--out", "report.pdf").code).toBe(64);
    expect(existsSync(project.path("report.pdf"))).toBe(false);
  });
});

test("reports changed function code, which the hash alone does not show", () => {
  git("checkout", "-q", "-f", "main");
  const file = "functions/authorizer/handler/decide.ts";
  edit(file, 'unavailable("internal")', 'unavailable("keys-unavailable")');
  expect(project.run(["synth"]).code).toBe(0);
  const { out } = review("dev");
  expect(out).toContain(
    "the functions run other code: read what changed in functions, package-lock.json, cli/bundle/options.cjs",
  );
  git("checkout", "-q", "-f", "main");
  expect(project.run(["synth"]).code).toBe(0);
  expect(review("dev").out).toBe("dev: no change\n");
});

test.each([
  [["dve"], 'neither side has an environment called "dve"'],
  [["dev", "--base", "no-such"], 'no commit is called "no-such"'],
  [["dev", "--base=--output=x"], "no commit is called"],
  [["dev", "--fail-on", "broadend"], '"broadend" is not a reason'],
])("%j is a usage error", (args, message) => {
  expect(review(...args)).toMatchObject({ code: 64, error: expect.stringContaining(message) });
});

test("without a repository the review says so", () => {
  renameSync(project.path(".git"), project.path("git"));
  const found = [review(), review("--base", "main")].map(({ code, error }) => [code, error.split(",")[0]]);
  const message = `${realpathSync(project.folder)}: got no git repository`;
  expect(found).toEqual([
    [64, message],
    [64, message],
  ]);
  renameSync(project.path("git"), project.path(".git"));
});

test("an environment in which Envoy decides has no policy", () => {
  expect(existsSync(project.path("synthesized/preview/authorizer-policy.json"))).toBe(false);
  expect(review("preview")).toMatchObject({ code: 0, out: "preview: no change\n" });
});

test("reviews and reports an edit of config before its synthesis, and refuses a config with a problem", () => {
  edit("config/dev.yaml", "retentionDays: 7", "retentionDays: 14");
  const { code, out, error } = review("dev");
  expect([code, out]).toEqual([0, expect.stringContaining("retention_in_days")]);
  expect(error).toContain("synthesized/dev: not what config/ gives");
  edit("config/dev.yaml", "retentionDays: 14", "retentionDays: 6");
  expect(review("dev")).toMatchObject({ code: 1, out: "", error: expect.stringContaining("1 problem in config/") });
  git("checkout", "-q", "-f", "main");
});

test("reports another handshake first, with the calls that may now bypass the gateway", () => {
  git("checkout", "-q", "-f", "main");
  edit("config/preview.yaml", "handshake: shared-issuer\n", "");
  const synth = project.run(["synth"]);
  expect([synth.code, synth.error]).toEqual([0, expect.anything()]);
  const { code, out } = review("preview", "--fail-on", "broadened");
  expect([code, out.split("\n")[1]]).toEqual([
    2,
    expect.stringMatching(
      /^ {2}handshake of storefront-preview-accounts, storefront-preview-orders changes from shared-issuer to federated: /,
    ),
  ]);
  git("checkout", "-q", "-f", "main");
  git("clean", "-q", "-f", "-d", "synthesized");
});

test.each([
  ["main.tf.json", "{"],
  ["authorizer-policy.json", undefined],
])("names %s if it is broken or missing in the other commit", (name, text) => {
  const path = project.path("synthesized/dev", name);
  if (text === undefined) rmSync(path);
  else writeFileSync(path, text);
  git("commit", "-q", "-a", "-m", "broken");
  const { code, error } = review("dev", "--base", "HEAD");
  expect([code, error]).toEqual([1, expect.stringContaining(`synthesized/dev/${name} of`)]);
  git("reset", "-q", "--hard", "HEAD~1");
});
