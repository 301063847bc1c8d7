/** A JSON document that a gateway answers from a template. */
export type DocumentContent = Readonly<Record<string, string | readonly string[]>>;

/** A template of API Gateway that writes exactly this document. Two characters have a meaning in its language, Velocity. */
export function documentTemplate(content: DocumentContent): string {
  return JSON.stringify(content).replace(/[$#]/g, (each) => `\\u00${each.charCodeAt(0).toString(16)}`);
}

/** The document of such a template. Undefined for any other template, which may write anything. */
export function documentOf(template: unknown): DocumentContent | undefined {
  if (typeof template !== "string" || /[$#]/.test(template)) return undefined;
  try {
    const read: unknown = JSON.parse(template);
    const isDocument =
      typeof read === "object" && read !== null && Object.values(read).every((value) => [value].flat().every(isText));
    return isDocument && !Array.isArray(read) ? (read as DocumentContent) : undefined;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
