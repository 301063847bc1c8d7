import { changeOfStacks } from "../../packages/terraform-access-review/judge/from-stacks";
import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";
import { reportOf } from "../../packages/terraform-access-review/render/report";
import { dev, edited } from "./synthesized-states";

const target = edited(dev, (resource) => {
  resource.aws_cognito_user_pool_client.web.callback_urls.push("https://x.example/cb");
  resource.aws_apigatewayv2_stage.gateway.route_settings.pop();
});

const reportFor = (head: SynthesizedState) => JSON.stringify(reportOf(changeOfStacks("dev", dev, head)));

/** Returns the report of a change as a string. */
export const REPORT = reportFor(target);

/** Returns the report of the same change with keys, resources and sets in another order. */
export function shuffledReport(seed: number): string {
  return reportFor({ stack: shuffled(target.stack, seed), policy: shuffled(target.policy, seed) } as SynthesizedState);
}

const SETS = ["callback_urls", "members", "allowed_oauth_scopes", "route_settings", "allow_origins", "scope"];

function shuffled(value: unknown, seed: number, key = ""): unknown {
  const inOrder = <T>(items: readonly T[]) =>
    [...items]
      .map((item, index) => [Math.sin(seed + index), item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);
  if (Array.isArray(value)) {
    const items = value.map((item) => shuffled(item, seed));
    return SETS.includes(key) ? inOrder(items) : items;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(inOrder(Object.entries(value)).map(([name, item]) => [name, shuffled(item, seed, name)]));
}
