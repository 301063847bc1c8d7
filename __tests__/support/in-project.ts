import { realpathSync } from "node:fs";
import type { ProjectCopy } from "./command";

/**
 * Makes a project the current folder until the test file ends. Modules of the program that are loaded from then on, with
 * `require`, take it as their project. So a test can call a command's function instead of starting a process.
 *
 * @throws Error if the test file has imported the program's own paths before, which are those of the repository
 */
export function enterProject({ folder }: Pick<ProjectCopy, "folder">): void {
  const before = process.cwd();
  process.chdir(folder);
  const { ROOT } = require("../../cli/process/project") as typeof import("../../cli/process/project");
  if (ROOT !== realpathSync(folder)) {
    process.chdir(before);
    throw new Error(`an import has loaded the program for ${ROOT}`);
  }
  afterAll(() => process.chdir(before));
}
