import { REFERENCE_MARK } from "../intent/model/names";

/**
 * A deep copy of config's values in which Terraform reads every text as it was written: `${` and `%{` would otherwise
 * open a template. Applied once, to the whole intent, at the root of the stack.
 */
export function literal<T>(value: T): T {
  if (typeof value === "string" && value.includes(REFERENCE_MARK)) {
    // Refused at its line already: here it is a fault of the program.
    throw new Error(`the config holds "${value}", and cdktf would take ${REFERENCE_MARK}…] for a reference of its own`);
  }
  if (typeof value === "string") return value.replaceAll(/[$%](?=\{)/g, "$&$&") as T;
  if (Array.isArray(value)) return value.map(literal) as T;
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, literal(inner)])) as T;
  }
  return value;
}
