import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createBackendModule } from "@backstage/backend-plugin-api";
import {
  createTemplateAction,
  executeShellCommand,
  scaffolderActionsExtensionPoint,
} from "@backstage/plugin-scaffolder-node";

/** The command line of the package that this backend has installed, so no registry is asked while a template runs. */
const PROGRAM = join(dirname(require.resolve("cloud-front-door/package.json")), "cli", "run.cjs");

/**
 * `frontdoor:init` writes a new project into the empty workspace. `answers` has the names of the options of `front-door init`:
 * `awsAccount` is `--aws-account`. An answer that is missing or empty gets the default of `init`.
 */
const frontDoorInit = createTemplateAction({
  id: "frontdoor:init",
  description: "Writes the project of a secure front door, as front-door init does",
  supportsDryRun: true,
  schema: { input: { answers: (z) => z.record(z.string(), z.string().optional()) } },
  async handler({ input, workspacePath, logger }) {
    const given = Object.entries(input.answers).filter(([, answer]) => answer);
    const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const options = given.map(([name, answer]) => `--${dashed(name)}=${answer}`);
    await executeShellCommand({
      command: process.execPath,
      args: [PROGRAM, "init", "--yes", ...options],
      // Without the variables of the backend, which have credentials. npm writes its log into HOME.
      options: { cwd: workspacePath, env: { PATH: process.env.PATH, HOME: tmpdir() } },
      logger,
    });
  },
});

export default createBackendModule({
  pluginId: "scaffolder",
  moduleId: "front-door",
  register({ registerInit }) {
    registerInit({
      deps: { actions: scaffolderActionsExtensionPoint },
      init: async ({ actions }) => actions.addActions(frontDoorInit),
    });
  },
});
