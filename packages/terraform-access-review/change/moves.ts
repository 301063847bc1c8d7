import type { SynthesizedState } from "../model/state";
import { type Attributes, withTexts } from "../terraform-json/stack-json";

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
  const stack = withTexts({ ...state.stack, resource }, (text) => renamed(text, moves));
  const envoy = withTexts(state.envoy, (text) => renamed(text, moves)) as SynthesizedState["envoy"];
  return { ...state, stack: stack as SynthesizedState["stack"], ...(envoy && { envoy }) };
}

/** `${type.name.attribute}` in any text, and `type.name` as a whole text. */
function renamed(text: string, moves: ReadonlyMap<string, string>): string {
  return (
    moves.get(text) ??
    text.replace(/([a-z0-9_]+\.[A-Za-z0-9_-]+)(?=\.[a-z0-9_]+)/g, (found, address: string, at: number) =>
      isReference(text, at) ? (moves.get(address) ?? found) : found,
    )
  );
}

/** Whether a place in a text is within `${…}`. */
function isReference(text: string, at: number): boolean {
  const open = text.lastIndexOf("${", at);
  return open >= 0 && text.lastIndexOf("}", at) < open;
}
