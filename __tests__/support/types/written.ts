import { referencesIn } from "../../../packages/terraform-access-review/terraform-json/references";
import { withRestReferences } from "../../../packages/terraform-access-review/terraform-json/rest-references";
import type { Attributes, StackJson } from "../../../packages/terraform-access-review/terraform-json/stack-json";
import { argumentsOf, type Written } from "../../../packages/terraform-access-review/types";
import { auditedDev, auditedPreview, auditedRest } from "../auditors";
import { withOwnImages } from "../bootstrap";
import { DOMAIN, httpWith, MUTUAL_TLS, NETWORKS, restWith, WAF } from "../domains";
import { existing } from "../existing";
import { MCP_CORS, MCP_NETWORKS, mcpDev } from "../mcp";
import { provisionedDev } from "../provisioned";
import { stateOf } from "../rest-state";
import { rotatedIntent } from "../rotation";
import { bootstraps, intents } from "../shop";
import { bootstrapStackOf } from "../stack";
import { shared, verifying } from "../synthesized-states";
import { twins } from "../twins";
import { variantOf } from "../variant";
import { watchedDev } from "../watched";

/** Stacks of every shape that the program writes, as a review reads them. */
export const stacksOfEveryShape = (): readonly StackJson[] => written().map(withRestReferences);

const written = (): readonly StackJson[] => [
  ...[
    ...intents(),
    auditedDev(),
    auditedPreview(),
    auditedRest(),
    rotatedIntent(),
    watchedDev(),
    watchedDev({ alarms: { fewestRequests: 10 } }),
    provisionedDev(),
    existing("dev"),
    existing("dev", restWith({})),
    httpWith({ domain: DOMAIN, mutualTls: MUTUAL_TLS }),
    mcpDev(`${MCP_CORS}${MCP_NETWORKS}`),
    restWith({ domain: DOMAIN, waf: WAF, allowedNetworks: NETWORKS }),
    ...twins(),
    ...twins(["latency", "latency"]),
    variantOf("dev", {
      aws: { ownsAccount: true },
      gateway: { kind: "rest" },
      services: { catalog: { routes: { "GET /": "public" } } },
    }),
    // Without a health check, as init writes a service.
    variantOf("dev", { services: { orders: { healthPath: null } } }),
    variantOf("dev", { services: { orders: { rollout: { percent: 10, from: "docker.io/acme/orders:1" } } } }),
  ].map((intent) => stateOf(intent).stack),
  ...[shared, verifying].map(({ stack }) => stack),
  ...bootstraps().map((bootstrap) => bootstrapStackOf(withOwnImages(bootstrap)).json as StackJson),
];

/** What these stacks write, by type. */
export function writtenByStacks(stacks: readonly StackJson[]): Readonly<Record<string, Written>> {
  const bodies: Record<string, Attributes[]> = {};
  for (const { resource } of stacks) {
    for (const [type, named] of Object.entries(resource))
      bodies[type] = [...(bodies[type] ?? []), ...Object.values(named)];
  }
  const written = Object.entries(bodies).map(
    ([type, all]) => [type, { arguments: eachOnce(all.flatMap(argumentsOf)), refersTo: targetsOf(all) }] as const,
  );
  return sorted(Object.fromEntries(written));
}

/** Arguments whose values identify nothing in a state: write-only ones, hashes, and those that only order an apply. */
const WITHOUT_TARGETS = /_wo$|^(\/\/|depends_on|lifecycle|triggers)$/;

function targetsOf(bodies: readonly Attributes[]): Written["refersTo"] {
  const found: Record<string, string[]> = {};
  for (const [name, value] of bodies.flatMap((body) => Object.entries(body))) {
    if (WITHOUT_TARGETS.test(name)) continue;
    const targets = textsIn(value).flatMap(referencesIn);
    if (targets.length === 0) continue;
    found[name] = [...(found[name] ?? []), ...targets.map((target) => `${target.type}.${target.attribute}`)];
  }
  return sorted(Object.fromEntries(Object.entries(found).map(([name, targets]) => [name, eachOnce(targets)])));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)]);
}

function eachOnce(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

function sorted<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
