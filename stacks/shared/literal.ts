import { REFERENCE_MARK } from "../../intent/model/names";

/**
 * A deep copy of config's values in which Terraform reads every text as written. Without it, `${` and `%{` would start
 * a template. Applied once, to the whole intent, at the root of the stack.
 */
export function literal<T>(value: T): T {
  if (typeof value === "string" && value.includes(REFERENCE_MARK)) {
    // The config check already refuses this text at its line, so reaching this is a bug in the program.
    throw new Error(
      `the config holds "${value}", and cdktf would read ${REFERENCE_MARK}…] as one of its own references`,
    );
  }
  if (typeof value === "string") return value.replaceAll(/[$%](?=\{)/g, "$&$&") as T;
  if (Array.isArray(value)) return value.map(literal) as T;
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, literal(inner)])) as T;
  }
  return value;
}
