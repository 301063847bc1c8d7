import fc from "fast-check";
import type { AuthorizerPolicy } from "../../functions/authorizer/policy";
import { requestEvent } from "../functions/authorizer/support/event";
import { Arena } from "./support/arena";
import { EXPRESS, EXPRESS_MOUNTS, lenientRouter, narrowerSomewhere, READING_COUNT } from "./support/loose-routers";

/**
 * The function authorizes a route, a framework behind it chooses one. Random routes, paths that are disguised on
 * purpose, and routers that are not ours as judges.
 */
let arena: Arena;
let policy: AuthorizerPolicy;
beforeAll(async () => {
  arena = await Arena.open();
  policy = arena.anyone.policy;
}, 60_000);
afterAll(() => arena?.close());

const LITERALS = ["a", "b", "export", "admin", "v1"];
const segment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...LITERALS) },
  { weight: 2, arbitrary: fc.constant("{x}") },
);
const route = fc.array(segment, { minLength: 1, maxLength: 3 });

/** A route and some that are wider: a variable in the place of a segment, or a greedy one in the place of the rest. */
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

/** In one segment, rather in the last one. */
const disguise = fc.tuple(fc.constantFrom(-1, -1, 0, 1, 2), fc.constantFrom(...DISGUISES));

/** A path that is somebody's, part by part in disguise. */
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

const scenario = routesOfService.chain((routes) =>
  fc.tuple(fc.constant(routes), fc.array(disguisedPath(routes), { minLength: 80, maxLength: 80 })),
);

/** Who the function lets a path pass as: routes with a variable alone, for the gateway itself compares the others. */
async function authorized(routes: readonly string[], path: string): Promise<readonly string[]> {
  const passed: string[] = [];
  for (const own of routes.filter((each) => each.includes("{"))) {
    const result = await arena.anyone.ask(requestEvent({ routeKey: `GET ${own}`, path }));
    if (result.kind === "error") throw new Error("nobody could tell");
    if ((result.value as { isAuthorized: boolean }).isAuthorized) passed.push(own);
  }
  return passed;
}

const narrowFirst = (routes: readonly string[]) =>
  [...routes].sort((one, other) => Number(narrowerSomewhere(other, one)) - Number(narrowerSomewhere(one, other)));

function serve(routes: readonly string[]): void {
  const entries = routes.map((path) => [`GET ${path}`, { service: "catalog", access: "public" as const }]);
  arena.anyone.setPolicy({ ...policy, routes: Object.fromEntries(entries) });
}

test("no path that a loosely matching framework would send to a narrower route passes on the wider one", async () => {
  const single = Array.from({ length: READING_COUNT }, (_, index) => lenientRouter([index]));
  const readings = fc.array(fc.nat(READING_COUNT - 1), { minLength: 2, maxLength: 4 });
  let passes = 0;
  await fc.assert(
    fc.asyncProperty(
      scenario,
      fc.array(readings, { minLength: 15, maxLength: 15 }),
      async ([routes, paths], servers) => {
        serve(routes);
        const routers = [EXPRESS, EXPRESS_MOUNTS, ...single, ...servers.map(lenientRouter)];
        for (const path of paths) {
          for (const own of await authorized(routes, path)) {
            passes += 1;
            const breach = routers
              .flatMap((router) =>
                [routes, narrowFirst(routes)].flatMap((order) =>
                  [path, encodeURI(path)].map((wire) => ({ router, chosen: router.choose(order, wire) })),
                ),
              )
              .find(({ router, chosen }) => chosen !== undefined && router.isBreach(chosen, own));
            expect({ path, own, breach }).toEqual({ path, own, breach: undefined });
          }
        }
      },
    ),
    { numRuns: 20, endOnFailure: true },
  );
  // Else the property would hold because nothing ever passes.
  expect(passes).toBeGreaterThan(20);
}, 60_000);
