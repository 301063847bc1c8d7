import { canonical } from "../terraform-json/order";
import { replaceReferences } from "../terraform-json/references";
import { isSecret } from "../terraform-json/secrets";

/** Whether an entry of an audit configuration omits the reads of some members from the log. */
export function exempts(entry: unknown): boolean {
  return /"exempted_members":\[[^\]]/.test(canonical(entry ?? null));
}

/** Velocity's variables that only identify the request. */
const ITS_NUMBER = /\$context\.(requestId|extendedRequestId|error\.(message|messageString|responseType))\b/g;

/** Whether a template of API Gateway's responses reveals nothing that only the gateway knows. */
export function isPlainTemplate(value: unknown): boolean {
  return !/[$#]/.test(canonical(value ?? null).replace(ITS_NUMBER, ""));
}

/**
 * Whether an output shows only names, addresses and ids: texts, and plain references to attributes without secrets. A
 * function, such as `nonsensitive`, can show anything. Terraform's own marks mask values that a plan already knows.
 */
export function isPlainOutput(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlainOutput);
  if (typeof value === "object" && value !== null) return Object.entries(value).flat().every(isPlainOutput);
  if (typeof value !== "string") return true;
  const rest = replaceReferences(value, (_, written) => {
    const path = written.slice(2, -1).split(".");
    return isSecret(path.at(-1) ?? "", "value", { within: "" }) ? written : "";
  });
  return !/[$%]\{/.test(rest);
}
