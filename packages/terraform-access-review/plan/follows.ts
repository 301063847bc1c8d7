import type { ResourceChange } from "../model/change";
import { referencesIn } from "../terraform-json/references";
import { type Attributes, texts } from "../terraform-json/stack-json";

/** Attributes in which providers repeat the tags of their own configuration. */
const OF_PROVIDER: Readonly<Record<string, string>> = {
  effective_labels: "labels",
  tags_all: "tags",
  terraform_labels: "labels",
};

/**
 * Marks changes that reviewers need not read one by one: attributes that change only with a resource that they refer to,
 * and the tags that a provider adds to every resource.
 */
export function withCauses(
  changes: readonly ResourceChange[],
  configured: (address: string) => Attributes | undefined,
): readonly ResourceChange[] {
  const byAddress = new Map(changes.map((change) => [change.address, change]));
  return changes.map((change) => {
    if (change.follows !== undefined || change.attributes.length === 0) return change;
    const follows = tagCause(change) ?? moveCause(change, configured(change.address) ?? {}, byAddress);
    return follows === undefined ? change : { ...change, follows };
  });
}

function tagCause({ action, attributes }: ResourceChange): string | undefined {
  const kinds = attributes.map(({ path }) => OF_PROVIDER[rootOf(path)]);
  if (action !== "changed" || kinds.some((kind) => kind === undefined)) return undefined;
  const words = attributes
    .filter(({ path }) => rootOf(path) !== "terraform_labels")
    .map(({ path, kind, before, after }) => {
      const name = path.slice(path.indexOf(".") + 1);
      return `${name} ${kind === "removed" ? "is gone" : `= ${String(after ?? before)}`}`;
    });
  return `${kinds[0]} that the provider puts on everything changed: ${[...new Set(words)].join(", ")}`;
}

function moveCause(
  { action, attributes, forcedBy }: ResourceChange,
  body: Attributes,
  changes: ReadonlyMap<string, ResourceChange>,
): string | undefined {
  const onlyMoves = attributes.every(({ kind, after }) => kind === "unknown" && after === undefined);
  if (!onlyMoves || (action !== "changed" && action !== "replaced")) return undefined;
  const roots = action === "replaced" ? forcedBy.map(rootOf) : attributes.map(({ path }) => rootOf(path));
  const causes = roots.flatMap((root) =>
    texts(body[root])
      .flatMap(referencesIn)
      .map(({ address }) => changes.get(address)),
  );
  const cause = causes.find((each) => each?.action === "replaced") ?? causes.find((each) => each !== undefined);
  if (cause === undefined) return undefined;
  return action === "replaced"
    ? `${cause.address} is replaced, and cannot change under it in place`
    : `${cause.address} is ${cause.action}: what refers to it is known after the apply`;
}

function rootOf(path: string): string {
  return path.split(/[.[]/, 1)[0] ?? path;
}
