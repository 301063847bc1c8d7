/**
 * Checks the contents of `${…}` in a stack. Terraform evaluates them on the machine that plans, and its functions can
 * read files, including the environment's secrets. So only the forms that this program writes are allowed: a reference to
 * a declared resource, `jsonencode` of references, a digest of that, an attribute of an item of a set, which `tolist`
 * makes a list, the host in a URL, and a time after the apply. These functions read only their arguments and the clock.
 */

/** Texts without nested templates, the parts of a reference, indices and attributes, the punctuation of an object. */
const TOKEN =
  /\s+|"(?:[^"\\$%]|\\["\\nrt]|[$%](?!\{))*"|[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+|\[\d+\])*|\)(?:\.[A-Za-z0-9_-]+|\[\d+\])*|[({}[\],=:]/y;

const FUNCTIONS: readonly string[] = ["jsonencode", "sha256", "timeadd", "timestamp", "tolist", "trimprefix"];
/** Keys of an object, without quotes: not a comparison, and not the namespace of a provider's function. */
const KEY_BEFORE = /^\s*(?:=(?!=)|:(?!:))/;

/** The faults of the templates in a value, by path. Keys count too, because Terraform evaluates the keys of an object. */
export function templateFaults(value: unknown, path: string, isDeclared: (address: string) => boolean): string[] {
  if (typeof value === "string") return expressionFaults(value, isDeclared).map((fault) => `${path}: ${fault}`);
  if (Array.isArray(value))
    return value.flatMap((item, index) => templateFaults(item, `${path}[${index}]`, isDeclared));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...templateFaults(key, `${path || "stack"}, a key`, isDeclared),
    ...templateFaults(inner, path === "" ? key : `${path}.${key}`, isDeclared),
  ]);
}

/** The faults of the templates of a text; none if they only name declared resources. */
export function expressionFaults(text: string, isDeclared: (address: string) => boolean): readonly string[] {
  const faults: string[] = [];
  for (const { 0: mark, index } of text.matchAll(/([$%])\1*\{/g)) {
    // A doubled `$${` is not a template, but literal text.
    if (mark.length === 3) continue;
    if (mark.length !== 2 || mark.startsWith("%")) {
      faults.push(`${shown(text.slice(index))} is no plain reference`);
      continue;
    }
    const fault = interpolationFault(text.slice(index + mark.length), isDeclared);
    if (fault !== undefined) faults.push(fault);
  }
  return faults;
}

function interpolationFault(rest: string, isDeclared: (address: string) => boolean): string | undefined {
  let position = 0;
  let depth = 0;
  while (position < rest.length) {
    if (rest[position] === "}" && depth === 0) return undefined;
    TOKEN.lastIndex = position;
    const token = TOKEN.exec(rest)?.[0];
    if (token === undefined) return `\${${shown(rest)} is no plain reference`;
    position += token.length;
    if (token === "{") depth += 1;
    if (token === "}") depth -= 1;
    // The attribute of a function's result cannot be called.
    if (token.startsWith(")") && /^\s*\(/.test(rest.slice(position))) return `\${${shown(rest)} calls an answer`;
    const isWord = /^[A-Za-z_]/.test(token);
    if (!isWord || KEY_BEFORE.test(rest.slice(position))) continue;
    if (rest[position] === "(") {
      if (FUNCTIONS.includes(token)) continue;
      return `\${${shown(rest)} calls ${token}: of all functions only ${FUNCTIONS.join(", ")} may stand here`;
    }
    const [type, name] = token.split(/[.[]/);
    if (!isDeclared(`${type}.${name}`)) return `\${${shown(rest)} names ${token}, which is no resource of this stack`;
  }
  return `\${${shown(rest)} does not end`;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text).slice(1, -1);
}
