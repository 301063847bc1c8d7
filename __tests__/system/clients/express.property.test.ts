import { namesPartOf, narrowerSomewhere } from "../../support/authorizer/loose-routers";
import fc from "../../support/properties";
import { disguisedCall, overlappingRoutes } from "./support/disguised-paths";
import { ExpressScene } from "./support/express-scene";
import type { ExpressStyle } from "./support/express-service";

jest.setTimeout(120_000);

const pathOf = (routeKey: string) => routeKey.slice(routeKey.indexOf("/"));

/** Whether a style's handler received a call that was authorized for another route. */
function isBreach({ register, order }: ExpressStyle, handler: string, authorized: string): boolean {
  if (handler === authorized || handler === authorized.replace(/^HEAD /, "GET ")) return false;
  // A handler for every method is the only one of its path.
  if (register === "all") return pathOf(handler) !== pathOf(authorized);
  // A variable is not mounted next to a greedy one, because no path would remain for it.
  if (register === "use") return namesPartOf(pathOf(handler), pathOf(authorized));
  // If wide handlers come first, they receive the narrow ones' calls anyway, and no call gains access.
  if (order === "wide first") return narrowerSomewhere(pathOf(handler), pathOf(authorized));
  return true;
}

test("no call reaches an Express handler for a route other than the one that the gateway authorized", async () => {
  const scenario = overlappingRoutes.chain((routeKeys) =>
    fc.tuple(fc.constant(routeKeys), fc.array(disguisedCall(routeKeys), { minLength: 60, maxLength: 60 })),
  );
  let handled = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(scenario, async ([routeKeys, calls]) => {
      const scene = await ExpressScene.open(routeKeys);
      fc.pre(scene !== undefined);
      try {
        for (const each of calls) {
          const { status, reached } = await scene.call(each);
          if (status === 403) refused += 1;
          const { authorized = "", handlers = [] } = reached ?? {};
          handled += handlers.length;
          const breach = handlers.find(([style, handler]) => isBreach(style, handler, authorized));
          expect({ ...each, authorized, breach }).toEqual({ ...each, authorized, breach: undefined });
        }
      } finally {
        await scene.close();
      }
    }),
    { numRuns: 6, endOnFailure: true },
  );
  // Otherwise the property would also hold if nothing ever passed, or no call ever came close.
  expect([handled > 150, refused > 15]).toEqual([true, true]);
});
