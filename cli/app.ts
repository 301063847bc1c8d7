import { readBootstraps, readIntents } from "./intents";
import { synthesizeStrictly } from "./strict-app";

/** What `cdktf` runs (see cdktf.json): every environment, into the folder that cdktf names. */
export function app(): void {
  const intents = readIntents();
  synthesizeStrictly(intents, readBootstraps(intents));
}
