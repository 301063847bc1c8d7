import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandError } from "../../../../../../cli/process/command-error";
import { ProjectCopy, SHOP_PROJECT } from "../../../../../support/command";
import { enterProject } from "../../../../../support/in-project";

/** Folders of an environment that the job without any token uploads. */
export const uploaded = (environment: string) => [
  `cdktf.out/stacks/${environment}`,
  "config",
  `synthesized/${environment}`,
];

/**
 * The base branch's checkout, which has no `cdktf.out/`, and next to it the upload of a job for a branch. Before each
 * test the upload is the original one again, which the base branch's own program synthesized.
 */
export class BaseBranch {
  readonly project = new ProjectCopy("linked");
  readonly artefact = this.project.path("artefact");
  readonly original = this.project.path("original");

  constructor(...environments: readonly string[]) {
    for (const folder of environments.flatMap(uploaded)) {
      cpSync(join(SHOP_PROJECT, folder), join(this.original, folder), { recursive: true });
    }
    enterProject(this.project);
    beforeEach(() => this.restore());
    afterAll(() => this.project.remove());
  }

  restore(): void {
    rmSync(this.artefact, { recursive: true, force: true });
    cpSync(this.original, this.artefact, { recursive: true });
    rmSync(this.project.path("cdktf.out"), { recursive: true, force: true });
  }

  /** `front-door pipeline adopt <environment> artefact`, in this process and with the built functions. */
  adopt(environment = "dev"): { readonly code: number; readonly error: string } {
    const { useFunctionBundles } =
      require("../../../../../../cli/synthesis/draft") as typeof import("../../../../../../cli/synthesis/draft");
    const { adopt } =
      require("../../../../../../cli/pipeline/artefact/adopt") as typeof import("../../../../../../cli/pipeline/artefact/adopt");
    const bundles = ["authorizer.mjs", "rotate-client-secret.mjs"];
    useFunctionBundles(
      Object.fromEntries(bundles.map((name) => [name, readFileSync(this.project.path(".build", name))])),
    );
    const printed = jest.spyOn(console, "log").mockImplementation();
    try {
      adopt(environment, "artefact");
      return { code: 0, error: "" };
    } catch (error) {
      const { exitCode, message } = error as CommandError;
      if (exitCode === undefined) throw error;
      return { code: exitCode, error: message };
    } finally {
      printed.mockRestore();
    }
  }

  /** Whether a plan would find the stack. */
  has(stack: string): boolean {
    return existsSync(this.project.path(stack));
  }

  read(file: string): string {
    return readFileSync(join(this.artefact, file), "utf8");
  }

  /** Changes a file of the upload, which must hold this text. */
  edit(file: string, from: string | RegExp, to: string): void {
    const text = this.read(file);
    const changed = text.replace(from, () => to);
    if (changed === text) throw new Error(`${file} has no ${from}`);
    writeFileSync(join(this.artefact, file), changed);
  }
}
