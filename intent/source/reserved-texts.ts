import { REFERENCE_MARK } from "../model/names";
import { type Finding, show } from "./finding";
import type { Located, Path } from "./located";

/** Texts and keys that cdktf would treat as its own references. They cannot be escaped. */
export function reservedTexts(node: Located, path: Path = []): Finding[] {
  switch (node.kind) {
    case "scalar":
      return typeof node.value === "string" ? textFindings(node.value, node, path) : [];
    case "list":
      return node.items.flatMap((item, index) => reservedTexts(item, [...path, index]));
    case "map":
      return [...node.entries].flatMap(([key, value]) => [
        ...textFindings(key, value, [...path, key]),
        ...reservedTexts(value, [...path, key]),
      ]);
  }
}

function textFindings(text: string, { origin }: Located, path: Path): Finding[] {
  if (!text.includes(REFERENCE_MARK)) return [];
  const message = `got ${show(text)}, expected text without ${REFERENCE_MARK} (cdktf takes it for a reference of its own)`;
  return [{ origin, path, message, remedy: "rewrite the text: there is no escape for it" }];
}
