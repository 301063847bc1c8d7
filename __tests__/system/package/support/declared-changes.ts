import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

type Json = Readonly<Record<string, unknown>>;
/** Synthesized stacks, by environment. */
export type Stacks = Readonly<Record<string, Json>>;

/** The stacks that a project has synthesized. */
export function stacksOf(project: string): Stacks {
  const folder = join(project, "synthesized");
  const files = readdirSync(folder).map((name) => [name, join(folder, name, "main.tf.json")] as const);
  return Object.fromEntries(
    files.filter(([, file]) => existsSync(file)).map(([name, file]) => [name, JSON.parse(readFileSync(file, "utf8"))]),
  );
}

/**
 * Where two syntheses differ, as `resource aws_lambda_function source_code_hash`: kind of block, type, argument. A resource
 * or an output that only one of them has is `added` or `removed`, in place of an argument.
 */
export function differences(before: Stacks, after: Stacks): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const found = names.flatMap((name) => ofStack(blocksOf(before[name] ?? {}), blocksOf(after[name] ?? {})));
  return [...new Set(found)].sort();
}

interface Block {
  /** `resource aws_lambda_function`, or `output`. */
  readonly kind: string;
  readonly body: Json;
}

/** Every block by its address. */
function blocksOf({ resource = {}, ...others }: Json): ReadonlyMap<string, Block> {
  const resources = Object.entries(resource as Readonly<Record<string, Readonly<Record<string, Json>>>>).flatMap(
    ([type, named]) =>
      Object.entries(named).map(([name, body]) => [`${type}.${name}`, { kind: `resource ${type}`, body }] as const),
  );
  const rest = Object.entries(others).flatMap(([kind, named]) =>
    Object.entries(named as Json).map(
      ([name, body]) =>
        [`${kind}.${name}`, { kind, body: typeof body === "object" ? (body as Json) : { body } }] as const,
    ),
  );
  return new Map([...resources, ...rest]);
}

function ofStack(before: ReadonlyMap<string, Block>, after: ReadonlyMap<string, Block>): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((address) => {
    const [was, is] = [before.get(address), after.get(address)];
    if (was === undefined || is === undefined)
      return [`${(was ?? is)?.kind} ${was === undefined ? "added" : "removed"}`];
    const names = [...new Set([...Object.keys(was.body), ...Object.keys(is.body)])];
    const differing = names.filter((name) => JSON.stringify(was.body[name]) !== JSON.stringify(is.body[name]));
    return differing.map((name) => `${was.kind} ${name}`);
  });
}
