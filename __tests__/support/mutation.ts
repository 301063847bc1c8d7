import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Json = any;

/** One change of a copy of stack and policy. Envoy's policy is not copied: set another one to change it. */
export type Change = (copy: { stack: Json; policy: Json; envoy?: Json }) => void;

export type Described = readonly [kind: string, where: string, change: Change];

/**
 * Copies a state with one change. Resources that the change does not touch are the same object in both states, as in
 * the two states of a plan. The review compares such states in a third of the time.
 */
export function changed(state: SynthesizedState, change: Change): SynthesizedState {
  const { resource, ...rest } = state.stack;
  const copies = Object.entries(resource).map(([type, named]) => [type, { ...named }] as const);
  const drafts = new Map(copies.map(([type, named]) => [type, copiedOnRead(named)]));
  const copy = {
    stack: { ...structuredClone(rest), resource: Object.fromEntries(drafts) },
    ...(state.policy !== undefined && { policy: structuredClone(state.policy) }),
    ...(state.envoy !== undefined && { envoy: state.envoy }),
  } as { stack: Json; policy: Json; envoy?: Json };
  change(copy);
  for (const [type, named] of copies) {
    if (copy.stack.resource[type] === drafts.get(type)) copy.stack.resource[type] = named;
  }
  return copy;
}

/** A map of resources, each of which is copied when it is first read. */
function copiedOnRead(resources: Json): Json {
  const own = new Set<string | symbol>();
  return new Proxy(resources, {
    get(target, name) {
      if (!own.has(name) && Object.hasOwn(target, name)) target[name] = structuredClone(target[name]);
      own.add(name);
      return target[name];
    },
    set(target, name, value) {
      own.add(name);
      target[name] = value;
      return true;
    },
  });
}

/** Returns a state that shares the objects of all resources that are equal in the other state. */
export function sharing(state: SynthesizedState, other: SynthesizedState): SynthesizedState {
  for (const [type, named] of Object.entries<Json>(state.stack.resource)) {
    for (const [name, body] of Object.entries<Json>(named)) {
      const own = other.stack.resource[type]?.[name];
      if (own !== undefined && JSON.stringify(own) === JSON.stringify(body)) named[name] = own;
    }
  }
  return state;
}
