import { writtenKeys } from "../../../contract/route-key";

test("config may declare a route by its own method, or by ANY for every method of exactly its path", () => {
  expect(writtenKeys("GET /orders/{id}")).toEqual(["GET /orders/{id}", "ANY /orders/{id}"]);
  expect(writtenKeys("POST /GET /x")).toEqual(["POST /GET /x", "ANY /GET /x"]);
  expect(writtenKeys("ANY /orders")).toEqual(["ANY /orders", "ANY /orders"]);
});
