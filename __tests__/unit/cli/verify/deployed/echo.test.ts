import { echoOf } from "../../../../../cli/verify/deployed/echo";

const headers = { "X-Front-Door-Probe": "1", "X-Request-Id": "abc=" };

test.each([
  ["a map of headers", { path: "/a?b=1", headers }],
  [
    "headers of several values each",
    { url: "https://x.run.app/a?b", Headers: { "x-front-door-probe": ["1"], "x-request-id": ["abc="] } },
  ],
  ["pairs", { target: "/a", headers: Object.entries(headers) }],
  ["headers inside something", { request: { originalUrl: "/a", headers } }],
])("an echo may be JSON: %s", (_name, body) => {
  const echo = echoOf(JSON.stringify(body));
  expect([echo?.header("x-request-id"), echo?.path]).toEqual(["abc=", "/a"]);
});

test("an echo may be text, with one header per line", () => {
  const echo = echoOf(
    "Hostname: x\nGET /a?b HTTP/1.1\r\nX-Front-Door-Probe: 1\r\nX-Request-Id: abc=\r\nX-Request-Id: def=\r\n",
  );
  expect([echo?.header("X-Request-Id"), echo?.header("X-Caller-Client"), echo?.path]).toEqual([
    "abc=,def=",
    undefined,
    "/a",
  ]);
});

test.each([
  "",
  "{}",
  "[]",
  "null",
  '{"headers":{"x-request-id":"abc="}}',
  "X-Request-Id: abc=",
  '{"a":{"b":{"c":{"d":{"x-front-door-probe":"1"}}}}}',
])("a body without the probe's own header is not an echo: %s", (body) => expect(echoOf(body)).toBeUndefined());
