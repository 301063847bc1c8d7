import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instructionsOf } from "../../support/dockerfile";
import { ROOT } from "../../support/places";
import { linkDependencies, packedInto, packedRelease } from "./support/project";

/** The steps of the release image that run without a container engine, laid out as in the image. */
const INSTRUCTIONS = instructionsOf(readFileSync(join(ROOT, "scripts/release/Dockerfile"), "utf8"));
const step = (start: string) =>
  INSTRUCTIONS.find(({ keyword, text }) => keyword === "RUN" && text.startsWith(start))?.text ?? `no step ${start}`;

const folder = mkdtempSync(join(tmpdir(), "front-door-image-"));
afterAll(() => {
  execFileSync("chmod", ["-R", "u+w", folder]);
  rmSync(folder, { recursive: true });
});

describe("the packages", () => {
  const [home, tarballs] = [join(folder, "front-door"), join(folder, "tarballs")];
  const project = join(home, "project");
  /** As root, the commands run as another user, as in the image. */
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? { uid: 65534, gid: 65534 } : {};

  beforeAll(() => {
    packedRelease(tarballs);
    packedInto(tarballs, "terraform-access-review");
    linkDependencies(home);
    const install = step("npm install").replaceAll("/tarballs/", `${tarballs}/`);
    execFileSync("bash", ["-ec", install], { cwd: home, stdio: ["ignore", "ignore", "pipe"] });
    mkdirSync(project);
    if (isRoot) execFileSync("chown", ["-R", "65534:65534", project]);
    chmodSync(folder, 0o755);
    execFileSync("chmod", ["-R", "a-w", join(home, "node_modules")]);
    chmodSync(home, 0o555);
  });

  function run(cwd: string, command: string, ...args: readonly string[]) {
    const env = { PATH: `${join(home, "node_modules", ".bin")}:${process.env.PATH}`, HOME: project };
    const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: "utf8", ...user });
    return { code: status, out: stdout, error: stderr };
  }

  test("both commands answer a user who may not write to the packages", () => {
    expect(run(project, "touch", join(home, "x")).code).not.toBe(0);
    expect(run(project, "front-door", "--version")).toMatchObject({ code: 0, error: "" });
    expect(run(project, "terraform-access-review", "--help")).toMatchObject({ code: 0, error: "" });
  });

  test("a new project synthesizes without an installation of its own, and takes its tarball from the image", () => {
    expect(run(project, "front-door", "init", "my-api", "--yes")).toMatchObject({ code: 0, error: "" });
    const made = join(project, "my-api");
    expect(run(made, "front-door", "synth")).toMatchObject({ code: 0, error: "" });
    expect(run(made, "front-door", "synth", "--check")).toMatchObject({ code: 0, error: "" });
    expect(existsSync(join(made, "node_modules"))).toBe(false);
    expect(existsSync(join(made, "synthesized", "dev", "main.tf.json"))).toBe(true);
    const { dependencies } = JSON.parse(readFileSync(join(made, "package.json"), "utf8"));
    expect(existsSync(join(made, dependencies["cloud-front-door"].replace("file:", "")))).toBe(true);
  });
});
