import type { Attributes } from "../terraform-json/stack-json";

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
 * A value of a state in the form of a configuration: a single block is not a list, and unset arguments are absent.
 * `like` is the configuration's own value, if there is one.
 */
export function shaped(value: unknown, like: unknown, name: string): unknown {
  if (Array.isArray(value)) {
    const [only] = value;
    const once = isFields(like) || (like === undefined && SINGLE.includes(name));
    if (once && value.length === 1 && isFields(only)) return shaped(only, like, name);
    const items: unknown = Array.isArray(like) ? like[0] : like;
    return value.map((item, index) => shaped(item, Array.isArray(like) ? (like[index] ?? items) : items, ""));
  }
  if (!isFields(value)) return value;
  const known = isFields(like) ? like : isFields([like].flat()[0]) ? ([like].flat()[0] as Attributes) : undefined;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => !isUnset(item))
      .map(([key, item]) => [key, shaped(item, known?.[key], key)]),
  );
}

/** Values that providers write for an unset argument. */
export function isUnset(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

export function isFields(value: unknown): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object's own property: `constructor` may be the name of a resource. */
export function own<T>(object: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Like `texts`, but also within JSON in a string: a policy, or the configuration of a program. */
export function withinJson(value: unknown, replace: (text: string) => string): unknown {
  return texts(value, (text) => {
    const inner = /^\s*\{/.test(text) ? parsed(text) : undefined;
    return isFields(inner) ? JSON.stringify(keysAndTexts(inner, replace)) : replace(text);
  });
}

function keysAndTexts(value: unknown, replace: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => keysAndTexts(item, replace));
  if (!isFields(value)) return typeof value === "string" ? replace(value) : value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [replace(key), keysAndTexts(item, replace)] as const),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The same value with each text in it replaced. */
function texts(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === "string") return replace(value);
  if (Array.isArray(value)) return value.map((item) => texts(item, replace));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, texts(item, replace)]));
}
