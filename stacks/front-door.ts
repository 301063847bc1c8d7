import type { App } from "cdktf";
import type { BootstrapIntent } from "../intent/model/bootstrap-intent";
import type { Intent } from "../intent/model/intent";
import { BootstrapStack } from "./bootstrap-stack";
import { EnvironmentStack } from "./environment-stack";
import { PolicyAspect } from "./policy/enforce";
import type { PolicyRule } from "./policy/rule";

/** What a project adds to its front door: the default export of its `main.ts`. */
export interface FrontDoor {
  /** Adds resources to the stack of one environment, after those that config declares. Policy rules check them too. */
  readonly extend?: (stack: EnvironmentStack) => void;
  /** Policy rules of the project's own. Like all others, they stop a synthesis, and `adopt` runs the base branch's. */
  readonly rules?: readonly PolicyRule[];
}

/** Types the default export of `main.ts`. */
export function frontDoor(own: FrontDoor = {}): FrontDoor {
  return own;
}

/** One stack per environment, named after it. */
export function declareStacks(app: App, intents: readonly Intent[], buildFolder: string, own: FrontDoor = {}): void {
  for (const intent of intents) declareEnvironment(app, intent, buildFolder, own);
}

/** The stack of one environment, with what the project adds to it. */
export function declareEnvironment(
  app: App,
  intent: Intent,
  buildFolder: string,
  { extend, rules = [] }: FrontDoor,
): EnvironmentStack {
  const stack = new EnvironmentStack(app, intent.environment, { intent, buildFolder });
  extend?.(stack);
  PolicyAspect.of(stack).add(rules);
  return stack;
}

/** For each environment that the pipeline deploys, the stack that lets the pipeline in: `bootstrap-dev`. */
export function declareBootstraps(app: App, bootstraps: readonly BootstrapIntent[]): void {
  for (const bootstrap of bootstraps) new BootstrapStack(app, bootstrap);
}
