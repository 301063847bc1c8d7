import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { formatNamed } from "../../../../cli/process/format-option";
import { failOn } from "../../../../cli/review/approval";
import { FORMATS } from "../../../../packages/terraform-access-review/formats";
import type { RowChange } from "../../../../packages/terraform-access-review/model/change";
import { rowSentence } from "../../../../packages/terraform-access-review/render/sentences";
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
  // Envoy decides in preview, which therefore has no policy.
  expect(existsSync(project.path("synthesized/preview/authorizer-policy.json"))).toBe(false);
  const { code, out } = review("--fail-on", "broadened,destroy,replace");
  const [, names = ""] = /^(.*): no change\n$/.exec(out) ?? [];
  expect([code, names.split(", ")]).toEqual([0, expect.arrayContaining(["bootstrap-dev", "dev", "preview", "prod"])]);
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
    const { code, error } = project.run(["synth", "dev"]);
    if (code !== 0) throw new Error(error);
  });
  afterAll(() => {
    git("checkout", "-q", "-f", "main");
  });

  test("the first 25 lines name the access gained, and each row where the config says it", () => {
    const { code, out } = review("dev", "--fail-on", "destroy,replace");
    expect(code).toBe(0);
    const head = out.split("\n").slice(0, 25).join("\n");
    expect(head).toMatch(/^dev: \d+ changed · access broadened\n/);
    expect(head).toContain("customers/reporting-agent may now call");
    expect(out).toMatch(/POST \/orders {2}\(config\/base\.yaml:\d+\)/);
  });

  test("compares a branch with the commit where it left the trunk, not with itself", () => {
    git("add", "-A");
    git("commit", "-qm", "scope");
    const { out } = review("dev", "--format", "markdown");
    expect(out).toMatch(/^### dev\b[\s\S]*POST \/orders/);
    expect(review("dev", "--base", "HEAD").out).toBe("dev: no change\n");
    git("reset", "-q", "--soft", "main");
  });

  test("--fail-on ends with 2 for a named reason, and the whole report is in its file", () => {
    const named = ["--fail-on", "destroy,broadened", "--format", "markdown", "--out", "report.md"];
    const { code, out, error } = review("dev", ...named);
    expect([code, out, error]).toEqual([2, "", expect.stringMatching(/^--fail-on: dev: broadened$/m)]);
    expect(readFileSync(project.path("report.md"), "utf8")).toMatch(/^### dev\b[\s\S]*POST \/orders/);
    rmSync(project.path("report.md"));
  });

  test("an unknown reason or format is refused, also one with the name of a property of every object", () => {
    for (const name of ["broadend", "toString"]) expect(() => failOn(name)).toThrow(`"${name}" is not a reason`);
    for (const name of ["pdf", "toString"]) expect(() => formatNamed(name, FORMATS)).toThrow(`--format ${name}: `);
  });

  describe("an allowance", () => {
    const FILE = "config/allowances.yaml";
    const allow = (...entries: readonly (readonly [change: string, expires: string])[]) => {
      const rest = "reason: the export moves into the agent, owner: shop@example.com";
      const lines = entries.map(
        ([change, expires]) => `  - { change: ${JSON.stringify(change)}, ${rest}, expires: "${expires}" }\n`,
      );
      writeFileSync(project.path(FILE), `dev:\n${lines.join("")}`);
    };
    const broader = () => {
      const { access } = JSON.parse(review("dev", "--format", "json").out)[0];
      const parts: (RowChange & { key: string })[] = [...access.rows, ...access.guards];
      return parts.filter(({ effect }) => effect === "broadened");
    };
    afterEach(() => rmSync(project.path(FILE), { force: true }));

    test("accepts exactly its change, and --fail-on prints the entries of the others", () => {
      const [first, ...others] = broader().map(({ key }) => key);
      expect(others.length).toBeGreaterThan(0);
      allow([first as string, "2999-01-01"]);
      const { code, error } = review("dev", "--fail-on", "broadened");
      const keys = [...error.matchAll(/^ {2}- change: '(.*)'$/gm)].map(([, key]) => key);
      expect([code, keys]).toEqual([2, others]);
      allow(...[first as string, ...others].map((key) => [key, "2999-01-01"] as const));
      expect(review("dev", "--fail-on", "broadened").code).toBe(0);
    });

    test("as --fail-on prints it is refused by config until a person has filled it in", () => {
      const { error } = review("dev", "--fail-on", "broadened");
      const [, entries = ""] = error.split(`add its entry to ${FILE}:\n`);
      writeFileSync(project.path(FILE), entries);
      const { code, error: refused } = project.run(["synth", "dev"]);
      expect([code, refused]).toEqual([
        1,
        expect.stringMatching(/^config\/allowances\.yaml:4:\d+ {2}dev\[0\]\.reason/m),
      ]);
    });

    test("fails if nothing needs it or if it has expired", () => {
      const [first] = broader();
      allow(["replaced aws_x.y", "2999-01-01"], [first?.key as string, "2020-01-01"]);
      const { code, error } = review("dev");
      expect(code).toBe(1);
      expect(error).toMatch(
        /^config\/allowances\.yaml:2:5 {2}dev\[0\] {2}allows dev "replaced aws_x\.y", which does not/m,
      );
      expect(error).toMatch(/^config\/allowances\.yaml:3:5 {2}dev\[1\] .* until 2020-01-01$/m);
    });

    test("with a sentence fails, and the error has the key to write", () => {
      const row = broader().find((change) => change.after !== undefined && rowSentence(change) === CHANGE);
      allow([CHANGE, "2999-01-01"]);
      const { code, error } = review("dev", "--fail-on", "broadened");
      expect([code, error]).toEqual([1, expect.stringContaining(`\n    change: '${row?.key}'`)]);
    });
  });
});

test.each([
  [["dve"], 'neither side has an environment called "dve"'],
  [["dev", "--base", "no-such", "--out", "report"], 'no commit is called "no-such"'],
  [["dev", "--base=--output=report"], "no commit is called"],
])("%j is a usage error", (args, message) => {
  expect(review(...args)).toMatchObject({ code: 64, error: expect.stringContaining(message) });
  expect(existsSync(project.path("report"))).toBe(false);
});

test("without a repository the review says so", () => {
  renameSync(project.path(".git"), project.path("git"));
  const { code, error } = review("--base", "main");
  expect([code, error.split(",")[0]]).toEqual([64, `${realpathSync(project.folder)}: got no git repository`]);
  renameSync(project.path("git"), project.path(".git"));
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
  const { code, out } = review("preview", "--fail-on", "broadened");
  expect([code, out.split("\n")[1]]).toEqual([
    2,
    expect.stringMatching(
      /^ {2}handshake of storefront-preview-accounts, storefront-preview-orders changes from shared-issuer to federated: /,
    ),
  ]);
  git("checkout", "-q", "-f", "main");
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

test("rows of the project's own resources name the line of main.ts, or of its import, that creates them", () => {
  const own = `import { IamRole } from "@cdktf/provider-aws/lib/iam-role";

export function ownRole(stack: any, id: string) {
  const trust = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
  return new IamRole(stack, id, {
    name: \`\${stack.prefix}-\${id}\`,
    assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
  });
}
`;
  writeFileSync(project.path("own.ts"), own);
  writeFileSync(
    project.path("main.ts"),
    'import { ownRole } from "./own";\n\nexport default { extend: (stack: any) => ownRole(stack, "own-role") };\n',
  );
  const { code, out } = review("dev");
  expect(code).toBe(0);
  const line = out.split("\n").find((each) => each.includes("ec2.amazonaws.com"));
  expect(line).toMatch(/ {2}\(own\.ts:5\)$/);
  rmSync(project.path("own.ts"));
  git("checkout", "-q", "-f", "main");
});

/** Dev starts to rotate a client's secret. */
const startRotation = () =>
  edit(
    "config/base.yaml",
    "    scopes: [orders/read, orders/export]\n",
    "    scopes: [orders/read, orders/export]\n    rotateEveryDays: 30\n",
  );
const ROTATES = "AWS secret storefront-dev/clients/reporting-agent now rotates every 30 days, by a function of its own";

test("the start of a rotation needs no approval, and is shown at its line of config", () => {
  startRotation();
  const { code, out } = review("dev", "--fail-on", "broadened");
  expect([code, out.split("\n")[0]]).toEqual([0, expect.stringContaining("access narrowed")]);
  const line =
    readFileSync(project.path("config/base.yaml"), "utf8").split("\n").indexOf("    rotateEveryDays: 30") + 1;
  const [shown] = out.split("\n").filter((each) => each.includes(ROTATES) && each.includes("config/"));
  expect(shown).toContain(`(config/base.yaml:${line})`);
  git("checkout", "-q", "-f", "main");
});

test("another lock file may bring other function code, so the start of a rotation needs an approval", () => {
  startRotation();
  writeFileSync(project.path("yarn.lock"), "# another release\n");
  git("add", "yarn.lock");
  expect(review("dev", "--fail-on", "broadened")).toMatchObject({
    code: 2,
    out: expect.stringMatching(/read what changed in yarn\.lock$/m),
  });
  git("reset", "-q", "--hard");
});

// The last tests, because every command after them would bundle the functions again.
test("reports changed function code, which the hash alone does not show", () => {
  edit("functions/authorizer/handler/decide.ts", 'unavailable("internal")', 'unavailable("keys-unavailable")');
  expect(review("dev").out).toMatch(/the functions run other code: read what changed in functions$/m);
});

test("with changed function code, the start of a rotation needs an approval", () => {
  startRotation();
  const { code, out } = review("dev", "--fail-on", "broadened");
  expect([code, out.split("\n")[0]]).toEqual([2, expect.stringContaining("access broadened")]);
  expect(out).not.toContain(ROTATES);
});
