import { resolve } from "node:path";
import { exclusively, inDraft, moveStacks } from "./synthesis/draft";
import { readConfig } from "./synthesis/intents";
import { synthesizeStrictly } from "./synthesis/strict-app";

/** What `cdktf` runs (see cdktf.json): every environment, into the folder that cdktf names. */
export function app(): void {
  const { intents, bootstraps } = readConfig();
  const out = resolve(process.env.CDKTF_OUTDIR ?? "cdktf.out");
  inDraft((draft) => {
    synthesizeStrictly(intents, bootstraps, draft);
    exclusively(out, () => moveStacks(draft, out, "these alone"));
  }, out);
}
