/** A way in which a service may choose a route for a path; none of it is the authorizer's code. */
export interface LooseRouter {
  readonly name: string;
  /** Returns the route path (`/orders/{id}`) to which it sends a path; routes are registered in this order. */
  serving(routes: readonly string[]): (path: string) => string | undefined;
  /** Whether the chosen route must not be reached with the authorized route's permission. */
  isBreach(chosen: string, authorized: string): boolean;
}

type Handler = (request: object, response: object, next: (error?: unknown) => void) => void;
interface ExpressRouter extends Handler {
  all(path: string, handler: Handler): void;
  use(path: string, handler: Handler): void;
}

const express = require("express") as { Router: () => ExpressRouter };

function expressPath(route: string): string {
  const segments = route.split("/").map((segment, index) => {
    if (!segment.startsWith("{")) return segment;
    return segment.endsWith("+}") ? `*v${index}` : `:v${index}`;
  });
  return segments.join("/");
}

/** By default it ignores case and a trailing slash; `use` also matches everything below its path. */
function expressRouter(name: string, register: "all" | "use"): LooseRouter {
  return {
    name,
    // No variable is mounted next to a greedy one, because no path would remain for it.
    isBreach: register === "use" ? namesPartOf : narrowerSomewhere,
    serving(routes) {
      const router = express.Router();
      let chosen: string | undefined;
      for (const route of routes) {
        router[register](expressPath(route), () => {
          chosen = route;
        });
      }
      return (path) => {
        chosen = undefined;
        router({ method: "GET", url: path }, {}, () => {});
        return chosen;
      };
    },
  };
}

/** How different servers change a path before they look for a route. */
const READINGS: readonly ((path: string) => string)[] = [
  (path) => path,
  (path) => decoded(path),
  (path) => decoded(decoded(path)),
  // WHATWG: dot segments, tabs and line breaks are removed, and `\` becomes `/`.
  (path) => (URL.canParse(path, "https://a") ? decoded(new URL(path, "https://a").pathname) : path),
  (path) => path.replace(/[?#].*$/s, ""),
  (path) => path.replace(/;[^/]*/g, ""),
  (path) => path.replaceAll("\\", "/"),
  (path) => path.replace(/\/{2,}/g, "/"),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: some servers drop them
  (path) => path.replace(/[\u0000-\u001f\u007f-\u009f]/g, ""),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: some servers end there
  (path) => path.replace(/\u0000.*$/s, ""),
  (path) => path.normalize("NFC"),
  (path) => path.normalize("NFKC"),
  (path) => path.normalize("NFKC").replace(/\p{Default_Ignorable_Code_Point}/gu, ""),
  (path) => path.normalize("NFD").replace(/\p{Mn}/gu, ""),
  (path) => path.toLowerCase(),
  (path) => path.toUpperCase().toLowerCase(),
  (path) =>
    path
      .split("/")
      .map((segment) => segment.trim())
      .join("/"),
  (path) =>
    path
      .split("/")
      .map((segment) => segment.replace(/[. ]+$/, ""))
      .join("/"),
  (path) => path.replace(/(?<=.)\/+$/, ""),
  (path) => path.replace(/(?<=[^/])\.[^/]*$/, ""),
];

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function matches(route: string, path: string): boolean {
  const wanted = route.toLowerCase().split("/");
  const found = path.split("/");
  const greedy = wanted.findIndex((segment) => segment.endsWith("+}"));
  const equal = (segment: string, index: number) =>
    segment.startsWith("{") ? found[index] !== undefined : segment === found[index]?.toLowerCase();
  if (greedy >= 0) return found.length >= greedy && wanted.slice(0, greedy).every(equal);
  return wanted.length === found.length && wanted.every(equal);
}

/** A server that changes the path in these ways, one after the other, and then compares it regardless of case. */
export function lenientRouter(readings: readonly number[]): LooseRouter {
  return {
    name: `a server with the readings ${readings.join(", ")}`,
    isBreach: narrowerSomewhere,
    serving(routes) {
      return (path) => {
        const read = readings.reduce((text, index) => (READINGS[index] as (path: string) => string)(text), path);
        return routes.find((route) => matches(route, read));
      };
    },
  };
}

export const READING_COUNT = READINGS.length;

export const EXPRESS = expressRouter("express", "all");
export const EXPRESS_MOUNTS = expressRouter("express, mounted", "use");

/** Whether one route path is narrower than another in any of its segments. */
export function narrowerSomewhere(one: string, other: string): boolean {
  return comparedSegments(one, other).some(([mine, theirs]) => breadth(mine) < breadth(theirs));
}

/** Whether one route path has a literal where another has a variable. */
export function namesPartOf(one: string, other: string): boolean {
  return comparedSegments(one, other).some(([mine, theirs]) => breadth(mine) === 0 && breadth(theirs) > 0);
}

function comparedSegments(one: string, other: string): readonly (readonly [string, string])[] {
  const theirs = other.split("/");
  return one.split("/").map((segment, index) => [segment, theirs[index] ?? theirs.at(-1) ?? ""]);
}

function breadth(segment: string): number {
  if (segment.endsWith("+}")) return 2;
  return segment.startsWith("{") ? 1 : 0;
}
