import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { authorities } from "../../../support/authorities";
import { ProjectCopy } from "../../../support/command";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

const dev = () => readFileSync(project.path("config/dev.yaml"), "utf8");
const original = dev();
beforeEach(() => writeFileSync(project.path("config/dev.yaml"), original));

const STACKS = ["bootstrap-dev", "bootstrap-prod", "bootstrap-staging", "dev", "preview", "prod", "staging"];

test("synthesized/ matches the sources, at any date and in any time zone", () => {
  const { code, error } = project.run(["synth", "--check", "prod"], { TZ: "Pacific/Kiritimati", LANG: "tr_TR.UTF-8" });
  expect({ code, error }).toEqual({ code: 0, error: "" });
});

test("prints each environment's contents, its changed files and its number of secrets without a value", () => {
  const { code, out } = project.run(["synth", "dev"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^dev: \d+ resources in AWS, \d+ in Google; 20 routes, \d+ grants; \d+ ms; unchanged$/m);
  expect(out).toContain("npm run list -- dev");
  expect(out).not.toMatch(/^prod:|wrote/m);
});

test("names a stale file and the command that renews it, which alone writes the file", () => {
  const stack = project.path("synthesized/dev/main.tf.json");
  const before = readFileSync(stack, "utf8");
  writeFileSync(project.path("config/dev.yaml"), original.replace("retentionDays: 7", "retentionDays: 14"));
  const { code, error } = project.run(["synth", "--check", "dev"]);
  expect(code).toBe(1);
  expect(error).toContain("not what the sources give: synthesized/dev/main.tf.json");
  expect(error).toContain("npm run synth");
  expect(readFileSync(stack, "utf8")).toBe(before);
  expect(project.run(["synth", "dev"]).out).toMatch(/^ {4}wrote synthesized\/dev\/main\.tf\.json$/m);
  expect(readFileSync(stack, "utf8")).toBe(before.replaceAll('"retention_in_days": 7', '"retention_in_days": 14'));
  writeFileSync(project.path("config/dev.yaml"), original);
  project.run(["synth", "dev"]);
});

test("a repository that git cannot read stops a check, because committed output would go unnoticed", () => {
  writeFileSync(project.path(".git"), "of another owner");
  const { code, error } = project.run(["synth", "--check", "dev"]);
  expect([code, error]).toEqual([1, expect.stringContaining("git status")]);
  rmSync(project.path(".git"));
});

test("an option that npm took as its own stops the command, which writes nothing", () => {
  const npm = { npm_command: "run-script", npm_lifecycle_event: "synth", npm_config_check: "true" };
  const { code, error } = project.run(["synth", "dev"], npm);
  expect([code, error]).toEqual([64, expect.stringContaining("npm run synth -- dev --check")]);
});

test("an unknown environment is a usage error with the nearest name", () => {
  const { code, error } = project.run(["synth", "devv"]);
  expect(code).toBe(64);
  expect(error).toContain('no environment is called "devv"; did you mean dev?');
  expect(error).toContain(`known: ${STACKS.join(", ")}; a new one is a new file, config/devv.yaml`);
});

test("a broken environment stops all of them, and nothing is written", () => {
  rmSync(project.path("cdktf.out"), { recursive: true, force: true });
  writeFileSync(project.path("config/dev.yaml"), original.replace("recoveryDays: 7", "recoveryDays: 6"));
  const { code, error } = project.run(["synth", "prod"]);
  const line = original.split("\n").findIndex((text) => text.startsWith("recoveryDays")) + 1;
  expect(code).toBe(1);
  expect(error).toContain(`config/dev.yaml:${line}:1  recoveryDays  got 6`);
  expect(error).toContain("1 problem in config/: nothing was written");
  expect(existsSync(project.path("cdktf.out"))).toBe(false);
});

test("finds the folders of an environment or a bootstrap without a file stale, and removes them", () => {
  mkdirSync(project.path("synthesized/old"));
  mkdirSync(project.path("cdktf.out/stacks/old"), { recursive: true });
  // Without its file, no bootstrap has a stack.
  const bootstrap = readFileSync(project.path("config/bootstrap.yaml"), "utf8");
  rmSync(project.path("config/bootstrap.yaml"));
  const { error } = project.run(["synth", "--check"]);
  for (const each of ["old", "bootstrap-dev"]) expect(error).toContain(`synthesized/${each}`);
  writeFileSync(project.path("config/bootstrap.yaml"), bootstrap);
  const { out } = project.run(["synth"]);
  expect(out).toContain("removed synthesized/old");
  expect(readdirSync(project.path("synthesized")).sort()).toEqual(STACKS);
  expect(readdirSync(project.path("cdktf.out/stacks")).sort()).toEqual(STACKS);
});

test("does not write a stack that a policy rule refuses, and the finding gives a remedy", () => {
  const before = readFileSync(project.path("synthesized/dev/main.tf.json"), "utf8");
  const entry = "rule: log-retention, address: aws_cloudwatch_log_group.access, reason: kept for an audit, owner: me";
  writeFileSync(project.path("config/allowances.yaml"), `dev:\n  - { ${entry} }\n`);
  const way = { CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS: "true" };
  const { code, error } = project.run(["synth", "dev"], way);
  expect(project.run(["app"], way).code).toBe(1);
  expect([code, error]).toEqual([
    1,
    "[dev] config/allowances.yaml:2:5  dev[0]  got an unused allowance for aws_cloudwatch_log_group.access and the rule " +
      "log-retention, expected one that a finding needs\n" +
      "    remove the entry, or correct its address: it would silently cover the next finding\n" +
      "    docs/reference/optional-files.md#allowances\n" +
      "synthesized/ was not changed\n",
  ]);
  expect(readFileSync(project.path("synthesized/dev/main.tf.json"), "utf8")).toBe(before);
  rmSync(project.path("config/allowances.yaml"));
});

test("reports unused allowances and imports of all environments, each at its line", () => {
  const entry = "rule: log-retention, address: aws_cloudwatch_log_group.access, reason: kept for an audit, owner: me";
  writeFileSync(project.path("config/allowances.yaml"), `dev:\n  - { ${entry} }\nprod:\n  - { ${entry} }\n`);
  writeFileSync(project.path("config/imports.yaml"), "prod:\n  aws_cognito_user_pool.custmers: eu-west-1_Abc\n");
  const { code, error } = project.run(["synth"]);
  expect(code).toBe(1);
  expect(error.split("\n").filter((line) => line.startsWith("["))).toEqual([
    expect.stringMatching(/^\[dev\] config\/allowances\.yaml:2:5 {2}dev\[0\]/),
    expect.stringMatching(/^\[prod\] config\/imports\.yaml:2:3 {2}prod\["aws_cognito_user_pool\.custmers"\]/),
    expect.stringMatching(/^\[prod\] config\/allowances\.yaml:4:5 {2}prod\[0\]/),
  ]);
  expect(error).toContain('did you mean "aws_cognito_user_pool.customers"?');
  rmSync(project.path("config/allowances.yaml"));
  rmSync(project.path("config/imports.yaml"));
});

test("synthesizes a bootstrap stack by its name, and refuses a wrong config/bootstrap.yaml", () => {
  const { code, out } = project.run(["synth", "bootstrap-dev"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^bootstrap-dev: \d+ resources in AWS, \d+ in Google/m);
  expect(out).not.toMatch(/^(dev|prod|bootstrap-prod):/m);
  const config = readFileSync(project.path("config/bootstrap.yaml"), "utf8");
  writeFileSync(project.path("config/bootstrap.yaml"), config.replace("100000000001", "none"));
  const broken = project.run(["synth", "dev"]);
  expect([broken.code, broken.error]).toEqual([
    1,
    expect.stringMatching(/^config\/bootstrap\.yaml:\d+:\d+ {2}environments\.dev\.googleProjectNumber {2}got "none"/),
  ]);
  const write = Array.from({ length: 900 }, (_, index) => `dynamodb:AVeryLongAction${index}`);
  const permissions = { aws_dynamodb_table: { write, on: ["arn:aws:dynamodb:eu-west-1:111122223333:table/one"] } };
  const large = config.replace("  dev:\n", `  dev:\n    permissions: ${JSON.stringify(permissions)}\n`);
  writeFileSync(project.path("config/bootstrap.yaml"), large);
  const { code: refused, error } = project.run(["synth", "bootstrap-dev"]);
  expect([refused, error]).toEqual([
    1,
    expect.stringMatching(/^config\/bootstrap\.yaml:\d+:\d+ {2}environments\.dev {2}got/),
  ]);
  expect(error).not.toMatch(/^ +at /m);
  writeFileSync(project.path("config/bootstrap.yaml"), config);
});

test("a switch of handshakes removes the policy that no function reads any more", () => {
  const path = project.path("config/preview.yaml");
  const before = readFileSync(path, "utf8");
  try {
    writeFileSync(path, before.replace("handshake: shared-issuer", "handshake: federated"));
    expect(project.run(["synth", "preview"]).code).toBe(0);
    expect(readdirSync(project.path("synthesized/preview"))).toEqual([
      "access.md",
      "authorizer-policy.json",
      "main.tf.json",
      "sources.json",
    ]);
    writeFileSync(path, before);
    const { error } = project.run(["synth", "--check", "preview"]);
    expect(error).toContain("synthesized/preview/authorizer-policy.json");
    expect(project.run(["synth", "preview"]).out).toContain("removed synthesized/preview/authorizer-policy.json");
    expect(readdirSync(project.path("synthesized/preview"))).not.toContain("authorizer-policy.json");
  } finally {
    writeFileSync(path, before);
  }
});

test("reports each authority of a trust store with its last day", () => {
  writeFileSync(project.path("config/partners.pem"), authorities("root"));
  const domain = "domain: { name: dev.api.example.com, zoneId: Z0123456789DEV }";
  const asking = `gateway:\n  ${domain}\n  mutualTls: { truststore: partners.pem }\n`;
  writeFileSync(project.path("config/dev.yaml"), original.replace("gateway:\n", asking));
  const { code, out } = project.run(["synth", "dev"]);
  rmSync(project.path("config/partners.pem"));
  expect(code).toBe(0);
  expect(out).toMatch(/^ {4}gateway\.mutualTls trusts CN=.+ until \d{4}-\d{2}-\d{2}, its last day in UTC$/m);
});
