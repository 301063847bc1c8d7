import { execFileSync, spawnSync } from "node:child_process";
import { ROOT } from "../../support/places";

function bench(...args: readonly string[]) {
  return spawnSync(process.execPath, ["bench/run.cjs", ...args], { cwd: ROOT, encoding: "utf8" });
}

test("the shortest group of benchmarks runs, and prints its figure with the aim", () => {
  const { status, stdout } = bench("--only", "size");
  expect(stdout).toMatch(/^ {2}whole bundle +[\d.]+ kB +<= 32 kB +yes$/m);
  expect(status).toBe(0);
});

test.each([
  [["--against", "nothing"], 'no commit is called "nothing"'],
  [["--against", "HEAD", "--only", "size"], "--against measures no group and no rounds"],
  [["--most", "1.15"], "--most without --against"],
  [["--against", "HEAD", "--most", "fast"], "--most: got"],
])("%j is a usage error", (args, start) => {
  const { status, stderr } = bench(...args);
  expect([status, stderr]).toEqual([64, expect.stringContaining(start)]);
});

test("a commit whose commands fail is no baseline: the comparison fails, and names each command", () => {
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: ROOT, encoding: "utf8", input: "" }).trim();
  const own = ["-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "commit.gpgsign=false"];
  const empty = git(...own, "commit-tree", git("mktree"), "-m", "empty");
  const { status, stderr } = bench("--against", empty, "--most", "1.15");
  expect([status, stderr]).toEqual([
    1,
    expect.stringContaining(
      "could not be measured: synth, sources unchanged, synth, sources changed, review, nothing changed, local --matrix, authorizer",
    ),
  ]);
});
