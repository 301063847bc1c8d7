import { METHODS } from "../../../../intent/model/methods";

test("ANY stands for every method of API Gateway except OPTIONS, sorted", () => {
  expect(METHODS).toEqual(["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]);
});
