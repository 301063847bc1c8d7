import { App } from "cdktf";
import type { BootstrapIntent } from "../intent/bootstrap-intent";
import type { Intent } from "../intent/intent";
import { declareBootstraps, declareStacks } from "../main";
import { CommandError, EXIT } from "./command-error";
import { keepOtherStacks } from "./manifest";
import { BUILD } from "./project";
import { withoutTokenTraces } from "./token-traces";

/** How cdktf begins and ends the message with which it refuses a stack that a rule objects to. */
const REFUSED = /^Encountered Annotations with level "ERROR":\n([\s\S]*?)\s*(?:Either fix the issues above|$)/;

/** Would make cdktf write a stack that a rule has refused. Here config alone allows a finding, with a reason. */
const WAY_ROUND = "CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS";

/** Synthesizes these environments into a folder, beside what lies there, or into the one that cdktf names; refuses what a policy rule refuses. */
export function synthesizeStrictly(
  intents: readonly Intent[],
  bootstraps: readonly BootstrapIntent[],
  outdir?: string,
): void {
  delete process.env[WAY_ROUND];
  try {
    withoutTokenTraces(() => {
      const app = new App(outdir === undefined ? {} : { outdir });
      declareStacks(app, intents, BUILD);
      declareBootstraps(app, bootstraps);
      if (outdir !== undefined) keepOtherStacks(app);
      app.synth();
    });
  } catch (error) {
    const findings = REFUSED.exec((error as Error).message)?.[1];
    if (findings === undefined) throw error;
    throw new CommandError(`${findings}\nnothing of synthesized/ was changed`, EXIT.failed);
  }
}
