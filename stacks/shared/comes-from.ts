import type { TerraformStack } from "cdktf";
import { type IConstruct, Node } from "constructs";
import type { Client } from "../../intent/model/client-intent";
import type { Route, Service } from "../../intent/model/intent";
import { type Addresses, dataSourcesIn, resourcesIn } from "./addresses";
import type { ConfigKey, Source, Sources } from "./sources";

const stated = new WeakMap<IConstruct, Pick<Source, "attributes" | "key">>();
const created = new WeakMap<IConstruct, string>();

/**
 * States from which config key a construct comes, and everything that it declares.
 *
 * @param attributes keys that set single attributes of these resources, relative to `key`
 * @returns the construct
 */
export function comesFrom<T extends IConstruct>(
  construct: T,
  key: ConfigKey,
  attributes: Readonly<Record<string, ConfigKey>> = {},
): T {
  const absolute = Object.entries(attributes).map(([path, below]) => [path, [...key, ...below]] as const);
  stated.set(construct, { key, attributes: Object.fromEntries(absolute) });
  return construct;
}

/** The key that declares a route. */
export function routeKey({ key }: Pick<Service, "key">, { written, mcp }: Pick<Route, "mcp" | "written">): ConfigKey {
  return mcp === undefined ? ["services", key, "routes", written] : ["services", key, "mcp"];
}

/** The key that declares a client. */
export function clientKey(client: Client): ConfigKey {
  return ["clients", client.grant === "external" ? client.id : client.key];
}

/** Where each resource and data source of a stack comes from. The innermost construct that states a key counts. */
export function sourcesIn(stack: TerraformStack, addresses: Addresses): Sources {
  const declared = [...resourcesIn(stack, addresses), ...dataSourcesIn(stack, addresses)];
  return new Map(declared.map(({ resource, address }) => [address, sourceOf(resource)]));
}

function sourceOf({ node }: IConstruct): Source {
  const own = node.scopes.flatMap((scope) => created.get(scope) ?? []).at(-1);
  if (own !== undefined) return { key: [], attributes: {}, created: own };
  return node.scopes.reduce<Source>(
    (outer, scope) => {
      const inner = stated.get(scope);
      return inner === undefined ? outer : { ...inner, attributes: { ...outer.attributes, ...inner.attributes } };
    },
    { key: [], attributes: {} },
  );
}

/** Deep enough for a construct that the project's code creates through its own functions and classes. */
const FRAMES = 50;

/** Runs the project's own code, and keeps where it creates each construct. */
export function noteCreation<T>(work: () => T): T {
  // Every construct passes here. cdktf has no such hook, and keeps no trace of its own.
  const node = Node.prototype as unknown as { addChild(child: IConstruct, name: string): void };
  const { addChild } = node;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  node.addChild = function (child, name) {
    addChild.call(this, child, name);
    created.set(child, new Error().stack ?? "");
  };
  try {
    return work();
  } finally {
    node.addChild = addChild;
    Error.stackTraceLimit = stackTraceLimit;
  }
}
