import { headerValues } from "../../../../../functions/authorizer/handler/judged";

test("a header is found under any spelling of its name, with all of its values, and no other is", () => {
  const others = { "x-authorization": "a", authorization2: "b", authorizatio: "c", "authorization ": "d" };
  expect(headerValues({ ...others, AUTHORIZATION: "1", Authorization: ["2", "3"] }, "authorization")).toEqual([
    ...["1", "2", "3"],
  ]);
  expect(headerValues(others, "authorization")).toEqual([]);
  expect(headerValues({ authorization: undefined }, "authorization")).toEqual([]);
  for (const none of [null, undefined]) expect(headerValues(none, "authorization")).toEqual([]);
});
