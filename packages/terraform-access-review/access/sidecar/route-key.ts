/** A route key in parts. */
export interface RouteKey {
  /** `GET /orders/{id}`. */
  readonly key: string;
  readonly method: string;
  /** `/orders/{id}`. */
  readonly template: string;
}

export function routeKey(key: string): RouteKey | undefined {
  const [, method, template] = /^([A-Z]+) (\/.*)$/.exec(key) ?? [];
  return method === undefined || template === undefined ? undefined : { key, method, template };
}

/** How Envoy must match a template's paths: whole paths, by text or by expression (RE2). */
export function pathRegex({ template }: Pick<RouteKey, "template">) {
  if (!template.includes("{")) return { path: template };
  return { safe_regex: { regex: expression(template) } };
}

function expression(template: string): string {
  const segments = template.slice(1).split("/");
  return segments.map((segment) => `/${segmentExpression(segment)}`).join("");
}

function segmentExpression(segment: string): string {
  if (segment.endsWith("+}")) return ".+";
  return segment.startsWith("{") ? "[^/]+" : segment.replace(/[^\w/-]/g, "\\$&");
}

/** A path that matches the template and no route's literal path. */
export function samplePath({ template }: Pick<RouteKey, "template">): string {
  return template.replaceAll(/\{[^}]*\+\}/g, "x1x/x2x").replaceAll(/\{[^}]*\}/g, "x0x");
}

/** Whether a route that is matched first covers all paths of another one. */
export function takes(first: RouteKey, other: RouteKey): boolean {
  if (first.method !== other.method) return false;
  return new RegExp(`^${expression(first.template)}$`).test(samplePath(other));
}
