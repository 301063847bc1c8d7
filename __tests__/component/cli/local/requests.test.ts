import { callOf } from "../../../../cli/local/requests";

test.each([
  ["GET /orders", "GET", "/orders"],
  ["POST /a/{id}/b/{other}", "POST", "/a/7/b/7"],
  ["GET /images/{path+}", "GET", "/images/a/b"],
  ["ANY /carts/{id}", "GET", "/carts/7"],
])("%s is called as %s %s", (routeKey, method, path) => {
  expect(callOf(routeKey)).toEqual({ method, path });
});
