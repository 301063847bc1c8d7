/**
 * What stands inside `${…}` of a stack. Terraform evaluates it where the plan runs, with functions that read
 * files and the environment's secrets with them, so only what this program writes may stand there: a reference to a
 * declared resource, `jsonencode` of such, the digest of that, an attribute of one in a set, which `tolist` makes a
 * list of, and a time after that of the apply. These functions read nothing but what they are given, and the clock.
 */

/** Texts without templates of their own, the words of a reference, what is taken of an answer, the punctuation of an object. */
const TOKEN =
  /\s+|"(?:[^"\\$%]|\\["\\nrt]|[$%](?!\{))*"|[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+|\[\d+\])*|\)(?:\.[A-Za-z0-9_-]+|\[\d+\])*|[({}[\],=:]/y;

const FUNCTIONS: readonly string[] = ["jsonencode", "sha256", "timeadd", "timestamp", "tolist"];
/** Keys of an object, written without quotes: nothing that is compared, nor the namespace of a provider's function. */
const KEY_BEFORE = /^\s*(?:=(?!=)|:(?!:))/;

/** What is wrong with the templates of a value, by their paths. In keys as well: Terraform evaluates those of an object. */
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

/** What is wrong with the templates of a text; nothing where they only name what is declared. */
export function expressionFaults(text: string, isDeclared: (address: string) => boolean): readonly string[] {
  const faults: string[] = [];
  for (const { 0: mark, index } of text.matchAll(/([$%])\1*\{/g)) {
    // Doubled, it is no template but these very characters.
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
    // An answer's attribute is no function.
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
