import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import type { ExpectedChange, Intent } from "../../intent/model/intent";
import { type PlacedNode, placesOf } from "../../intent/schema/places";
import type { Sources } from "../../stacks/shared/sources";
import { CONFIG } from "../process/project";

/** What a synthesis has made of config/, as `cli/bundle/fresh-tree.cjs` notes it for later reviews. */
export interface Tree {
  /** Names of all stacks of config. */
  readonly names: readonly string[];
  /** The stacks that were made and that `synthesized/` has. */
  readonly stacks: Readonly<Record<string, TreeStack>>;
  /** By environment. */
  readonly expectedChanges: Readonly<Record<string, readonly ExpectedChange[]>>;
}

export interface TreeStack {
  /** Texts by name. */
  readonly files: Readonly<Record<string, string>>;
  /** Places in the project's own code, by the address of the resource. */
  readonly own: Readonly<Record<string, string>>;
}

/** A tree that need not be synthesized again. */
export interface FreshTree extends Tree {
  /** Every key and value of config with its line, by environment. */
  readonly lines: () => Readonly<Record<string, readonly PlacedNode[]>>;
}

/** A tree that was just made. */
export interface MadeTree extends Tree {
  /** Whether a review must run code of the project. */
  readonly readsRows: boolean;
  readonly lines: Readonly<Record<string, readonly PlacedNode[]>>;
}

let keep: (tree: MadeTree) => void = () => {};

/** Sets where a tree is noted. Without it, each review synthesizes. */
export function useKeepTree(given: (tree: MadeTree) => void): void {
  keep = given;
}

/**
 * Notes stacks that `synthesized/` has exactly as they were just made.
 *
 * @param config from which they were made
 * @param readsRows whether a review must run code of the project
 */
export function keepTree(
  { intents, bootstraps }: { readonly intents: readonly Intent[]; readonly bootstraps: readonly BootstrapIntent[] },
  made: readonly { readonly name: string; readonly files: TreeStack["files"]; readonly sources?: Sources }[],
  readsRows: boolean,
): void {
  const environments = intents.map(({ environment }) => environment);
  keep({
    names: [...environments, ...bootstraps.map(({ stack }) => stack)],
    stacks: Object.fromEntries(
      made.map(({ name, files, sources = new Map() }) => [name, { files, own: ownOf(sources) }]),
    ),
    expectedChanges: Object.fromEntries(
      intents.map(({ environment, expectedChanges }) => [environment, expectedChanges]),
    ),
    readsRows,
    lines: Object.fromEntries(environments.map((name) => [name, placesOf(CONFIG, name).all()])),
  });
}

function ownOf(sources: Sources): TreeStack["own"] {
  return Object.fromEntries([...sources].flatMap(([address, { own }]) => (own === undefined ? [] : [[address, own]])));
}
