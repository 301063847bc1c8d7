/** Where a value was written. A map's entry has the place of its key, a list's item its own place. */
export interface Origin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A YAML value that remembers where it came from, through every merge. */
export type Located = LocatedMap | LocatedList | LocatedScalar;

export interface LocatedMap {
  readonly kind: "map";
  readonly origin: Origin;
  /** Place of the map in the base file, if an overlay added to it. */
  readonly inherited?: Origin;
  readonly entries: ReadonlyMap<string, Located>;
}

export interface LocatedList {
  readonly kind: "list";
  readonly origin: Origin;
  readonly items: readonly Located[];
}

export interface LocatedScalar {
  readonly kind: "scalar";
  readonly origin: Origin;
  readonly value: string | number | boolean | null;
}

/** Map keys and list indexes, from the root. */
export type Path = readonly (string | number)[];

/** The same value without its origins. */
export function plain(node: Located): unknown {
  switch (node.kind) {
    case "map":
      // `fromEntries` defines own properties, so that no key can reach a prototype.
      return Object.fromEntries([...node.entries].map(([key, value]) => [key, plain(value)]));
    case "list":
      return node.items.map(plain);
    case "scalar":
      return node.value;
  }
}

/** The node at a path, or undefined if nothing was written there. */
export function nodeAt(root: Located, path: Path): Located | undefined {
  let node: Located | undefined = root;
  for (const step of path) node = node && child(node, step);
  return node;
}

/** The deepest written node on a path. A fault of a missing or default value is reported there. */
export function nearestNode(root: Located, path: Path): Located {
  let node = root;
  for (const step of path) {
    const next = child(node, step);
    if (next === undefined) break;
    node = next;
  }
  return node;
}

function child(node: Located, step: string | number): Located | undefined {
  if (node.kind === "map") return node.entries.get(String(step));
  if (node.kind === "list") return node.items[Number(step)];
  return undefined;
}

export function isNull(node: Located): boolean {
  return node.kind === "scalar" && node.value === null;
}

/** Whether a path is equal to another one, or inside it. */
export function isWithin(path: Path, other: Path): boolean {
  return other.every((step, index) => path[index] === step);
}

/** `services.orders.routes["GET /orders"].scopes[0]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** Every value below a node and the node itself, in the order of the file. */
export function* walk(node: Located, path: Path = []): Generator<{ readonly node: Located; readonly path: Path }> {
  yield { node, path };
  const inner = node.kind === "map" ? node.entries : node.kind === "list" ? node.items.entries() : [];
  for (const [step, value] of inner) yield* walk(value, [...path, step]);
}
