import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ENVOY_POLICY_FILE } from "../../contract/envoy/policy";
import { POLICY_FILE } from "../../contract/policy-file";
import type { ExpectedChange } from "../../intent/model/intent";
import type { PlacedNode } from "../../intent/schema/places";
import { isWithin } from "../../intent/source/located";
import {
  isDecidedByFunctions,
  NOTHING,
  type SynthesizedState,
} from "../../packages/terraform-access-review/model/state";
import type { Sources } from "../../stacks/shared/sources";
import { projectError } from "../process/command-error";
import { filesBelow } from "../process/git";
import { SYNTHESIZED } from "../process/project";
import type { Lines } from "../synthesis/sources";
import { SOURCES_FILE, sourcesInText } from "../synthesis/sources-file";
import type { FreshTree } from "../synthesis/tree";

/** The contents of `synthesized/` in one commit or in the working tree. */
export interface StateSource {
  readonly environments: readonly string[];
  /** Returns nothing if the environment does not exist. */
  read(environment: string): SynthesizedState;
  /** Where its resources come from. Empty for a bootstrap, and if it is unknown. */
  sources(environment: string): Sources;
}

/** What config/ produces now. */
export interface HeadSource extends StateSource {
  /** Lines of the environment's config. */
  lines(environment: string): Lines;
  /** Changes that `config/allowances.yaml` accepts. */
  expectedChanges(environment: string): readonly ExpectedChange[];
}

export function workingTree(): StateSource {
  const environments = existsSync(SYNTHESIZED) ? readdirSync(SYNTHESIZED) : [];
  const file = (environment: string, name: string) => {
    const path = join(SYNTHESIZED, environment, name);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  };
  return {
    environments,
    read: (environment) => stateOf(environment, "the working tree", (name) => file(environment, name)),
    sources: (environment) => sourcesInText(file(environment, SOURCES_FILE)),
  };
}

/** A tree that is known to be what config/ gives, so nothing is synthesized. */
export function freshHead(tree: FreshTree): HeadSource {
  const stacks = new Map(Object.entries(tree.stacks));
  const expected = new Map(Object.entries(tree.expectedChanges));
  let nodes: ReadonlyMap<string, readonly PlacedNode[]> | undefined;
  return {
    environments: tree.names,
    read: (name) => stateOf(name, "synthesized/", (file) => stacks.get(name)?.files[file]),
    sources: (name) => {
      const { files = {}, own = {} } = stacks.get(name) ?? {};
      const found = [...sourcesInText(files[SOURCES_FILE])];
      // The committed file has no lines of the project's own code.
      return new Map(
        found.map(([address, source]) => [
          address,
          Object.hasOwn(own, address) ? { ...source, own: own[address] } : source,
        ]),
      );
    },
    lines: (name) => {
      nodes ??= new Map(Object.entries(tree.lines()));
      return linesIn(nodes.get(name) ?? []);
    },
    expectedChanges: (name) => expected.get(name) ?? [],
  };
}

export function stateAt(commit: string): StateSource {
  const files = filesBelow(commit, "synthesized");
  return {
    environments: [...new Set([...files.keys()].flatMap((path) => path.split("/")[1] ?? []))],
    read: (environment) =>
      stateOf(environment, commit.slice(0, 12), (name) => files.get(`synthesized/${environment}/${name}`)),
    sources: (environment) => sourcesInText(files.get(`synthesized/${environment}/${SOURCES_FILE}`)),
  };
}

/** @param where the files are, in words */
export function stateOf(
  environment: string,
  where: string,
  file: (name: string) => string | undefined,
): SynthesizedState {
  const stack = file("main.tf.json");
  const policy = file(POLICY_FILE);
  if (stack === undefined && policy === undefined) return NOTHING;
  const parse = (name: string, text: string | undefined) => {
    try {
      return parsed(text ?? "");
    } catch (error) {
      const fault = text === undefined ? "it is not there" : (error as Error).message;
      throw projectError(
        `synthesized/${environment}/${name} of ${where} cannot be read: ${fault}`,
        "renew it with: npm run synth",
      );
    }
  };
  const read = parse("main.tf.json", stack);
  const envoy = file(ENVOY_POLICY_FILE);
  return {
    stack: read,
    // A bootstrap has no functions, nor does an environment in which Envoy alone decides.
    ...(isDecidedByFunctions(read) && { policy: parse(POLICY_FILE, policy) }),
    ...(envoy !== undefined && { envoy: parse(ENVOY_POLICY_FILE, envoy) }),
  };
}

const known = new Map<string, unknown>();

/** Equal texts share one object. Most environments of a review are equal on both sides and need no comparison. */
function parsed(text: string) {
  if (!known.has(text)) known.set(text, JSON.parse(text));
  return known.get(text) as ReturnType<typeof JSON.parse>;
}

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
