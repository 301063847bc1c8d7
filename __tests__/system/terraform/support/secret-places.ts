// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON of any kind
type Json = any;

/** Names of a resource's attributes in Terraform's JSON: in a state file, and in `show -json` of a state and a plan. */
const HOLDERS = ["instances", "values", "change", "expressions"];

/** Places of the attributes: of one instance in a state file, and of one side of a change. */
const SHELLS = /^(instances|values|change|expressions)(\.\d+)?(\.(attributes|before|after))?\./;

/**
 * Every place of a text in a plan or a state: `type.attribute` in a resource, without indices, otherwise the path in the
 * document. A longer text that contains it counts too.
 */
export function placesOf(document: Json, secret: string): readonly string[] {
  const found = new Set<string>();
  visit(document, []);
  return [...found].sort();

  function visit(value: Json, path: readonly string[], type?: string): void {
    if (typeof value === "string") {
      if (value.includes(secret)) found.add(placeOf(path, type));
      return;
    }
    if (typeof value !== "object" || value === null) return;
    const own =
      typeof value.type === "string" && HOLDERS.some((key) => key in value) ? (value.type as string) : undefined;
    for (const [key, inner] of Object.entries(value)) {
      if (key.includes(secret)) found.add(`${placeOf(path, type)}, a key`);
      visit(inner, own === undefined ? [...path, key] : [key], own ?? type);
    }
  }
}

function placeOf(path: readonly string[], type?: string): string {
  const joined = path.join(".");
  const within = type === undefined ? joined : `${type}.${joined.replace(SHELLS, "")}`;
  return within.replaceAll(/\.\d+(?=\.|$)/g, "").replace(/\.constant_value$/, "");
}

/** The attributes of the resources in a state for which a predicate is true, as `type.attribute`, with their texts. */
export function attributesIn(
  state: Json,
  holds: (type: string, attribute: string, text: string) => boolean,
): readonly { readonly place: string; readonly text: string }[] {
  return state.resources.flatMap(({ type, instances }: Json) =>
    instances
      .flatMap(({ attributes }: Json) => texts(attributes, []))
      .flatMap(([path, text]: [string, string]) =>
        holds(type, path, text) ? [{ place: `${type}.${path}`, text }] : [],
      ),
  );
}

function texts(value: Json, path: readonly string[]): readonly [string, string][] {
  if (typeof value === "string") return value === "" ? [] : [[path.join("."), value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => texts(inner, /^\d+$/.test(key) ? path : [...path, key]));
}
