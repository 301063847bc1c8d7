import type { SynthesizedState } from "../model/state";
import type { Attributes } from "../terraform-json/stack-json";

/**
 * The state as if every moved resource had always been at its new address, including references to it. So a rename
 * alone is not a change.
 */
export function withMoves(state: SynthesizedState, moves: ReadonlyMap<string, string>): SynthesizedState {
  if (moves.size === 0) return state;
  const resource: Record<string, Record<string, Attributes>> = {};
  for (const [type, named] of Object.entries(state.stack.resource)) {
    for (const [name, attributes] of Object.entries(named)) {
      const [newType = type, newName = name] = moves.get(`${type}.${name}`)?.split(".") ?? [];
      resource[newType] = { ...resource[newType], [newName]: attributes };
    }
  }
  return { ...state, stack: renamed({ ...state.stack, resource }, moves) as SynthesizedState["stack"] };
}

/** `${type.name.attribute}` in any text, and `type.name` as a whole text. */
function renamed(value: unknown, moves: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") {
    const whole = moves.get(value);
    if (whole !== undefined) return whole;
    return value.replace(/([a-z0-9_]+\.[A-Za-z0-9_-]+)(?=\.[a-z0-9_]+)/g, (found, address: string, at: number) =>
      isReference(value, at) ? (moves.get(address) ?? found) : found,
    );
  }
  if (Array.isArray(value)) return value.map((item) => renamed(item, moves));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(item, moves)]));
}

/** Whether a place in a text is within `${…}`. */
function isReference(text: string, at: number): boolean {
  const open = text.lastIndexOf("${", at);
  return open >= 0 && text.lastIndexOf("}", at) < open;
}
