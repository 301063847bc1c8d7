import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testWhere } from "../../support/describe-where";
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

const lacks = ["gpg", "unzip", "python3"].find((name) => spawnSync(name, ["--help"]).error !== undefined);

describe("OpenTofu's archive", () => {
  const SUMS = "tofu_1.2.3_SHA256SUMS";
  const ARCHIVE = "tofu_1.2.3_linux_amd64.zip";

  /** Makes a release that one key signs, and runs the image's step with the fingerprint of another or the same key. */
  function verified({ trusted = "release", changed = false, listed = ARCHIVE } = {}) {
    const at = mkdtempSync(join(folder, "tofu-"));
    const keys = mkdtempSync(join(tmpdir(), "k"));
    const options = { cwd: at, env: { ...process.env, GNUPGHOME: keys }, stdio: "pipe", encoding: "utf8" } as const;
    const gpg = (...args: readonly string[]) => execFileSync("gpg", ["--batch", "--quiet", ...args], options);
    for (const name of ["release", "other"]) gpg("--passphrase", "", "--quick-generate-key", name, "rsa2048", "sign");
    const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(gpg("--with-colons", "--list-keys", trusted))?.[1] ?? "";
    writeFileSync(join(at, "tofu"), "#!/bin/sh\n");
    execFileSync("python3", ["-m", "zipfile", "-c", ARCHIVE, "tofu"], options);
    const [sum] = execFileSync("sha256sum", [ARCHIVE], options).split(" ");
    writeFileSync(join(at, SUMS), `${sum}  ${listed}\n`);
    gpg("--local-user", "release", "--output", `${SUMS}.gpgsig`, "--detach-sign", SUMS);
    if (changed) writeFileSync(join(at, ARCHIVE), "x");
    writeFileSync(join(at, "opentofu.asc"), gpg("--armor", "--export"));
    const fresh = mkdtempSync(join(tmpdir(), "k"));
    const env = { OPENTOFU_VERSION: "1.2.3", OPENTOFU_FINGERPRINT: fingerprint, TARGETARCH: "amd64" };
    const shell = ["-euo", "pipefail", "-c", step("sums=")];
    const { status } = spawnSync("bash", shell, { ...options, env: { ...options.env, ...env, GNUPGHOME: fresh } });
    for (const each of [keys, fresh]) {
      spawnSync("gpgconf", ["--kill", "all"], { env: { ...process.env, GNUPGHOME: each } });
      rmSync(each, { recursive: true, force: true });
    }
    return { isGood: status === 0, isUnpacked: existsSync(join(at, "opentofu", "tofu")) };
  }

  testWhere(lacks && `no ${lacks}`)("is unpacked only if the trusted key signs its checksum", () => {
    expect(verified()).toEqual({ isGood: true, isUnpacked: true });
    const refused = { isGood: false, isUnpacked: false };
    expect(verified({ trusted: "other" })).toEqual(refused);
    expect(verified({ changed: true })).toEqual(refused);
    expect(verified({ listed: "tofu_1.2.3_linux_arm64.zip" })).toEqual(refused);
  });
});
