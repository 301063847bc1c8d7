import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { ProjectCopy } from "../../support/command";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

test("a config of an older release is rewritten, synthesized and reviewed, with the release's changes in the clouds", () => {
  expect([project.run(["workflows"]).code, project.run(["generate"]).code]).toEqual([0, 0]);
  const prod = readFileSync(project.path("config", "prod.yaml"), "utf8");
  project.edit("prod.yaml", "versionAdders:", "adders:");
  expect(project.run(["synth", "--check"]).code).toBe(1);
  // As after an older release, whose files differ.
  const path = project.path("synthesized", "dev", "main.tf.json");
  const before = readFileSync(path, "utf8");
  const older = before.replace(/"throttling_burst_limit": \d+/, '"throttling_burst_limit": 1');
  expect(older === before).toBe(false);
  writeFileSync(path, older);
  const renewed = [project.path("config", "schema.json"), project.path("config", "bootstrap.schema.json")];
  const schemas = renewed.map((each) => readFileSync(each, "utf8"));
  for (const each of renewed) writeFileSync(each, "{}");
  const workflow = project.path(".github", "workflows", "deploy.yml");
  const written = readFileSync(workflow, "utf8");
  writeFileSync(workflow, `${written}# older\n`);
  const { code, out, error } = project.run(["upgrade"]);
  expect([code, error]).toEqual([0, ""]);
  expect(out).toMatch(/^config\/prod\.yaml:\d+ {2}adders is versionAdders now$/m);
  expect(out).toMatch(/^bootstrap-dev, .*\bprod\b.*: no change$/m);
  expect(out).toMatch(/^dev: 1 changed/m);
  expect(readFileSync(project.path("config", "prod.yaml"), "utf8")).toBe(prod);
  expect(readFileSync(path, "utf8")).toBe(before);
  expect(renewed.map((each) => readFileSync(each, "utf8"))).toEqual(schemas);
  expect(readFileSync(workflow, "utf8")).toBe(written);
  // What `npm run check` of a project runs of this program.
  for (const args of [
    ["synth", "--check"],
    ["generate", "--check"],
  ]) {
    expect([args, project.run(args)]).toEqual([args, expect.objectContaining({ code: 0, error: "" })]);
  }
});

describe("in a repository whose package.json names another version than the last commit", () => {
  const git = (...args: readonly string[]) => {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    const done = spawnSync("git", [...identity, ...args], { cwd: project.folder, encoding: "utf8" });
    if (done.status !== 0) throw new Error(done.stderr);
  };
  const stack = project.path("synthesized", "dev", "main.tf.json");
  const manifest = project.path("package.json");
  const withVersion = (version: string) => {
    const { dependencies, ...rest } = JSON.parse(readFileSync(manifest, "utf8"));
    writeFileSync(
      manifest,
      JSON.stringify({ ...rest, dependencies: { ...dependencies, "cloud-front-door": version } }, undefined, 2),
    );
  };
  const heading = () => {
    const { code, out } = project.run(["review", "--fail-on", "broadened"]);
    const [first = ""] = out.split("\n").filter((line) => /^dev\b/.test(line));
    return { code, heading: first.split(": ")[0], isMixed: out.includes("and its own changes are among these") };
  };

  beforeAll(() => {
    writeFileSync(project.path(".gitignore"), "node_modules\n.build\ncdktf.out\n");
    withVersion("0.2.0");
    // The last commit has what an older release gives: a route fewer.
    const now = readFileSync(stack, "utf8");
    const { resource, ...older } = JSON.parse(now);
    const { orders_get_orders: _, ...routes } = resource.aws_apigatewayv2_route;
    expect(_).toBeDefined();
    writeFileSync(
      stack,
      `${JSON.stringify({ ...older, resource: { ...resource, aws_apigatewayv2_route: routes } }, undefined, 2)}\n`,
    );
    git("init", "-q", "-b", "main");
    git("add", "-A");
    git("commit", "-qm", "base");
    writeFileSync(stack, now);
    withVersion("file:vendor/cloud-front-door-0.3.0.tgz");
  });

  test("a review says that the change is the program's own, and still counts it", () => {
    expect(heading()).toEqual({
      code: 2,
      heading: "dev, this program's own change from 0.2.0 to 0.3.0",
      isMixed: false,
    });
  });

  test("with a change of the team next to it, no review says so", () => {
    writeFileSync(project.path("main.ts"), `${readFileSync(project.path("main.ts"), "utf8")}\n`);
    expect(heading()).toEqual({ code: 2, heading: "dev", isMixed: true });
    git("checkout", "-q", "main.ts");
  });
});

test("errors show the keys that config now needs", () => {
  project.edit("dev.yaml", /^protect: .*$/m, "protekt: false");
  const broken = project.run(["upgrade"]);
  expect([broken.code, /config\/dev\.yaml:\d+:\d+ {2}protekt/.test(broken.error)]).toEqual([1, true]);
});

test("a clone of the program does not install a version of itself", () => {
  expect(project.run(["upgrade", "9.9.9"]).code).toBe(64);
});
