import { routeKeyFault } from "../../../../intent/derived/route-key";
import { testAll } from "../../../support/test-all";

testAll([
  "GET /",
  "GET /orders/{id}",
  "POST /orders/{orderId}/lines/{line_id}",
  "GET /files/{proxy+}",
  "GET /v1.2/a-b_c:d",
  "POST /v1:batchGet",
  "GET /:1",
  "HEAD /x",
  "ANY /carts",
  "GET /zone",
  "GET /z/a",
  "GET /eventlogs",
  "GET /_aha",
])("%s is a route", (key) => {
  expect(routeKeyFault(key)).toBeUndefined();
});

testAll([
  ["$default", "a method, one space and a path, as in GET /orders/{id}"],
  ["GET", "a method, one space and a path, as in GET /orders/{id}"],
  ["GET  /a", "a method, one space and a path, as in GET /orders/{id}"],
  ["/orders", "a method, one space and a path, as in GET /orders/{id}"],
  ["get /a", "DELETE, GET, HEAD, PATCH, POST, PUT, ANY"],
  ["FETCH /a", "DELETE, GET, HEAD, PATCH, POST, PUT, ANY"],
  ["TRACE /a", "DELETE, GET, HEAD, PATCH, POST, PUT, ANY"],
  ["OPTIONS /a", "no route for preflights"],
  ["options /a", "no route for preflights"],
  ["GET a", "a path that starts with /"],
  ["GET //a", "a path without // and without a slash at its end"],
  ["GET /a//b", "a path without // and without a slash at its end"],
  ["GET /a/", "a path without // and without a slash at its end"],
  ["GET //", "a path without // and without a slash at its end"],
  ["GET /a/./b", "a path without dot segments"],
  ["GET /a/..", "a path without dot segments"],
  ["GET /a%2Fb", "a segment of ASCII letters, digits and . _ : -"],
  ["GET /a;b", "a segment of ASCII letters, digits and . _ : -"],
  ["GET /a\\b", "a segment of ASCII letters, digits and . _ : -"],
  ["GET /café", "a segment of ASCII letters, digits and . _ : -"],
  ["GET /a?b=c", "a segment of ASCII letters, digits and . _ : -"],
  ["GET /a*", "a segment of ASCII letters, digits and . _ : -"],
  ["GET /order-{id}", "either text, or one variable such as {id} or {path+} (API Gateway does not allow a mixture)"],
  ["GET /{id}.json", "either text, or one variable such as {id} or {path+} (API Gateway does not allow a mixture)"],
  ["GET /{a}{b}", "either text, or one variable such as {id} or {path+} (API Gateway does not allow a mixture)"],
  ["GET /{}", "either text, or one variable such as {id} or {path+} (API Gateway does not allow a mixture)"],
  ["GET /{id", "either text, or one variable such as {id} or {path+} (API Gateway does not allow a mixture)"],
  ["GET /{id*}", "either text, or one variable such as {id} or {path+} (API Gateway does not allow a mixture)"],
  ["GET /{path+}/a", "a greedy variable only at the end (API Gateway's rule)"],
  ["GET /{id}/a/{id}", "each variable once"],
  ["GET /{id}/a/{id+}", "each variable once"],
  ["GET /eventlog", "none of /eventlog, /_ah (Cloud Run reserves them)"],
  ["GET /_ah/warmup", "none of /eventlog, /_ah (Cloud Run reserves them)"],
  ["GET /_ah", "none of /eventlog, /_ah (Cloud Run reserves them)"],
  ["GET /ping", "none of /ping, /sping (API Gateway reserves them)"],
  ["GET /healthz", "a path that does not end in z (Cloud Run reserves some of those, such as /healthz)"],
  ["GET /a/quiz", "a path that does not end in z (Cloud Run reserves some of those, such as /healthz)"],
])("%s is not a route", (key, expected) => {
  expect(routeKeyFault(key)).toMatchObject({ got: expect.stringMatching(/./), expected });
});

test("a lower-case method gets a suggestion", () => {
  expect(routeKeyFault("get /a")?.remedy).toBe("did you mean GET?");
});

testAll([
  ["GET /tracking/:id", "{id}"],
  ["GET /tracking/:order-id/lines", "{order_id}"],
  ["GET /tracking/<int:id>", "{id}"],
  ["GET /*", "{path+}"],
  ["GET /files/**", "{path+}"],
  ["GET /files/:rest*", "{path+}"],
  ["GET /*/lines", "{id}"],
])("%s gets a suggestion: a variable of another framework is %s here", (key, variable) => {
  expect(routeKeyFault(key)?.remedy).toContain(`did you mean ${variable}?`);
});

test("the remedy for a preflight route names gateway.cors", () => {
  expect(routeKeyFault("OPTIONS /a")?.remedy).toContain("set gateway.cors: API Gateway answers preflights itself");
});
