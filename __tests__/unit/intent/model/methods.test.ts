import { METHODS } from "../../../../intent/model/methods";

test("ANY stands for every method that API Gateway routes but OPTIONS, sorted", () => {
  expect(METHODS).toEqual(["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]);
});
