/** Path of a key in an environment's config: `["services", "orders", "routes", "ANY /orders"]`. */
export type ConfigKey = readonly (string | number)[];

/** Where a resource comes from. */
export interface Source {
  /** The config key that declares it. Empty if no single key does. */
  readonly key: ConfigKey;
  /** Keys that set single attributes, by path without indices: `rotation_rules.automatically_after_days`. */
  readonly attributes: Readonly<Record<string, ConfigKey>>;
  /** For a resource of the project's own code, which no key declares: the call stack of its creation. */
  readonly created?: string;
  /** The place that a call stack names: `own.ts:5`. Without a line if it was read from a file. */
  readonly own?: string;
}

/** Sources by Terraform address. */
export type Sources = ReadonlyMap<string, Source>;

/** A step of an attribute's path: a name, or an item of a list or map in brackets. */
export interface PathStep {
  readonly text: string;
  readonly isItem: boolean;
}

/**
 * Steps of an attribute's path: `rule[rate].action`, `routes["GET /orders"]`. An item may have dots. A name may have any
 * character but dots and brackets.
 */
export function stepsOf(path: string): readonly PathStep[] {
  const steps: PathStep[] = [];
  for (let at = 0; at < path.length; ) {
    if (path[at] === "[") {
      const [close, skipped] = path[at + 1] === '"' ? ['"]', 2] : ["]", 1];
      const found = path.indexOf(close, at + skipped);
      const end = found < 0 ? path.length : found;
      steps.push({ text: path.slice(at + skipped, end), isItem: true });
      at = end + close.length;
    } else {
      const end = Math.min(
        ...[".", "["].map((each) => path.indexOf(each, at)).filter((each) => each >= 0),
        path.length,
      );
      if (end > at) steps.push({ text: path.slice(at, end), isItem: false });
      at = path[end] === "." ? end + 1 : end;
    }
  }
  return steps;
}

/** The same as text, with items without quotes, as `comesFrom` has them. */
function pathOf(steps: readonly PathStep[]): string {
  return steps.reduce((path, { text, isItem }) => {
    if (isItem) return `${path}[${text}]`;
    return path === "" ? text : `${path}.${text}`;
  }, "");
}

/**
 * The key that sets an attribute, or the closest one that is stated: of the list without its item, of the attribute around
 * it, of the resource.
 *
 * @param attribute its path: `rule[rate].action`, `throttling_rate_limit[GET /orders]`
 */
export function keyOf({ key, attributes }: Source, attribute: string): ConfigKey {
  const steps = stepsOf(attribute);
  const paths = steps.map((_, index) => pathOf(steps.slice(0, steps.length - index)));
  return [attribute, ...paths].map((path) => attributes[path]).find((each) => each !== undefined) ?? key;
}
