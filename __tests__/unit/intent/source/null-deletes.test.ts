import { nullDeletes, nullsInBase } from "../../../../intent/source/null-deletes";
import { locate } from "../../../support/located-values";

const base = locate({ services: { orders: { port: 1 }, catalog: {} } });
const faults = (overlay: unknown) =>
  nullDeletes(base, locate(overlay)).map(({ path, message, remedy }) => [path.join("."), message, remedy]);

test("a null that deletes something is no fault", () => {
  expect(faults({ services: { orders: null, catalog: {} } })).toEqual([]);
});

test("a null for a key that the base lacks is a fault, with the nearest one", () => {
  expect(faults({ services: { ordrs: null } })).toEqual([
    [
      "services.ordrs",
      'got null, expected a key that base.yaml has: there is no "ordrs" to delete',
      'correct the key or remove the line; did you mean "orders"?',
    ],
  ]);
});

test("a null inside of what the overlay adds deletes nothing either", () => {
  expect(faults({ clients: { web: { grant: null } } }).map(([path]) => path)).toEqual(["clients.web.grant"]);
});

test("a null in a list is the schema's to refuse", () => {
  expect(faults({ services: { orders: { list: [null] } } })).toEqual([]);
});

test("a null in the base file is a fault", () => {
  expect(nullsInBase(locate({ a: { b: null }, c: 1 })).map(({ path }) => path)).toEqual([["a", "b"]]);
});
