import { type Attributes, blocksOf, isFields, resourcesOf, type StackJson } from "./stack-json";

/** Terraform's list of attributes that a plan leaves to others, or `all`. */
export type IgnoredChanges = Readonly<Record<string, unknown>>;

/**
 * The output in which a stack records them by address. No state contains `lifecycle`, so it would otherwise be unknown what
 * the last apply left to others.
 */
export const IGNORED_CHANGES = "ignored_changes";

/** Undefined if a plan leaves nothing to others. */
export function ignoredChangesIn(stack: StackJson): IgnoredChanges | undefined {
  const found = resourcesOf(stack, /./).flatMap(({ address, attributes }) => {
    const ignored = blocksOf(attributes.lifecycle)[0]?.ignore_changes;
    return ignored === undefined ? [] : [[address, ignored] as const];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/**
 * What the last apply left to others, by the outputs of its state. Undefined if this is unknown: without any output, or if
 * the program that wrote the deployed stack did not record it.
 *
 * @param outputs `prior_state.values.outputs`
 * @param deployed the synthesis that was deployed, if it is known
 */
export function recordedChanges(outputs: unknown, deployed: StackJson): IgnoredChanges | undefined {
  if (!isFields(outputs) || Object.keys(outputs).length === 0) return undefined;
  const recorded = outputs[IGNORED_CHANGES];
  if (isFields(recorded) && isFields(recorded.value)) return recorded.value;
  const { output = {} } = deployed as { readonly output?: object };
  return IGNORED_CHANGES in output || ignoredChangesIn(deployed) === undefined ? {} : undefined;
}

/** Terraform's own arguments, with the recorded attributes in place of the written ones. */
export function withRecorded(lifecycle: unknown, ignored: unknown): Attributes | undefined {
  const { ignore_changes: _, ...others } = blocksOf(lifecycle)[0] ?? {};
  const made = { ...others, ...(ignored !== undefined && { ignore_changes: ignored }) };
  return Object.keys(made).length === 0 ? undefined : made;
}
