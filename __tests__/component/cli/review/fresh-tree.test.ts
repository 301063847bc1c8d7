import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ProjectCopy } from "../../../support/command";
import { testWhere } from "../../../support/describe-where";
import { moveAccountsToDocument } from "../../../support/documents";
import { WINDOWS } from "../../../support/windows";

jest.setTimeout(120_000);

/** With a document that config names, and an import of main.ts. */
const project = new ProjectCopy();
afterAll(() => project.remove());

const OWN_ROLE = `import { IamRole } from "@cdktf/provider-aws/lib/iam-role";

export function ownRole(stack: any, id: string) {
  const trust = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
  return new IamRole(stack, id, {
    name: \`\${stack.prefix}-\${id}\`,
    assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
  });
}
`;
const MAIN =
  'import { ownRole } from "./own";\n\nexport default { extend: (stack: any) => ownRole(stack, "own-role") };\n';

const git = (...parameters: readonly string[]) => {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  const done = spawnSync("git", [...identity, ...parameters], { cwd: project.folder, encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
};
const write = (file: string, text: string) => writeFileSync(project.path(file), text);
const synth = (...names: readonly string[]) => {
  const { code, error } = project.run(["synth", ...names]);
  if (code !== 0) throw new Error(error);
};

/** Whether a review would read `synthesized/` as it is. */
function isFresh(folder = project.folder, environment: NodeJS.ProcessEnv = {}): boolean {
  const code = 'process.stdout.write(String(require("./cli/bundle/fresh-tree.cjs").freshTree() !== undefined))';
  const env = { ...process.env, ...environment };
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", code], { cwd: folder, env, encoding: "utf8" });
  if (stderr !== "") throw new Error(stderr);
  return stdout === "true";
}

beforeAll(() => {
  write(".gitignore", "node_modules\n.build\ncdktf.out\n");
  moveAccountsToDocument(project.path("config"));
  write("own.ts", OWN_ROLE);
  write("main.ts", MAIN);
  synth();
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "base");
});

const { placeOf } = require("../../../../cli/process/places.cjs") as { placeOf(path: string): string };

/** What a test changes and puts back: one file with another content, or without any. */
function changed(file: string, change: (path: string, content: Buffer) => void): void {
  const path = project.path(file);
  const content = existsSync(path) ? readFileSync(path) : undefined;
  change(path, content ?? Buffer.alloc(0));
  const found = isFresh();
  rmSync(path, { recursive: true, force: true });
  if (content !== undefined) writeFileSync(path, content);
  expect([file, found]).toEqual([file, false]);
}

const appended = (path: string) => appendFileSync(path, "\n");

describe("a tree is stale", () => {
  test.each([
    ["config", "config/base.yaml"],
    ["the config of the bootstraps", "config/bootstrap.yaml"],
    ["an OpenAPI document", "config/openapi/accounts.yaml"],
    ["main.ts", "main.ts"],
    ["an import of main.ts", "own.ts"],
    ["a source of the program", "stacks/front-door.ts"],
    ["a source of a function", "functions/authorizer/index.ts"],
    ["the versions of packages", "package-lock.json"],
    ["the project's providers", "cdktf.json"],
    ["a stack", "synthesized/dev/main.tf.json"],
    ["a ledger", "synthesized/dev/access.md"],
    ["the policy", "synthesized/dev/authorizer-policy.json"],
    ["the sources of a stack", "synthesized/prod/sources.json"],
    ["the stack of a bootstrap", "synthesized/bootstrap-dev/main.tf.json"],
  ])("after an edit of %s", (_, file) => {
    changed(file, appended);
  });

  test("after an edit that keeps the size and the times of a file", () => {
    changed("config/dev.yaml", (path, content) => {
      const { atime, mtime } = statSync(path);
      writeFileSync(path, content.toString("utf8").replace("retentionDays: 7", "retentionDays: 9"));
      utimesSync(path, atime, mtime);
      expect(statSync(path).size).toBe(content.length);
    });
  });

  test.each(["synthesized/dev/access.md", "config/openapi/accounts.yaml", "own.ts", "main.ts"])(
    "without %s",
    (file) => {
      changed(file, (path) => rmSync(path));
    },
  );

  test.each([
    ["an environment", "config/another.yaml"],
    ["allowances", "config/allowances.yaml"],
    ["checksums of providers", "providers.lock.hcl"],
    ["a module that an import finds before own.ts", "own.tsx"],
  ])("with a new file for %s", (_, file) => {
    changed(file, (path) => writeFileSync(path, "{}\n"));
  });

  test("without the file of an environment, although its folder in synthesized/ is still there", () => {
    changed("config/staging.yaml", (path) => rmSync(path));
  });

  testWhere(WINDOWS)("with a link in the place of a file, whatever its content", () => {
    changed("config/dev.yaml", (path, content) => {
      writeFileSync(project.path("copy.yaml"), content);
      rmSync(path);
      symlinkSync(project.path("copy.yaml"), path);
    });
    rmSync(project.path("copy.yaml"));
  });

  test("and fresh again without all of these", () => expect(isFresh()).toBe(true));

  test("with a variable that changes what cdktf declares", () => {
    expect(isFresh(project.folder, { CDKTF_CONTEXT_JSON: '{"a":1}' })).toBe(false);
  });

  test("in another folder of the project, where the code of main.ts may read other files", () => {
    const code = 'process.stdout.write(String(require("../cli/bundle/fresh-tree.cjs").freshTree()))';
    const { stdout } = spawnSync(process.execPath, ["-e", code], { cwd: project.path("config"), encoding: "utf8" });
    expect(stdout).toBe("undefined");
  });
});

test("new times alone leave a tree fresh", () => {
  for (const file of ["config/base.yaml", "main.ts", "own.ts", "synthesized/dev/main.tf.json", "cdktf.json"]) {
    utimesSync(project.path(file), new Date(), new Date());
  }
  expect(isFresh()).toBe(true);
});

describe("a review of a fresh tree", () => {
  const review = (...args: readonly string[]) => {
    const done = project.run(["review", ...args], {
      NODE_OPTIONS: `--require ${join(__dirname, "../../../support/read-bundles.cjs")}`,
    });
    const [, error = "", bundles = ""] = /^([\s\S]*)bundles: (.*)\n$/.exec(done.error) ?? [];
    return { ...done, error, bundles: bundles.split(" ") };
  };

  test("reads neither the program that synthesizes nor main.ts", () => {
    const { code, out, bundles } = review();
    expect([code, out]).toEqual([0, expect.stringMatching(/: no change\n$/)]);
    expect(bundles).toEqual(["review-program-packages.js", "review-program.js"]);
  });

  test("has the same report as one that synthesizes, with the same places, in every format", () => {
    // Of all kinds: a client that is gone, a value in a list, a setting, a route of a document, and the project's own code.
    const before = ["config/base.yaml", "config/dev.yaml", "config/openapi/accounts.yaml", "own.ts"].map(
      (file) => [file, readFileSync(project.path(file), "utf8")] as const,
    );
    project.edit("dev.yaml", /^ {2}nightly-export:\n(?: {4}.*\n)+/m, "");
    project.edit("base.yaml", "scopes: [orders/read, orders/export]", "scopes: [orders/read]");
    project.edit("base.yaml", "authorizerCacheSeconds: 60", "authorizerCacheSeconds: 300");
    project.edit("openapi/accounts.yaml", "accounts/support", "accounts/read");
    write("own.ts", OWN_ROLE.replace("ec2.", "ecs."));
    synth();
    const formats = ["terminal", "json"];
    const fresh = formats.map((format) => review("--format", format, "--fail-on", "broadened"));
    expect(fresh.map(({ bundles }) => bundles.includes("program.js"))).toEqual(formats.map(() => false));
    rmSync(project.path(".build/tree.json"));
    const synthesized = review("--format", "terminal", "--fail-on", "broadened");
    expect(synthesized.bundles).toContain("program.js");
    const others = formats.slice(1).map((format) => {
      rmSync(project.path(".build/tree.json"));
      return review("--format", format, "--fail-on", "broadened");
    });
    const shown = ({ code, out, error }: ReturnType<typeof review>) => ({ code, out, error });
    expect(fresh.map(shown)).toEqual([synthesized, ...others].map(shown));
    const { code, out } = synthesized;
    expect(code).toBe(2);
    for (const place of ["config/base.yaml:", "config/dev.yaml:", "config/openapi/accounts.yaml:", "(own.ts:5)"]) {
      expect(out).toContain(place);
    }
    for (const [file, text] of before) write(file, text);
    synth();
  });

  test("reports an environment that config no longer has, and refuses a name that neither side has", () => {
    renameSync(project.path("config/preview.yaml"), project.path("preview.yaml"));
    synth();
    const { code, out, bundles } = review("preview");
    expect([code, out.split(" ").slice(0, 2), bundles.includes("program.js")]).toEqual([
      0,
      ["preview:", expect.stringMatching(/^\d+$/)],
      false,
    ]);
    expect(review("preveiw")).toMatchObject({ code: 64, bundles: expect.not.arrayContaining(["program.js"]) });
    renameSync(project.path("preview.yaml"), project.path("config/preview.yaml"));
    synth();
  });

  test("applies the allowances of config", () => {
    const allow = (expires: string) =>
      write(
        "config/allowances.yaml",
        `dev:\n  - { change: "anyone may now call GET /x", reason: "a change that never happens", owner: shop@example.com, expires: "${expires}" }\n`,
      );
    allow("2999-01-01");
    synth();
    const { code, error, bundles } = review("dev");
    expect([code, error, bundles.includes("program.js")]).toEqual([
      1,
      expect.stringMatching(/^config\/allowances\.yaml:2:5 .*, which does not happen$/m),
      false,
    ]);
    rmSync(project.path("config/allowances.yaml"));
    synth();
  });

  test("a review that had to synthesize leaves the tree fresh if synthesized/ is right, and stale if it is not", () => {
    rmSync(project.path(".build/tree.json"));
    expect(review().bundles).toContain("program.js");
    expect(isFresh()).toBe(true);
    const file = project.path("synthesized/dev/main.tf.json");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/"memory_size": \d+/, '"memory_size": 4096'));
    const { code, out, error } = review("dev");
    expect([code, out, error]).toEqual([0, "dev: no change\n", expect.stringContaining("synthesized/dev: not what")]);
    expect(isFresh()).toBe(false);
    writeFileSync(file, text);
    expect(isFresh()).toBe(true);
  });

  test("a synthesis of one environment keeps what is known of the others", () => {
    synth("dev");
    expect(isFresh()).toBe(true);
  });
});

describe("a note that was not written here does not count", () => {
  test("one that a checkout or a cache brought, with all its times", () => {
    const [build, aside] = [project.path(".build"), project.path("build")];
    renameSync(build, aside);
    cpSync(aside, build, { recursive: true, preserveTimestamps: true });
    const found = isFresh();
    rmSync(build, { recursive: true });
    renameSync(aside, build);
    expect([found, isFresh()]).toEqual([false, true]);
  });

  test("with the right digests of a stack that was edited by hand, the review still shows what config gives", () => {
    const file = project.path("synthesized/dev/main.tf.json");
    const [text, note] = [readFileSync(file, "utf8"), readFileSync(project.path(".build/tree.json"), "utf8")];
    const edited = text.replace(/"memory_size": \d+/, '"memory_size": 4096');
    const digest = (content: string) => createHash("sha256").update(content).digest("base64url");
    expect(note).toContain(digest(text));
    writeFileSync(file, edited);
    write(".build/tree.json", note.replace(digest(text), digest(edited)));
    expect(isFresh()).toBe(false);
    const { out, error } = project.run(["review", "dev"]);
    expect([out, error]).toEqual(["dev: no change\n", expect.stringContaining("synthesized/dev: not what")]);
    writeFileSync(file, text);
    synth();
  });

  test("synth --check finds such a stack, whatever the note says", () => {
    const file = project.path("synthesized/dev/main.tf.json");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/"memory_size": \d+/, '"memory_size": 4096'));
    const note = JSON.parse(readFileSync(project.path(".build/tree.json"), "utf8"));
    note.stacks.dev.files["main.tf.json"] = createHash("sha256").update(readFileSync(file)).digest("base64url");
    write(".build/tree.json", JSON.stringify(note));
    write(".build/tree.json.place", placeOf(project.path(".build/tree.json")));
    // Only a program on this machine could write that.
    expect(isFresh()).toBe(true);
    expect(project.run(["synth", "--check", "dev"])).toMatchObject({
      code: 1,
      error: expect.stringContaining("synthesized/dev/main.tf.json"),
    });
    writeFileSync(file, text);
    synth();
  });
});

describe("code of the project", () => {
  const tagged = (value: string) =>
    `export default { extend: (stack: any) => { stack.addOverride("locals", { tag: ${value} }); } };\n`;
  const isFreshWith = (text: string) => {
    write("main.ts", text);
    synth();
    return isFresh();
  };
  afterAll(() => {
    write("main.ts", MAIN);
    synth();
  });

  test("that reads nothing but what the program passes to it leaves the tree fresh", () => {
    expect(isFreshWith(tagged("`${stack.environment} ${Math.max(1, 2)}`"))).toBe(true);
  });

  // `unit/cli/bundle/fresh-tree.test.ts` has every way to read.
  test("that reads a file is run by each review", () => {
    const reading = 'readFileSync("cdktf.json", "utf8").length';
    expect(isFreshWith(`import { readFileSync } from "node:fs";\n${tagged(reading)}`)).toBe(false);
  });

  test("that reads rows of the ledger is run by each review, on both sides", () => {
    const row = '{ principal: "a person", permission: "read", resource: "a table" }';
    const rows = `rows: (stack: any) => (stack.resource.aws_iam_role?.own_role ? [${row}] : [])`;
    expect(isFreshWith(`export default { access: [{ ${rows} }] };\n`)).toBe(false);
    const { code, out } = project.run(["review", "dev"]);
    // The base has the role.
    expect([code, out]).toEqual([0, expect.stringContaining("a person")]);
    expect(isFresh()).toBe(false);
  });
});
