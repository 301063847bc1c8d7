import { draftOf } from "../../../intent/draft";
import { locate } from "../../support/located-values";

test("each part is there if it is valid by itself, with its defaults", () => {
  const draft = draftOf(
    "dev",
    locate({
      name: "NOT VALID",
      aws: { account: "111122223333", region: 5 },
      services: { orders: { image: "x", port: "wrong", routes: { "GET /a": "public", "GET /b": "wrong" } } },
      clients: { web: { grant: "wrong", issuer: "customers", subject: "x" }, batch: "wrong" },
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
  // Nobody can tell what kind of client it is: what all kinds have still counts.
  expect(draft.clients.get("web")).toMatchObject({ issuer: "customers", disabled: false });
  expect(draft.clients.get("web")).not.toHaveProperty("subject");
  expect(draft.clients.get("batch")).toBeUndefined();
});

test("ids come sorted, whatever order they were written in", () => {
  const draft = draftOf("dev", locate({ services: { orders: {}, catalog: {} } }));
  expect([...draft.services.keys()]).toEqual(["catalog", "orders"]);
});

test("a list keeps its valid items at their index, a map its valid entries", () => {
  const draft = draftOf(
    "dev",
    locate({ clients: { web: { scopes: [7, "orders/read"], quota: { requests: 5, per: "x" } } } }),
  );
  expect(draft.clients.get("web")).toMatchObject({ scopes: [undefined, "orders/read"], quota: { requests: 5 } });
});

test.each([
  [{ services: 5 }, ["services"], ["services", "orders"]],
  [{ services: { orders: 5 } }, ["services", "orders"], ["services", "orders", "routes"]],
  [{ services: { orders: { routes: [] } } }, ["services", "orders", "routes"]],
  [{ aws: { deployers: [] } }, ["aws", "deployers"]],
  [{ gateway: { corss: {} } }, ["gateway", "cors"], ["gateway", "cors", "origins"]],
  [{ issuers: { Customers: {} } }, ["issuers", "customers"]],
] as [object, ...string[][]][])("what %j leaves unread is not absent", (config, ...paths) => {
  const draft = draftOf("dev", locate(config));
  for (const path of paths) expect([path, draft.isUnread(path), draft.isAbsent(path)]).toEqual([path, true, false]);
});

test("what is written and valid is neither unread nor absent, and what nobody wrote is absent", () => {
  const draft = draftOf(
    "dev",
    locate({ aws: { region: "eu-west-1" }, issuers: { Customers: {} }, gateway: { corss: {} } }),
  );
  const told = (...path: string[]) => [draft.isUnread(path), draft.isAbsent(path)];
  expect(told("aws", "region")).toEqual([false, false]);
  expect(told("aws", "deployers")).toEqual([false, true]);
  expect(told("issuers", "partner")).toEqual([false, true]);
  expect(told("gateway", "throttle")).toEqual([false, true]);
});

test("of an environment that could not be merged nothing is known to be absent", () => {
  expect(draftOf("dev").isAbsent(["state", "path"])).toBe(false);
});
