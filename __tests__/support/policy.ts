import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformElement, TerraformProvider, TerraformResource } from "cdktf";
import { withoutTokenTraces } from "../../cli/token-traces";
import type { Intent } from "../../intent/intent";
import { EnvironmentStack } from "../../stacks/environment-stack";
import { BUILD, intentOf } from "./stack";

/** The element of an address: `aws_iam_role.orders`, `provider.aws`. */
export type Find = (address: string) => TerraformElement & { addOverride(path: string, value: unknown): void };

/**
 * What stops the synthesis of an environment after a change: through the app's own `synth()`, since cdktf's test helper
 * does not raise the errors of aspects. Nothing: it is written.
 */
export function violations(
  change: (find: Find, stack: EnvironmentStack) => void,
  intent: Partial<Intent> = {},
  environment = "dev",
): string[] {
  const outdir = mkdtempSync(join(tmpdir(), "front-door-policy-"));
  try {
    withoutTokenTraces(() => {
      const app = new App({ outdir });
      const stack = new EnvironmentStack(app, environment, {
        intent: { ...intentOf(environment), ...intent },
        buildFolder: BUILD,
      });
      change((address) => elementAt(stack, address), stack);
      app.synth();
    });
    return [];
  } catch (error) {
    return (error as Error).message.split(`\n[${environment}] `).slice(1);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function elementAt(stack: EnvironmentStack, address: string) {
  const [type, name] = address.split(".");
  const found = stack.node.findAll().find((node) => {
    if (type === "provider") return TerraformProvider.isTerraformProvider(node) && node.terraformResourceType === name;
    return (
      TerraformResource.isTerraformResource(node) &&
      node.terraformResourceType === type &&
      node.friendlyUniqueId === name
    );
  });
  if (!TerraformElement.isTerraformElement(found)) throw new Error(`no ${address}`);
  return found;
}
