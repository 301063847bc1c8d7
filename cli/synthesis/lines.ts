import type { PlacedNode } from "../../intent/schema/places";
import { isWithin } from "../../intent/source/located";
import type { Lines } from "./sources";

/** Lines of config from a list of all its keys and values, without reading config. */
export function linesIn(nodes: readonly PlacedNode[]): Lines {
  const byPath = new Map(nodes.map((node) => [nameOf(node.path), node]));
  return {
    nearest: (path) => {
      for (let length = path.length; length > 0; length -= 1) {
        const key = path.slice(0, length);
        const found = byPath.get(nameOf(key));
        if (found !== undefined) return { key, place: found.place };
      }
      return undefined;
    },
    values: (path) =>
      nodes.flatMap(({ path: at, text, place }) =>
        text !== undefined && isWithin(at, path) ? [{ path: at, text, place }] : [],
      ),
  };
}

function nameOf(path: PlacedNode["path"]): string {
  return JSON.stringify(path);
}
