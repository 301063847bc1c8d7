import { readConfig } from "./intents";
import { synthesizeStrictly } from "./strict-app";

/** What `cdktf` runs (see cdktf.json): every environment, into the folder that cdktf names. */
export function app(): void {
  const { intents, bootstraps } = readConfig();
  synthesizeStrictly(intents, bootstraps);
}
