import { API_GATEWAY_RESERVED_PATHS, CLOUD_RUN_RESERVED_PATHS } from "../model/limits";
import { METHODS } from "../model/methods";
import { nearest } from "../model/nearest";
import type { Verdict } from "../source/finding";
import type { Draft } from "./draft";
import { type ExpandedRoute, expandRoutes, splitRouteKey } from "./routes";

/** What is wrong with a route key, such as `GET /orders/{id}`, regardless of other routes. */
export function routeKeyFault(key: string): Verdict | undefined {
  const parts = splitRouteKey(key);
  if (parts !== undefined) return methodFault(parts.method) ?? pathFault(parts.path) ?? reservedFault(parts.path);
  return {
    got: JSON.stringify(key),
    expected: "a method, one space and a path, as in GET /orders/{id}",
    remedy: "list each route; a catch-all such as $default is not supported",
  };
}

function methodFault(method: string): Verdict | undefined {
  const methods = [...METHODS, "ANY"];
  if (methods.includes(method)) return undefined;
  const got = `the method ${method}`;
  if (method.toUpperCase() === "OPTIONS") {
    const remedy = "remove the route and set gateway.cors: API Gateway answers preflights itself";
    return { got, expected: "no route for preflights", remedy };
  }
  const meant = nearest(method, methods);
  return { got, expected: methods.join(", "), remedy: meant ? `did you mean ${meant}?` : "write one of these" };
}

function pathFault(path: string): Verdict | undefined {
  if (path === "/") return undefined;
  const got = `the path ${path}`;
  if (!path.startsWith("/")) return { got, expected: "a path that starts with /", remedy: "add the slash" };
  const segments = path.slice(1).split("/");
  if (segments.includes("")) {
    const expected = "a path without // and without a slash at its end";
    return { got, expected, remedy: "remove the empty segment: services read such paths in different ways" };
  }
  for (const [index, segment] of segments.entries()) {
    const fault = segmentFault(segment, index === segments.length - 1);
    if (fault) return { got: `${JSON.stringify(segment)} in ${got}`, ...fault };
  }
  return repeatedVariable(segments, got);
}

function segmentFault(segment: string, isLast: boolean): Pick<Verdict, "expected" | "remedy"> | undefined {
  if (segment === "." || segment === "..") {
    return { expected: "a path without dot segments", remedy: "write the path without dot segments" };
  }
  const meant = variableMeant(segment, isLast);
  if (meant !== undefined) {
    const expected = "a variable in braces (API Gateway's form)";
    return { expected, remedy: `did you mean ${meant}? Otherwise rename the segment` };
  }
  if (/^[A-Za-z0-9._:-]+$/.test(segment)) return undefined;
  if (!/[{}]/.test(segment)) {
    const expected = "a segment of ASCII letters, digits and . _ : -";
    return { expected, remedy: "rename the segment: other characters are encoded or decoded on the way" };
  }
  if (!/^\{[A-Za-z][A-Za-z0-9_]*\+?\}$/.test(segment)) {
    const expected = "either text, or one variable such as {id} or {path+} (API Gateway does not allow a mixture)";
    return {
      expected,
      remedy: "make the variable a separate segment; its name is a letter, then letters, digits or _",
    };
  }
  if (segment.endsWith("+}") && !isLast) {
    return { expected: "a greedy variable only at the end (API Gateway's rule)", remedy: "move it to the end" };
  }
  return undefined;
}

/** The variable that a segment is in other frameworks: `:id`, `<id>`, `<int:id>`, `*`, `:path*`. */
function variableMeant(segment: string, isLast: boolean): string | undefined {
  if (/^(\*{1,2}|:\w+\*)$/.test(segment)) return isLast ? "{path+}" : "{id}";
  const [, colon, angle] = /^(?::([\w-]+)|<(?:\w+:)?([\w-]+)>)$/.exec(segment) ?? [];
  const name = (colon ?? angle)?.replace(/-/g, "_");
  return name !== undefined && /^[A-Za-z]/.test(name) ? `{${name}}` : undefined;
}

function repeatedVariable(segments: readonly string[], got: string): Verdict | undefined {
  const variables = segments.filter((segment) => segment.startsWith("{")).map((segment) => segment.replace("+", ""));
  const repeated = variables.find((variable, index) => variables.indexOf(variable) < index);
  if (repeated === undefined) return undefined;
  return { got: `${repeated} twice in ${got}`, expected: "each variable once", remedy: "rename one of them" };
}

function reservedFault(path: string): Verdict | undefined {
  const isBelow = (reserved: string) => path === reserved || path.startsWith(`${reserved}/`);
  const expected = CLOUD_RUN_RESERVED_PATHS.some(isBelow)
    ? `none of ${CLOUD_RUN_RESERVED_PATHS.join(", ")} (Cloud Run reserves them)`
    : API_GATEWAY_RESERVED_PATHS.includes(path)
      ? `none of ${API_GATEWAY_RESERVED_PATHS.join(", ")} (API Gateway reserves them)`
      : path.endsWith("z") && "a path that does not end in z (Cloud Run reserves some of those, such as /healthz)";
  if (expected === false) return undefined;
  return { got: `the path ${path}`, expected, remedy: "choose another path: callers would never reach the service" };
}

/** Every valid route of an environment. An invalid key is reported on its own, so clashes with it are not. */
export function validRoutes({ services }: Pick<Draft, "services">): ExpandedRoute[] {
  return [...services].flatMap(([id, { routes }]) =>
    expandRoutes(
      id,
      [...routes].filter(([key]) => !routeKeyFault(key)),
    ),
  );
}
