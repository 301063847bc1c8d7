import { readAccessLine } from "../../../../packages/local-front-door/envoy/access-line";

const TRACE = "logging.googleapis.com/trace";
const LINE = {
  [TRACE]: "projects/shop/traces/0af7651916cd43dd8448eb211c80319c",
  requestId: "x",
  status: 200,
  why: "via_upstream",
  flags: "-",
  route: "GET /orders",
  client: "customers/web",
};

const ACTOR = "customers/order-agent";
const denied = (reason: unknown) => ({ allowed: false, reason });
const at = (status: number, reason: string) => denied(`${status}, route GET /orders: ${reason}`);

test.each<[string, object, object]>([
  [
    "a call that was allowed",
    {},
    { allowed: true, reason: "200, route GET /orders: forwarded to the app", client: "customers/web" },
  ],
  ["a call for another", { actor: ACTOR }, { allowed: true, client: "customers/web", actor: ACTOR }],
  [
    "no token",
    { status: 401, why: "jwt_authn_access_denied{Jwt_is_missing}", client: null },
    at(401, "there is no token"),
  ],
  [
    "a bad token",
    { status: 401, why: "jwt_authn_access_denied{Jwt_is_expired}", client: "-" },
    at(401, "the token: Jwt is expired"),
  ],
  [
    "a caller without a rule",
    { status: 403, why: "rbac_access_denied_matched_policy[none]" },
    at(403, "the caller, or who acts for it, is not declared or lacks the scope"),
  ],
  ["no route", { status: 404, why: "route_not_found", route: null }, denied("404: the service has no such route")],
  [
    "an app that is not running",
    { status: 503, why: "upstream_reset_before_response_started{connection_termination}", flags: "UC" },
    denied(expect.stringMatching(/^503, .*\(UC\)$/)),
  ],
])("%s", (_, fields, expected) => {
  expect(readAccessLine(JSON.stringify({ ...LINE, ...fields }))).toMatchObject({
    trace: "0af7651916cd43dd8448eb211c80319c",
    ...expected,
  });
});

test.each(["", "starting", "null", "{}", '{"why":"via_upstream"}'])("%j is not an access line", (text) => {
  expect(readAccessLine(text)).toBeUndefined();
});
