import { NOT_ON_WINDOWS } from "../../../cli/process/commands";
import { ProjectCopy } from "../../support/command";
import { AS_ON_WINDOWS } from "../../support/windows";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

const runOnWindows = (...args: readonly string[]) =>
  project.run(args, { NODE_OPTIONS: `--require ${JSON.stringify(AS_ON_WINDOWS)}` });

test("on Windows, synth and its check find what Linux wrote, and a refused command says where it runs", () => {
  expect(runOnWindows("synth", "--check")).toMatchObject({ code: 0, error: "" });
  const refused = runOnWindows("plan", "dev");
  expect([refused.code, refused.error.split("\n")[0]]).toEqual([64, "plan: got Windows, expected Linux or macOS"]);
});

test("each command that is refused on Windows exists", () => {
  const { out } = project.run(["--help", "--all"]);
  expect(NOT_ON_WINDOWS.filter((name) => !new RegExp(`^  ${name} `, "m").test(out))).toEqual([]);
});
