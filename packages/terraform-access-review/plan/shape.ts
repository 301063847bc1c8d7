import type { Attributes } from "../terraform-json/stack-json";

/** Blocks that a configuration declares once, and that a state has as a list of one; where no configuration tells. */
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
 * A value of a state in the form in which a configuration writes it: one block is no list, and what is not set is not
 * there. `like` is how the configuration has it, if it does.
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

/** What providers write where nothing is set. */
export function isUnset(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

export function isFields(value: unknown): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What an object has itself: `constructor` may be the name of a resource. */
export function own<T>(object: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
}
