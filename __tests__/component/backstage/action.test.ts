import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../../support/places";

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv };
}
type Answers = Readonly<Record<string, string | undefined>>;
interface Action {
  readonly id: string;
  handler(context: { input: { answers: Answers }; workspacePath: string }): Promise<void>;
}

/** Runs a command as Backstage does: it throws if the command fails. */
async function executeShellCommand({ command, args, options }: Command): Promise<void> {
  const { status, stderr } = spawnSync(command, args, { ...options, encoding: "utf8" });
  if (status !== 0) throw new Error(`exit code ${status}: ${stderr}`);
}

/** The action that the module adds. Backstage's packages are no part of this repository: its functions return what they get. */
function addedAction(): Action {
  const itself = (given: unknown) => given;
  const node = { createTemplateAction: itself, executeShellCommand, scaffolderActionsExtensionPoint: {} };
  jest.doMock("@backstage/backend-plugin-api", () => ({ createBackendModule: itself }), { virtual: true });
  jest.doMock("@backstage/plugin-scaffolder-node", () => node, { virtual: true });
  const added: Action[] = [];
  const actions = { addActions: (action: Action) => added.push(action) };
  const { default: backendModule } = require("../../../packages/backstage/front-door-init");
  backendModule.register({ registerInit: ({ init }: { init: (deps: object) => void }) => init({ actions }) });
  const [action] = added;
  if (action === undefined) throw new Error("the module adds no action");
  return action;
}

const { spec } = parse(readFileSync(join(ROOT, "packages/backstage/template.yaml"), "utf8"));
const action = addedAction();
const workspace = mkdtempSync(join(tmpdir(), "front-door-backstage-"));
afterAll(() => rmSync(workspace, { recursive: true }));

test("the template's first step writes a project with the form's answers, and with init's defaults for those left out", async () => {
  expect(spec.steps[0].action).toBe(action.id);
  const defaults = Object.entries<{ default?: string }>(spec.parameters[0].properties).map(([name, property]) => [
    name,
    property.default,
  ]);
  const answers: Answers = { ...Object.fromEntries(defaults), name: "my-api", awsAccount: "444455556666", issuer: "" };
  await action.handler({ input: { answers }, workspacePath: workspace });
  expect(readdirSync(workspace)).toEqual(expect.arrayContaining([".github", "config", "main.ts", "package.json"]));
  const dev = parse(readFileSync(join(workspace, "config/dev.yaml"), "utf8"));
  expect([dev.aws.account, dev.google.project]).toEqual(["444455556666", "my-api-dev"]);
});

test("the program gets no credentials of the backend", async () => {
  process.env.BACKEND_SECRET = "a secret";
  const environments: NodeJS.ProcessEnv[] = [];
  const spawned = jest.spyOn(require("node:child_process"), "spawnSync").mockImplementation((...args: unknown[]) => {
    environments.push((args[2] as Command["options"]).env);
    return { status: 0, stderr: "" };
  });
  await action.handler({ input: { answers: { name: "my-api" } }, workspacePath: workspace });
  spawned.mockRestore();
  delete process.env.BACKEND_SECRET;
  expect(environments.map((each) => Object.keys(each).sort())).toEqual([["HOME", "PATH"]]);
});

test("an answer that init refuses fails with its reason, and writes nothing", async () => {
  const empty = mkdtempSync(join(workspace, "empty-"));
  const wrong = { name: "my-api", environments: "dev,dev" };
  const run = action.handler({ input: { answers: wrong }, workspacePath: empty });
  await expect(run).rejects.toThrow('exit code 64: --environments: got "dev,dev", expected different names');
  expect(readdirSync(empty)).toEqual([]);
});
