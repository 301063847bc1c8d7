import { isPlaceholder } from "../model/placeholder";
import { type Path, walk } from "../source/located";
import type { Draft } from "./draft";

/** Every value that still says what to replace it with. */
export function placeholdersIn({ root }: Pick<Draft, "root">): readonly { path: Path; value: string }[] {
  return [...walk(root)].flatMap(({ node, path }) => {
    return node.kind === "scalar" && isPlaceholder(node.value) ? [{ path, value: String(node.value) }] : [];
  });
}
