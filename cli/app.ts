import { App } from "cdktf";
import { declareStacks } from "../main";
import { readIntents } from "./intents";
import { BUILD } from "./project";

/** What `cdktf` runs (see cdktf.json): every environment, into the folder that cdktf names. */
export function app(): void {
  const intents = readIntents();
  const stacks = new App();
  declareStacks(stacks, intents, BUILD);
  stacks.synth();
}
