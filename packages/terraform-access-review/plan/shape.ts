import { documentOf } from "../terraform-json/iam-statements";
import { type Attributes, isFields, isUnset, withTexts } from "../terraform-json/stack-json";

/**
 * Blocks that a configuration declares once and a state contains as a list of one. Used if no configuration shows it.
 */
const SINGLE: readonly string[] = [
  "access_log_settings",
  "admin_create_user_config",
  "aws",
  "condition",
  "cors_configuration",
  "default_route_settings",
  "environment",
  "jwt_configuration",
  "logging_config",
  "password_policy",
  "replication",
  "rotation",
  "scaling",
  "template",
];

/**
 * A value of a state in the form of a configuration: a single block is not a list, and unset arguments are absent. In a
 * block, which a state always puts into a list, providers also read an unset text or map back as empty.
 * `like` is the configuration's own value, if there is one.
 */
export function shaped(value: unknown, like: unknown, name: string, inList = false): unknown {
  if (Array.isArray(value)) {
    const [only] = value;
    const once = isFields(like) || (like === undefined && SINGLE.includes(name));
    if (once && value.length === 1 && isFields(only)) return shaped(only, like, name, true);
    const items: unknown = Array.isArray(like) ? like[0] : like;
    return value.map((item, index) => shaped(item, Array.isArray(like) ? (like[index] ?? items) : items, "", true));
  }
  if (!isFields(value)) return value;
  const known = isFields(like) ? like : isFields([like].flat()[0]) ? ([like].flat()[0] as Attributes) : undefined;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => !isUnset(item) && !(inList && isEmpty(item)))
      .map(([key, item]) => [key, shaped(item, known?.[key], key)]),
  );
}

/** An empty text or map. */
export function isEmpty(value: unknown): boolean {
  return value === "" || (isFields(value) && Object.keys(value).length === 0);
}

/**
 * A value in which each part that Terraform marks as sensitive is replaced.
 *
 * @param marks `before_sensitive` or `after_sensitive`: `true` at any depth marks the value there
 */
export function withoutSensitive(value: unknown, marks: unknown, replace: (part: unknown) => unknown): unknown {
  if (marks === true) return value === undefined || value === null ? value : replace(value);
  if (Array.isArray(value)) {
    return Array.isArray(marks) ? value.map((item, index) => withoutSensitive(item, marks[index], replace)) : value;
  }
  if (!isFields(value) || !isFields(marks)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutSensitive(item, own(marks, key), replace)]),
  );
}

/** The fields of a value; none of anything else. */
export function fieldsOf(value: unknown): Attributes {
  return isFields(value) ? value : {};
}

/** Resources by type and name. Without a prototype: Terraform allows a resource called `__proto__`. */
export type Resources = Record<string, Record<string, Attributes>>;

export function collected(bodies: readonly (readonly [type: string, name: string, body: Attributes])[]): Resources {
  const resources: Resources = Object.create(null);
  for (const [type, name, body] of bodies) {
    const named = resources[type] ?? Object.create(null);
    named[name] = body;
    resources[type] = named;
  }
  return resources;
}

/** An object's own property: `constructor` may be the name of a resource. */
export function own<T>(object: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Like `withTexts`, but also within JSON in a string: a policy, or the configuration of a program. */
export function withinJson(value: unknown, replace: (text: string) => string): unknown {
  return withTexts(value, (text) => {
    const inner = documentOf(text);
    return inner === undefined ? replace(text) : JSON.stringify(withTexts(inner, replace, replace));
  });
}

/** Stands for a value that only the apply knows. */
export const AFTER_APPLY = "(known after apply)";

/** A body of expressions as values and texts. */
export function bodyOf(expressions: Attributes): Attributes {
  return Object.fromEntries(Object.entries(expressions).map(([name, each]) => [name, written(each)]));
}

/** The value or text of an expression, of a block of expressions, or of a list of blocks. */
export function written(expression: unknown): unknown {
  if (Array.isArray(expression)) return expression.map(written);
  if (!isFields(expression)) return expression;
  if (Object.hasOwn(expression, "constant_value")) return expression.constant_value;
  if (Array.isArray(expression.references)) return referencesText(expression.references.map(String));
  return Object.keys(expression).length === 0 ? AFTER_APPLY : bodyOf(expression);
}

/** Terraform lists `aws_iam_role.a.arn`, and then its parents. It does not list the rest of the text. */
function referencesText(references: readonly string[]): string {
  const whole = references.filter((each) => !references.some((other) => other !== each && other.startsWith(each)));
  return whole.map((each) => `\${${each}}`).join("");
}
