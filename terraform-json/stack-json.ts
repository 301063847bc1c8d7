/** A synthesized stack, `main.tf.json`, as a reviewer reads it. Nothing here knows how it was made. */
export interface StackJson {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  readonly provider: Readonly<Record<string, readonly Attributes[]>>;
}

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON, read attribute by attribute
export type Attributes = Readonly<Record<string, any>>;

export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly address: string;
  readonly attributes: Attributes;
}

/** The resources of one type, in the order of their names; of all types that a pattern matches. */
export function resourcesOf(stack: StackJson, type: string | RegExp): readonly Resource[] {
  return Object.keys(stack.resource)
    .filter((candidate) => (typeof type === "string" ? candidate === type : type.test(candidate)))
    .flatMap((found) =>
      Object.entries(stack.resource[found] ?? {}).map(([name, attributes]) => ({
        type: found,
        name,
        address: `${found}.${name}`,
        attributes,
      })),
    )
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** The resource that the first reference in a text names, if it names one: `${aws_iam_role.orders.arn}`. */
export function referred(stack: StackJson, text: unknown): Resource | undefined {
  const [, type = "", name = ""] = /\$\{(?:jsonencode\()?([a-z0-9_]+)\.([A-Za-z0-9_-]+)\./.exec(String(text)) ?? [];
  const attributes = stack.resource[type]?.[name];
  return attributes && { type, name, address: `${type}.${name}`, attributes };
}

/** The resource that a text refers to and says nothing else: what comes before or after can make it another object's name. */
export function soleReferred(stack: StackJson, text: unknown): Resource | undefined {
  return /^\$\{[\w.-]+\}$/.test(String(text)) ? referred(stack, text) : undefined;
}

/** A value that is one text or a list of them. */
export function listOf(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** Blocks that a synthesized stack writes as one or as many, and a plan as a list. */
export function blocksOf(value: unknown): readonly Attributes[] {
  return value === undefined || value === null ? [] : ([value].flat() as readonly Attributes[]);
}
