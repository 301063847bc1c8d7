import type { AccessRow } from "../model/row";
import { resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { EVERY_SCOPED_ROUTE } from "./agent-rows";

/** Whom a function refuses whatever its policy says: in an emergency, or because config disables them. */
export function revokedRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "aws_lambda_function").flatMap(({ name, attributes }) => {
    const [environment = {}] = [attributes.environment].flat();
    return namesIn(environment?.variables?.REVOKED_CALLERS).map((principal) => ({
      principal,
      permission: "DENY any call",
      resource: EVERY_SCOPED_ROUTE,
      condition: `disabled or revoked (REVOKED_CALLERS of function ${name})`,
    }));
  });
}

/** An unreadable list stops the function, so it lets no caller in. */
function namesIn(text: unknown): readonly string[] {
  if (typeof text !== "string") return [];
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) ? names.map(String) : [];
  } catch {
    return ["every caller"];
  }
}
