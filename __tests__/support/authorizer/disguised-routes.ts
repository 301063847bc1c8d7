import { pathRules, requireOwnPath } from "../../../functions/authorizer/request/path-rule";
import fc from "../properties";
import { EXPRESS, EXPRESS_MOUNTS, lenientRouter, narrowerSomewhere, READING_COUNT } from "./loose-routers";
import { POLICY } from "./policy";

const LITERALS = ["a", "b", "export", "admin", "v1"];
const segment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...LITERALS) },
  { weight: 2, arbitrary: fc.constant("{x}") },
);
const route = fc.array(segment, { minLength: 1, maxLength: 3 });

/** A route and some wider ones: a variable instead of a segment, or a greedy variable instead of the rest. */
const family = fc
  .tuple(route, fc.array(fc.tuple(fc.nat(2), fc.boolean()), { minLength: 1, maxLength: 3 }))
  .map(([own, widenings]) => [
    own,
    ...widenings.map(([place, greedy]) => {
      const index = place % own.length;
      return [...own.slice(0, index), ...(greedy ? ["{p+}"] : ["{x}", ...own.slice(index + 1)])];
    }),
  ]);
const routesOfService = fc
  .tuple(family, fc.array(route, { maxLength: 2 }))
  .map(([related, others]) => [...new Set([...related, ...others].map((segments) => `/${segments.join("/")}`))]);

const DISGUISES: readonly ((text: string) => string)[] = [
  (text) => text.toUpperCase(),
  (text) => text.replace(/[a-z]/, (letter) => letter.toUpperCase()),
  (text) => `${text}/`,
  (text) => `${text}.json`,
  (text) => `${text}.`,
  (text) => `${text} `,
  (text) => ` ${text}`,
  (text) => `${text}\u00a0`,
  (text) => `${text}\u3164`,
  (text) => `${text}/more`,
  (text) => `${text}/more/still`,
  (text) => `${text}//`,
  (text) => `/${text}`,
  (text) => `./${text}`,
  (text) => `x/../${text}`,
  (text) => `${text};a=b`,
  (text) => `${text}?x`,
  (text) => `${text}#x`,
  (text) => `${text}\u0000`,
  (text) => `${text}\t`,
  (text) => `${text}%20`,
  (text) => text.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  (text) => text.replace(/[a-z]/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  (text) => text.replace(/[a-z]/, (letter) => `${letter}\u0301`),
  (text) => text.replace(/[a-z]/, (letter) => `${letter}\u00ad`),
  (text) => text.replace(/[a-z]/, (letter) => `${letter}\u3164`),
  (text) => text.replaceAll("i", "\u0130"),
  (text) => text.replaceAll("i", "\u0131"),
  (text) => text.replaceAll("/", "\\"),
];

/** Disguises one segment, most often the last. */
const disguise = fc.tuple(fc.constantFrom(-1, -1, 0, 1, 2), fc.constantFrom(...DISGUISES));

/** The path of a route, part by part in disguise. */
const disguisedPath = (routes: readonly string[]) =>
  fc
    .tuple(
      fc.constantFrom(...routes),
      fc.array(fc.constantFrom("7", "x", ...LITERALS), { minLength: 6, maxLength: 6 }),
      fc.oneof(fc.array(disguise, { minLength: 1, maxLength: 1 }), fc.array(disguise, { maxLength: 3 })),
    )
    .map(([own, values, disguises]) => {
      const parts = own
        .slice(1)
        .split("/")
        .map((part, index) => {
          if (part.endsWith("+}")) return values.slice(index, index + 2).join("/");
          return part.startsWith("{") ? (values[index] ?? "") : part;
        });
      for (const [place, change] of disguises) {
        const index = (place + parts.length) % parts.length;
        parts[index] = change(parts[index] ?? "");
      }
      return `/${parts.join("/")}`;
    });

/** The routes of one service, deliberately disguised paths, and servers that read a path in several ways. */
function scenario(pathCount: number) {
  const readings = fc.array(fc.nat(READING_COUNT - 1), { minLength: 2, maxLength: 4 });
  return routesOfService.chain((routes) =>
    fc.record({
      routes: fc.constant(routes),
      paths: fc.array(disguisedPath(routes), { minLength: pathCount, maxLength: pathCount }),
      servers: fc.array(readings, { minLength: 15, maxLength: 15 }),
    }),
  );
}

const SINGLE_READINGS = Array.from({ length: READING_COUNT }, (_, index) => lenientRouter([index]));

/**
 * Returns the routes for which the path rule accepts a path. Only routes with a variable count, because the gateway
 * itself compares the others.
 */
function authorizer(routes: readonly string[]): (path: string) => readonly string[] {
  const entries = routes.map((path) => [`GET ${path}`, { service: "orders", access: "public" as const }]);
  const rules = pathRules({ ...POLICY, routes: Object.fromEntries(entries) });
  return (path) =>
    routes.filter((own) => {
      const rule = rules.get(`GET ${own}`);
      if (rule === undefined || !rule.hasVariable) return false;
      try {
        requireOwnPath(rule, path);
        return true;
      } catch {
        return false;
      }
    });
}

const narrowFirst = (routes: readonly string[]) =>
  [...routes].sort((one, other) => Number(narrowerSomewhere(other, one)) - Number(narrowerSomewhere(one, other)));

/**
 * Searches for a path that the path rule accepts for one route while a framework chooses another. Fails for any path
 * that a loosely matching server would send to a narrower route than the accepted one. The routers that judge are
 * third-party code.
 *
 * @returns how many paths passed, because the property would also hold if none ever did
 */
export function assertNoNarrowerRoute({ runs, paths: pathCount }: Readonly<Record<"runs" | "paths", number>>): number {
  let passes = 0;
  fc.assert(
    fc.property(scenario(pathCount), ({ routes, paths, servers }) => {
      const routers = [EXPRESS, EXPRESS_MOUNTS, ...SINGLE_READINGS, ...servers.map(lenientRouter)];
      const serving = routers.flatMap((router) =>
        [routes, narrowFirst(routes)].map((order) => ({ router, choose: router.serving(order) })),
      );
      const passesAs = authorizer(routes);
      for (const path of paths) {
        for (const own of passesAs(path)) {
          passes += 1;
          for (const { router, choose } of serving) {
            for (const wire of [path, encodeURI(path)]) {
              const chosen = choose(wire);
              if (chosen === undefined || !router.isBreach(chosen, own)) continue;
              throw new Error(`${JSON.stringify(path)} passes as ${own}, and ${router.name} sends it to ${chosen}`);
            }
          }
        }
      }
    }),
    { numRuns: runs, endOnFailure: true },
  );
  return passes;
}
