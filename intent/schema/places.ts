import { BASE_FILE, overlayFile } from "../source/environments";
import { type LocatedMap, nodeAt, type Path, plain } from "../source/located";
import { mergePatch } from "../source/merge";
import { parseFile } from "../source/parse-file";
import { withDocuments } from "./openapi/with-documents";

/** Places of one environment's config values. */
export interface Places {
  /** `config/base.yaml:41` for the key or item at a path; undefined if nothing is written there. */
  at(path: Path): string | undefined;
  /** The keys of the map at a path. */
  keys(path: Path): readonly string[];
  /** The texts of the list at a path, in the order of the file. */
  items(path: Path): readonly string[];
}

/** Base, overlay and OpenAPI documents merged, with the line of each value. No rule is checked. Empty if a file cannot be read. */
export function placesOf(configDir: string, environment: string): Places {
  const base = parseFile(configDir, BASE_FILE).tree;
  const overlay = parseFile(configDir, overlayFile(environment)).tree;
  const root = base && overlay && withDocuments(configDir, mergePatch(base, overlay) as LocatedMap).root;
  return {
    at: (path) => {
      const found = root && nodeAt(root, path);
      return found && `${found.origin.file}:${found.origin.line}`;
    },
    keys: (path) => {
      const found = root && nodeAt(root, path);
      return found?.kind === "map" ? [...found.entries.keys()] : [];
    },
    items: (path) => {
      const found = root && nodeAt(root, path);
      return found?.kind === "list" ? found.items.map((item) => String(plain(item))) : [];
    },
  };
}
