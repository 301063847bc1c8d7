/** An attribute of a resource or a data source, as Terraform's JSON refers to it: `${aws_iam_role.orders.arn}`. */
export interface Reference {
  /** `aws_iam_role`, `data.google_project`. */
  readonly type: string;
  readonly name: string;
  /** `aws_iam_role.orders`. */
  readonly address: string;
  /** Its first attribute: `domain_validation_options` of `….domain_validation_options[0].name`. */
  readonly attribute: string;
}

const PARTS = String.raw`((?:data\.)?[a-z][a-z0-9_]*)\.([A-Za-z_][A-Za-z0-9_-]*)\.([a-z0-9_]+)`;
const SOLE = new RegExp(String.raw`^\$\{${PARTS}((\.[a-z0-9_]+|\[\d+\])*)\}$`);
const ANY = new RegExp(String.raw`(?<![\w.-])${PARTS}`, "g");

/** The reference that is the whole text, because text before or after it could form another object's name. */
export function soleReference(text: unknown): Reference | undefined {
  return typeof text === "string" ? found(SOLE.exec(text)) : undefined;
}

/** @param target type and attribute: `aws_iam_role.arn` */
export function isReferenceTo(text: unknown, target: string): boolean {
  const reference = soleReference(text);
  return (
    reference !== undefined &&
    `${reference.type}.${reference.attribute}` === target &&
    text === `\${${reference.address}.${reference.attribute}}`
  );
}

const VALIDATION =
  /^\$\{tolist\(aws_acm_certificate\.[\w-]+\.domain_validation_options\)\.0\.resource_record_(name|type|value)\}$/;

/** Whether a text is a part of the record by which AWS validates a certificate of the stack. Anyone can look it up. */
export function isValidationRecord(text: unknown): boolean {
  return typeof text === "string" && VALIDATION.test(text);
}

/** The text with each plain reference in it replaced; other templates stay unchanged. */
export function replaceReferences(text: string, replace: (reference: Reference, written: string) => string): string {
  return text.replace(/\$\{[^}]*\}/g, (written, at: number) => {
    const reference = text[at - 1] === "$" ? undefined : soleReference(written);
    return reference === undefined ? written : replace(reference, written);
  });
}

/** Every reference in the templates of a text, including within functions, but not in quoted texts or after `$${`. */
export function referencesIn(text: string): readonly Reference[] {
  if (!text.includes("${")) return [];
  return templatesIn(text).flatMap((body) => [...body.matchAll(ANY)].flatMap((match) => found(match) ?? []));
}

function found(match: RegExpMatchArray | null): Reference | undefined {
  if (match === null) return undefined;
  const [, type = "", name = "", attribute = ""] = match;
  return { type, name, address: `${type}.${name}`, attribute };
}

/**
 * The contents between `${` and its matching `}`, without quoted texts. Without a matching `}`, up to the end of the
 * text.
 */
function templatesIn(text: string): readonly string[] {
  const bodies: string[] = [];
  for (let at = text.indexOf("${"); at >= 0; at = text.indexOf("${", at)) {
    const isEscaped = text[at - 1] === "$";
    at += 2;
    if (isEscaped) continue;
    const end = endOf(text, at);
    bodies.push(text.slice(at, end).replace(/"(?:[^"\\]|\\.)*"/g, '""'));
    at = end;
  }
  return bodies;
}

function endOf(text: string, from: number): number {
  let depth = 0;
  let isQuoted = false;
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (isQuoted) {
      if (sign === "\\") at += 1;
      else if (sign === '"') isQuoted = false;
    } else if (sign === '"') isQuoted = true;
    else if (sign === "{") depth += 1;
    else if (sign === "}") {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return text.length;
}
