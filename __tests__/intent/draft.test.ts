import { draftOf, hasIds } from "../../intent/draft";
import { locate } from "./located-values";

test("each part is there if it is valid by itself, with its defaults", () => {
  const draft = draftOf(
    "dev",
    locate({
      name: "NOT VALID",
      aws: { account: "111122223333", region: 5 },
      services: { orders: { image: "x", port: "wrong", routes: { "GET /a": "public", "GET /b": "wrong" } } },
      clients: { web: { grant: "wrong" } },
    }),
  );
  expect(draft.name).toBeUndefined();
  expect(draft.aws).toMatchObject({ account: "111122223333", region: undefined });
  expect(draft.recoveryDays).toBe(30);
  const orders = draft.services.get("orders");
  expect(orders).toMatchObject({ image: "x", port: undefined, scaling: { min: 0, max: 10, concurrency: 80 } });
  expect([...(orders?.routes ?? [])]).toEqual([
    ["GET /a", "public"],
    ["GET /b", undefined],
  ]);
  expect([...draft.clients]).toEqual([["web", undefined]]);
});

test("ids come sorted, whatever order they were written in", () => {
  const draft = draftOf("dev", locate({ services: { orders: {}, catalog: {} } }));
  expect([...draft.services.keys()]).toEqual(["catalog", "orders"]);
});

test("a draft knows what was written, valid or not", () => {
  const draft = draftOf("dev", locate({ aws: { deployers: 5 } }));
  expect(draft.isWritten(["aws", "deployers"])).toBe(true);
  expect(draft.isWritten(["aws", "account"])).toBe(false);
});

test.each([
  [{}, true],
  [{ services: { orders: { routes: { "GET /": "wrong" } } } }, true],
  [{ services: [] }, false],
  [{ services: { orders: 5 } }, false],
  [{ services: { orders: { routes: [] } } }, false],
  [{ clients: "web" }, false],
  [{ issuers: [] }, false],
])("whether the ids of %j can be told: %s", (config, expected) => {
  expect(hasIds(locate(config))).toBe(expected);
});
