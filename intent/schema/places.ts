import { type Located, nodeAt, type Path, plain, walk } from "../source/located";
import { withDocuments } from "./openapi/with-documents";
import { mergedFiles } from "./twin-files";

export interface Places {
  /** `config/base.yaml:41` for the key or item at a path; undefined if nothing is written there. */
  at(path: Path): string | undefined;
  /** The deepest key on a path that is written, and its place; undefined if none is. */
  nearest(path: Path): { readonly key: Path; readonly place: string } | undefined;
  /** The keys of the map at a path. */
  keys(path: Path): readonly string[];
  /** The texts of the list at a path, in the order of the file. */
  items(path: Path): readonly string[];
  /** Every value that is neither a map nor a list, at and below a path, in the order of the file. */
  values(path: Path): readonly PlacedValue[];
  /** Every key, item and value, in the order of the file. */
  all(): readonly PlacedNode[];
}

/** A key or an item, and its text if it is neither a map nor a list. */
export interface PlacedNode {
  readonly path: Path;
  readonly text?: string;
  readonly place: string;
}

export interface PlacedValue {
  readonly path: Path;
  readonly text: string;
  /** `config/base.yaml:41` */
  readonly place: string;
}

/** An environment's files and OpenAPI documents merged, with the line of each value. No rule is checked. Empty if a file cannot be read. */
export function placesOf(configDir: string, environment: string): Places {
  const merged = mergedFiles(configDir, environment);
  const root = merged && withDocuments(configDir, merged).root;
  const node = (path: Path) => root && nodeAt(root, path);
  return {
    at: (path) => {
      const found = node(path);
      return found && placeOf(found);
    },
    nearest: (path) => {
      const written = path.map((_, index) => path.slice(0, path.length - index)).find((each) => node(each));
      const found = written && node(written);
      return found && { key: written, place: placeOf(found) };
    },
    keys: (path) => {
      const found = node(path);
      return found?.kind === "map" ? [...found.entries.keys()] : [];
    },
    items: (path) => {
      const found = node(path);
      return found?.kind === "list" ? found.items.map((item) => String(plain(item))) : [];
    },
    values: (path) => {
      const found = node(path);
      return [...(found ? walk(found, path) : [])].flatMap(({ node: each, path: at }) =>
        each.kind === "scalar" ? [{ path: at, text: String(each.value), place: placeOf(each) }] : [],
      );
    },
    all: () =>
      [...(root ? walk(root) : [])].map(({ node: each, path }) => ({
        path,
        ...(each.kind === "scalar" && { text: String(each.value) }),
        place: placeOf(each),
      })),
  };
}

function placeOf({ origin }: Located): string {
  return `${origin.file}:${origin.line}`;
}
