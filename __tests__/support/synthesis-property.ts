import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { stringify } from "yaml";
import type { Intent } from "../../intent/model/intent";
import { accessLedger } from "../../packages/terraform-access-review/access/ledger";
import { accessMarkdown } from "../../packages/terraform-access-review/render/ledger";
import { authorizerPolicy } from "../../stacks/authorizer-policy";
import { declareStacks } from "../../stacks/front-door";
import { arbitraryConfig } from "./arbitrary-config";
import { intentsOf } from "./config-folder";
import fc from "./properties";
import { shuffled, type Tree } from "./shuffled";
import { BUILD, Synthesized } from "./stack";

const outdir = mkdtempSync(join(tmpdir(), "front-door-property-"));

/** Returns the bytes that Terraform gets, from the app's own synth, with every policy rule. */
function synthesized(intent: Intent): string {
  const app = new App({ outdir });
  declareStacks(app, [intent], BUILD);
  app.synth();
  return readFileSync(join(outdir, "stacks", "dev", "cdk.tf.json"), "utf8");
}

/** Strings in quotes, and no references: the config refuses anchors and values that YAML versions read differently. */
const YAML = { aliasDuplicateObjects: false, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" } as const;

const intentOf = (config: Tree) => intentsOf({ "base.yaml": stringify(config, YAML), "dev.yaml": "{}\n" })[0] as Intent;

/** The shortest and longest names that each cloud accepts, by resource type and attribute. */
const NAMES: readonly (readonly [type: string, attribute: string, pattern: RegExp])[] = [
  ["aws_iam_role", "name", /^[\w+=,.@-]{1,64}$/],
  ["aws_lambda_function", "function_name", /^[A-Za-z0-9-_]{1,64}$/],
  ["aws_apigatewayv2_api", "name", /^.{1,128}$/],
  ["aws_api_gateway_rest_api", "name", /^.{1,128}$/],
  ["aws_api_gateway_usage_plan", "name", /^[\w-]{1,128}$/],
  ["aws_wafv2_web_acl", "name", /^[\w-]{1,128}$/],
  ["aws_wafv2_ip_set", "name", /^[\w-]{1,128}$/],
  ["aws_cloudwatch_log_group", "name", /^[\w./#-]{1,512}$/],
  ["aws_secretsmanager_secret", "name", /^[\w/+=.@-]{1,512}$/],
  ["google_service_account", "account_id", /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/],
  ["google_cloud_run_v2_service", "name", /^[a-z][a-z0-9-]{0,47}[a-z0-9]$/],
  ["google_iam_workload_identity_pool", "workload_identity_pool_id", /^(?!gcp-)[a-z0-9-]{4,32}$/],
  ["google_secret_manager_secret", "secret_id", /^[A-Za-z0-9_-]{1,255}$/],
];

/**
 * Checks that any valid config synthesizes with names that both clouds accept, and to the same bytes every time and in
 * any key order.
 *
 * @param numRuns configs that are drawn
 */
export function expectAnyConfigSynthesizes(numRuns: number): void {
  fc.assert(
    fc.property(arbitraryConfig, fc.integer(), (config, seed) => {
      const intent = intentOf(config);
      const bytes = synthesized(intent);
      const stack = new Synthesized(JSON.parse(bytes));
      for (const [type, attribute, pattern] of NAMES) {
        for (const resource of Object.values(stack.all(type))) expect(resource[attribute]).toMatch(pattern);
      }
      const routes = intent.services.flatMap((service) => service.routes);
      const methods = Object.values(stack.all("aws_api_gateway_method")).filter(
        ({ authorization }) => authorization !== "NONE", // preflights
      );
      const has = (kind: "http" | "rest") => (intent.gateway.kind === kind ? routes.length : 0);
      expect(Object.keys(stack.all("aws_apigatewayv2_route"))).toHaveLength(has("http"));
      expect(methods).toHaveLength(has("rest"));
      expect(synthesized(intent)).toBe(bytes);
      expect(synthesized(intentOf(shuffled(config, seed)))).toBe(bytes);
      const policy =
        intent.handshake === "federated" ? JSON.parse(JSON.stringify(authorizerPolicy(intent))) : undefined;
      const ledger = accessMarkdown("dev", accessLedger(stack.json, policy));
      for (const { key } of routes) expect(ledger).toContain(`| ${key} |`);
    }),
    // Shrinking would synthesize thousands of stacks: the counterexample is printed as it was found.
    { numRuns, endOnFailure: true },
  );
}
