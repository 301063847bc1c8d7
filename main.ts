import type { App } from "cdktf";
import type { BootstrapIntent } from "./intent/model/bootstrap-intent";
import type { Intent } from "./intent/model/intent";
import { BootstrapStack } from "./stacks/bootstrap-stack";
import { EnvironmentStack } from "./stacks/environment-stack";

/** One stack per environment, named after it. */
export function declareStacks(app: App, intents: readonly Intent[], buildFolder: string): void {
  for (const intent of intents) new EnvironmentStack(app, intent.environment, { intent, buildFolder });
}

/** Beside each environment that the pipeline deploys, the stack that lets the pipeline in: `bootstrap-dev`. */
export function declareBootstraps(app: App, bootstraps: readonly BootstrapIntent[]): void {
  for (const bootstrap of bootstraps) new BootstrapStack(app, bootstrap);
}
