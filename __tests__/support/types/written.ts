import { referencesIn } from "../../../packages/terraform-access-review/terraform-json/references";
import { withRestReferences } from "../../../packages/terraform-access-review/terraform-json/rest-references";
import type { Attributes, StackJson } from "../../../packages/terraform-access-review/terraform-json/stack-json";
import { argumentsOf, type Written } from "../../../packages/terraform-access-review/types";
import { withOwnImages } from "../bootstrap";
import { DOMAIN, NETWORKS, restWith, WAF } from "../domains";
import { existing } from "../existing";
import { stateOf } from "../rest-state";
import { reviewed, SETTINGS } from "../settings";
import { bootstraps } from "../shop";
import { bootstrapStackOf } from "../stack";
import { verifying } from "../synthesized-states";
import { variantOf } from "../variant";
import { watchedDev } from "../watched";

/** The stacks of each setting, and of what no setting by itself makes them write, as a review reads them. */
export const stacksOfEveryShape = (): readonly StackJson[] => written().map(withRestReferences);

const written = (): readonly StackJson[] => [
  ...SETTINGS.flatMap(reviewed).map(({ stack }) => stack),
  ...[
    watchedDev(),
    existing("dev", restWith({})),
    restWith({ domain: DOMAIN, waf: WAF, allowedNetworks: NETWORKS }),
    variantOf("dev", {
      aws: { ownsAccount: true },
      gateway: { kind: "rest" },
      services: { catalog: { routes: { "GET /": "public" } } },
    }),
  ].map((intent) => stateOf(intent).stack),
  verifying.stack,
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
