import type { Attributes } from "../../terraform-json/stack-json";

/** Whether a text is JSON with fields, so that its statements can be read. */
export function isDocument(text: unknown): text is string {
  try {
    const parsed: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

/** Policies that stand in the role itself; as one block, or as many. */
export function inlinePoliciesOf({ inline_policy }: Attributes): readonly Attributes[] {
  return [inline_policy ?? []].flat().filter((block) => block?.policy !== undefined && block.policy !== null);
}
