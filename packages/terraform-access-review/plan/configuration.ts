import { hashOf } from "../judge/hash";
import { GUARDS, type GuardChange } from "../model/change";
import { canonical, compareText } from "../terraform-json/order";
import { isFields, isUnset, type StackJson } from "../terraform-json/stack-json";
import type { PlanJson } from "./plan-json";

type Fields = Readonly<Record<string, unknown>>;

/** Terraform's own arguments, which a plan lists separately from a resource's arguments, or omits. */
const META = /^(\/\/|connection|count|depends_on|for_each|lifecycle|provider|provisioner)$/;

/**
 * Differences between a plan's configuration and the synthesized stack. The review judges the synthesized stack, so each
 * difference is in doubt. Terraform's JSON syntax keeps each expression as written, so the comparison is exact. A plan
 * does not contain `lifecycle` and `depends_on`.
 */
export function configurationChanges({ configuration }: PlanJson, stack: StackJson): readonly GuardChange[] {
  if (configuration === undefined) return [];
  const [planned, synthesized] = [plannedParts(configuration), synthesizedParts(stack as unknown as Fields)];
  const addresses = new Set([...planned.keys(), ...synthesized.keys()]);
  const changes = [...addresses].flatMap((address) => {
    const paths = differences(synthesized.get(address), planned.get(address));
    return paths.length === 0 ? [] : [otherwise(address, paths, planned.get(address))];
  });
  return changes.sort((one, other) => compareText(one.address, other.address));
}

function otherwise(address: string, paths: readonly string[], planned: Fields | undefined): GuardChange {
  const after = paths.join(", ");
  return {
    effect: "broadened",
    address,
    guard: GUARDS.configuration,
    before: "what config/ gives",
    after,
    hidden: hashOf(planned),
    doubt: true,
  };
}

/** The names that differ on the first level. A value on a deeper level may be secret. */
function differences(synthesized: Fields | undefined, planned: Fields | undefined): readonly string[] {
  if (synthesized === undefined) return ["it is not in synthesized/"];
  if (planned === undefined) return ["it is not in this plan"];
  const names = [
    ...Object.keys(synthesized),
    ...Object.keys(planned).filter((name) => !Object.hasOwn(synthesized, name)),
  ];
  // Sorted last, because most parts of a big plan do not differ.
  return names.filter((name) => !isSame(synthesized[name], planned[name])).sort();
}

/** @param planned an expression, blocks of expressions, or a value of one of Terraform's own parts */
function isSame(value: unknown, planned: unknown): boolean {
  if (isFields(planned) && Object.hasOwn(planned, "constant_value")) {
    const [one, other] = [value ?? null, planned.constant_value ?? null];
    return one === other || canonical(one) === canonical(other);
  }
  if (value === undefined || value === null || planned === undefined) return isUnset(value) && isUnset(planned);
  if (Array.isArray(planned)) {
    const blocks = [value].flat();
    return blocks.length === planned.length && blocks.every((block, index) => isSame(block, planned[index]));
  }
  if (!isFields(value) || !isFields(planned)) return false;
  return differences(value, planned).length === 0;
}

/** The default registries of Terraform and OpenTofu, for a provider whose source names none. */
const REGISTRY = /^registry\.(terraform\.io|opentofu\.org)\/(hashicorp\/)?/;

/** By address: resources, data sources, providers and outputs as expressions, and parts that a stack never has. */
function plannedParts({ provider_config = {}, root_module = {} }: NonNullable<PlanJson["configuration"]>) {
  const { resources = [], outputs = {}, module_calls = {}, variables = {} } = root_module;
  const parts = new Map<string, Fields>();
  for (const { address, expressions = {}, provisioners, count_expression, for_each_expression } of resources) {
    const hasMeta = (provisioners ?? count_expression ?? for_each_expression) !== undefined;
    const meta = { provisioner: provisioners, count: count_expression, for_each: for_each_expression };
    parts.set(address, hasMeta ? { ...expressions, ...meta } : expressions);
  }
  for (const [name, { full_name, version_constraint, expressions = {} }] of Object.entries(provider_config)) {
    const source = { constant_value: full_name?.replace(REGISTRY, "") };
    parts.set(`provider.${name}`, { ...expressions, source, version: { constant_value: version_constraint } });
  }
  for (const [name, { expression, sensitive }] of Object.entries(outputs)) {
    parts.set(`output.${name}`, { value: expression, sensitive: { constant_value: sensitive ?? null } });
  }
  for (const name of Object.keys(module_calls)) parts.set(`module.${name}`, {});
  for (const name of Object.keys(variables)) parts.set(`var.${name}`, {});
  return parts;
}

function synthesizedParts({ resource, data, provider, output, terraform, module, variable }: Fields) {
  const parts = new Map<string, Fields>();
  const named = (block: unknown) => Object.entries((block ?? {}) as Readonly<Record<string, Fields>>);
  for (const [type, bodies] of [
    ...named(resource),
    ...named(data).map(([type, each]) => [`data.${type}`, each] as const),
  ]) {
    for (const [name, body] of named(bodies)) parts.set(`${type}.${name}`, withoutMeta(body));
  }
  const required = ((terraform ?? {}) as Fields).required_providers as Readonly<Record<string, Fields>> | undefined;
  for (const [name, bodies] of named(provider)) {
    for (const { alias, ...body } of [bodies].flat() as Fields[]) {
      const { source: address, version } = required?.[name] ?? {};
      const source = String(address).replace(/^hashicorp\//, "");
      parts.set(`provider.${name}${alias === undefined ? "" : `.${alias}`}`, { ...body, source, version });
    }
  }
  for (const [name, { value, sensitive }] of named(output)) parts.set(`output.${name}`, { value, sensitive });
  for (const [name] of named(module)) parts.set(`module.${name}`, {});
  for (const [name] of named(variable)) parts.set(`var.${name}`, {});
  return parts;
}

function withoutMeta(body: Fields): Fields {
  if (!Object.keys(body).some((name) => META.test(name))) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !META.test(name)));
}
