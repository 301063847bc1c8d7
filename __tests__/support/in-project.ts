import type { ProjectCopy } from "./command";

/**
 * Makes a project the current folder until the test file ends. Modules of the program that are loaded from then on, with
 * `require`, take it as their project. So a test can call a command's function instead of starting a process.
 */
export function enterProject({ folder }: Pick<ProjectCopy, "folder">): void {
  const before = process.cwd();
  process.chdir(folder);
  afterAll(() => process.chdir(before));
}
