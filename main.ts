import type { App } from "cdktf";
import type { Intent } from "./intent/intent";
import { EnvironmentStack } from "./stacks/environment-stack";

/** One stack per environment, named after it. */
export function declareStacks(app: App, intents: readonly Intent[], buildFolder: string): void {
  for (const intent of intents) new EnvironmentStack(app, intent.environment, { intent, buildFolder });
}
