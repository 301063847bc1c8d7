import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../../package.json";
import { describeWhere } from "../../support/describe-where";
import { ROOT } from "../../support/places";
import { differences, type Stacks, stacksOf } from "./support/declared-changes";
import { PREVIOUS_COMMIT, previousRelease } from "./support/previous";
import { linkDependencies, unpacked } from "./support/project";
import { Registry, registryObstacle } from "./support/registry";

/** A release as people get it: from a registry, without the clone and with an empty cache of npm. */
const folder = mkdtempSync(join(tmpdir(), "front-door-release-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Environment variables of a machine about which npm remembers nothing. */
const MACHINE = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
  HOME: join(folder, "home"),
  npm_config_cache: join(folder, "cache"),
  npm_config_update_notifier: "false",
};

function called(cwd: string, command: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env: { ...MACHINE, ...more }, encoding: "utf8" });
  return { code: status, out: stdout, error: stderr };
}

const made = join(folder, "made");
const script = (name: string, ...args: readonly string[]) =>
  called(ROOT, process.execPath, [join(ROOT, "scripts", "release", name), ...args]);

/** Bytes of all files below a folder. */
function sizeOf(root: string): number {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

/** Projects as they were at the release before, by the folder of their config. */
const PROJECTS = ["shop", "rest-everything", "shared-issuer"] as const;
/** A project with a key that is removed since. */
const TWO_APIS = "two-apis";

/** Lays a fixture of the release before as a project. */
function layPrevious(name: string, project: string): void {
  mkdirSync(project);
  const fixture = `__tests__/fixtures/${name === TWO_APIS ? "rest-everything" : name}/config`;
  const archive = execFileSync("git", ["archive", PREVIOUS_COMMIT, fixture, "cdktf.json"], { cwd: ROOT });
  execFileSync("tar", ["-x", "-C", project], { input: archive });
  renameSync(join(project, fixture), join(project, "config"));
  writeFileSync(
    join(project, "main.ts"),
    'import { frontDoor } from "cloud-front-door";\n\nexport default frontDoor();\n',
  );
  if (name !== TWO_APIS) return;
  const path = join(project, "config", "base.yaml");
  writeFileSync(path, readFileSync(path, "utf8").replace(/^gateway:\n/m, "gateway:\n  alsoServe: http\n"));
}

/** Where the stacks differ from those of 0.1.0, and the words of the changelog that name it. */
const DECLARED: Readonly<Record<string, string>> = {
  "output added": "the output `ignored_changes` records it in the state",
  "output description": "have plainer descriptions",
  "provider 0": "tries a refused call of AWS 50 times",
  "resource aws_api_gateway_authorizer authorizer_uri": "an authorizer its function by its ARN",
  "resource aws_api_gateway_deployment triggers": "a new deployment goes live",
  "resource aws_api_gateway_integration depends_on": "depend on all that a call passes",
  "resource aws_api_gateway_integration request_parameters": "adds one header mapping to each route",
  "resource aws_api_gateway_integration uri": "names its service's host by a stage variable",
  "resource aws_api_gateway_stage access_log_settings": "one log field, `actor`",
  "resource aws_api_gateway_stage depends_on": "depend on all that a call passes",
  "resource aws_api_gateway_stage variables": "names its service's host by a stage variable",
  "resource aws_apigatewayv2_integration request_parameters": "adds one header mapping to each route",
  "resource aws_apigatewayv2_stage access_log_settings": "one log field, `actor`",
  "resource aws_apigatewayv2_stage stage_variables": "`policy` of the stage",
  "resource aws_cloudwatch_log_metric_filter added": "gets the new alarms with the next deploy",
  "resource aws_cloudwatch_metric_alarm added": "gets the new alarms with the next deploy",
  "resource aws_cloudwatch_metric_alarm alarm_description": "alarms on rotated secrets link to the runbook",
  "resource aws_cloudwatch_metric_alarm ok_actions": "Alarms notify their topics when they are over",
  "resource aws_cognito_managed_login_branding added": "has the style that Cognito provides",
  "resource aws_cognito_user_pool_domain managed_login_version": "User pools have managed login",
  "resource aws_iam_policy added": "has an attached policy besides its inline one",
  "resource aws_iam_role_policy policy": "Apply the bootstrap again",
  "resource aws_iam_role_policy_attachment added": "has an attached policy besides its inline one",
  "resource aws_iam_role_policy_attachments_exclusive policy_arns": "has an attached policy besides its inline one",
  "resource aws_lambda_function source_code_hash": "the code of the functions",
  "resource aws_wafv2_web_acl description": "the web ACL's description changes in place",
  "resource google_cloud_run_v2_service depends_on": "depend on all that a call passes",
  "resource google_cloud_run_v2_service template": "Envoy's configuration changes",
  "resource google_cloud_run_v2_service_iam_binding name": "Terraform makes them again with it",
  "resource google_logging_log_view_iam_binding name": "Terraform makes them again with it",
  "resource google_project_iam_custom_role permissions": "Apply the bootstrap again",
  "resource google_pubsub_topic_iam_binding topic": "Terraform makes them again with it",
  "resource google_secret_manager_secret_iam_binding secret_id": "Terraform makes them again with it",
};

describeWhere(registryObstacle(), "a release on a registry", () => {
  let registry: Registry;
  beforeAll(async () => {
    mkdirSync(MACHINE.HOME);
    registry = await Registry.started(join(folder, "registry"));
  });
  afterAll(() => registry.stop());

  test("is made of a tarball and a bill of materials for each package, with their sums", () => {
    const { code, error } = script("make.cjs", made);
    expect([code, error]).toEqual([0, ""]);
    const names = ["cloud-front-door", "local-front-door", "terraform-access-review"];
    const files = names.flatMap((name) => [`${name}-${version}.cdx.json`, `${name}-${version}.tgz`]);
    expect(readdirSync(made).sort()).toEqual(["SHA256SUMS", "notes.md", ...files].sort());
    const checked = called(made, "sha256sum", ["--check", "--strict", "SHA256SUMS"]);
    expect([checked.code, checked.out.match(/: OK$/gm)?.length]).toEqual([0, files.length]);
  });

  test("is published once, and a second attempt leaves it", () => {
    const outcomes = ["published", "was published before"].map((outcome) => {
      const { code, out } = script("publish.cjs", made, ...registry.publishing);
      return [code, out.split("\n").filter((line) => line.endsWith(`${version}: ${outcome}`)).length];
    });
    expect(outcomes).toEqual([
      [0, 3],
      [0, 3],
    ]);
  });

  test("one command makes a project, whose own checks pass", () => {
    const npm = { npm_config_registry: registry.url };
    const init = called(folder, "npx", ["--yes", `cloud-front-door@${version}`, "init", "shop", "--yes"], npm);
    expect(init).toMatchObject({ code: 0 });
    const shop = join(folder, "shop");
    const { dependencies } = JSON.parse(readFileSync(join(shop, "package.json"), "utf8"));
    expect([dependencies["cloud-front-door"], existsSync(join(shop, "vendor"))]).toEqual([version, false]);
    const since = Date.now();
    expect(called(shop, "npm", ["install"], npm)).toMatchObject({ code: 0 });
    process.stderr.write(`npm install: ${(Date.now() - since) / 1000} s\n`);
    expect(sizeOf(join(shop, "node_modules"))).toBeLessThan(150e6);
    for (const script of ["synth", "check"]) {
      const { code, out, error } = called(shop, "npm", ["run", "--silent", script]);
      expect([script, code, code === 0 ? "" : out + error]).toEqual([script, 0, ""]);
    }
  });

  const previous = previousRelease(join(folder, "previous"));
  describeWhere("missing" in previous ? previous.missing : undefined, "an upgrade from the release before", () => {
    const root = join(folder, "before");
    const run = (project: string, ...args: readonly string[]) =>
      called(join(root, project), join(root, "node_modules", ".bin", "front-door"), args);
    let before: Readonly<Record<string, Stacks>> = {};

    beforeAll(() => {
      unpacked(("tarball" in previous && previous.tarball) || "", root);
      // That release does not carry provider classes.
      symlinkSync(join(ROOT, "node_modules", "@cdktf"), join(root, "node_modules", "@cdktf"));
      for (const project of [...PROJECTS, TWO_APIS]) layPrevious(project, join(root, project));
      before = Object.fromEntries(
        PROJECTS.map((project) => {
          expect(run(project, "synth")).toMatchObject({ code: 0 });
          return [project, stacksOf(join(root, project))];
        }),
      );
      // By name, as the upgrade of a release up to 0.1.0 says. npm does not unpack what it finds.
      rmSync(join(root, "node_modules"), { recursive: true });
      linkDependencies(root);
      const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
      const { cdktf, constructs } = devDependencies;
      writeFileSync(join(root, "package.json"), JSON.stringify({ private: true, dependencies: { cdktf, constructs } }));
      const install = ["install", "--save-exact", "--ignore-scripts", `cloud-front-door@${version}`];
      expect(called(root, "npm", install, { npm_config_registry: registry.url })).toMatchObject({ code: 0 });
    });

    test("a removed key is an error that names its line and the remedy, and nothing is written", () => {
      const { code, error } = run(TWO_APIS, "upgrade");
      expect([code, error.match(/^config\/\S+ {2}\S+/gm)]).toEqual([1, ["config/base.yaml:14:3  gateway.alsoServe"]]);
      expect(error).toContain("docs/how-to/switch.md#http-api-and-rest-api");
      expect(existsSync(join(root, TWO_APIS, "synthesized"))).toBe(false);
    });

    test("allowances that a release needs no more are errors until they are removed", () => {
      const { code, error } = run("shop", "upgrade");
      expect([code, error.match(/allowances\[\d\]/g)?.length]).toEqual([1, 6]);
      const path = join(root, "shop", "config", "bootstrap.yaml");
      writeFileSync(path, `${readFileSync(path, "utf8").split("\nallowances:")[0]}\n`);
    });

    test("what it changes in the stacks is what the changelog names, and nothing else", () => {
      const found = PROJECTS.map((project) => {
        expect([project, run(project, "upgrade")]).toMatchObject([project, { code: 0, error: "" }]);
        return differences(before[project] ?? {}, stacksOf(join(root, project)));
      });
      expect([...new Set(found.flat())].sort()).toEqual(Object.keys(DECLARED).sort());
      const changelog = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8").split("\n## [0.1.0]")[0] ?? "";
      const text = changelog.replace(/\s+/g, " ");
      expect(Object.values(DECLARED).filter((sentence) => !text.includes(sentence))).toEqual([]);
    });

    test("a second upgrade changes nothing", () => {
      const [name] = PROJECTS;
      const { code, out } = run(name, "upgrade");
      expect([code, /: no change$/m.test(out)]).toEqual([0, true]);
    });
  });
});
