import { isMap, isScalar, parseDocument } from "yaml";
import { newNameOf } from "../../intent/schema/renamed";

/** A key that has another name now. */
export interface RenamedKey {
  /** From 1. */
  readonly line: number;
  readonly from: string;
  readonly to: string;
}

/**
 * The text of a config file with each key of an older release under its new name. Only these keys change: comments, order and
 * spelling of all else stay, byte for byte. A text that is no YAML stays as it is: the config's own report says why.
 */
export function withNewKeys(text: string): { readonly text: string; readonly renamed: readonly RenamedKey[] } {
  const document = parseDocument(text, { schema: "failsafe", prettyErrors: false });
  if (document.errors.length > 0) return { text, renamed: [] };
  const found = keysIn(document.contents, []);
  const renamed = found.map(({ start, from, to }) => ({ line: text.slice(0, start).split("\n").length, from, to }));
  // From the end, so that the places before stay right.
  const rewritten = found.reduceRight((rest, { start, end, to }) => rest.slice(0, start) + to + rest.slice(end), text);
  return { text: rewritten, renamed };
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly from: string;
  readonly to: string;
}

function keysIn(node: unknown, path: readonly string[]): readonly Place[] {
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    if (!isScalar(key)) return [];
    const here = [...path, String(key.value)];
    const to = newNameOf(here);
    const [start = 0, end = 0] = key.range ?? [];
    return [...(to === undefined ? [] : [{ start, end, from: String(key.value), to }]), ...keysIn(value, here)];
  });
}
