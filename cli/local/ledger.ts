import { ENVOY_POLICY_FILE } from "../../contract/envoy/policy";
import { POLICY_FILE } from "../../contract/policy-file";
import { accessLedger } from "../../packages/terraform-access-review/access/ledger";
import type { AccessRow } from "../../packages/terraform-access-review/model/row";
import { isDecidedByFunctions } from "../../packages/terraform-access-review/model/state";
import { accessMarkdown } from "../../packages/terraform-access-review/render/ledger";
import { hasEnvoy } from "../../packages/terraform-access-review/terraform-json/envoy-container";
import { type RouteGrant, routeGrantsIn } from "../expectations/ledger";
import { synthesizedText } from "../process/synthesized";

/** Who may call which route, by the stack and the policy in `synthesized/<environment>/`. */
export function routeGrants(environment: string): readonly RouteGrant[] {
  return routeGrantsOf((file) => synthesizedText(environment, file));
}

/** @param text returns the text of a synthesized file */
export function routeGrantsOf(text: (file: string) => string): readonly RouteGrant[] {
  return routeGrantsIn(rowsOf(text));
}

/** A fault if people review another ledger than that of the stack: `access.md` was edited, or belongs to another stack. */
export function ledgerFaults(environment: string): readonly string[] {
  const text = (file: string) => synthesizedText(environment, file);
  const folder = `synthesized/${environment}`;
  return text("access.md").startsWith(accessMarkdown(environment, rowsOf(text)))
    ? []
    : [`${folder}/access.md is not the ledger of ${folder}/main.tf.json: renew it with npm run synth`];
}

function rowsOf(text: (file: string) => string): readonly AccessRow[] {
  const stack = JSON.parse(text("main.tf.json"));
  const policy = isDecidedByFunctions(stack) ? JSON.parse(text(POLICY_FILE)) : undefined;
  const envoy = hasEnvoy(stack) ? JSON.parse(text(ENVOY_POLICY_FILE)) : undefined;
  return accessLedger(stack, policy, envoy);
}
