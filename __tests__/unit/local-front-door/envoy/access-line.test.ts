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

test.each<[string, object, object]>([
  [
    "a call that was allowed",
    {},
    { allowed: true, reason: "200, route GET /orders: forwarded to the app", client: "customers/web" },
  ],
  [
    "a call in which a party acts for another",
    { actor: "customers/order-agent" },
    { allowed: true, client: "customers/web", actor: "customers/order-agent" },
  ],
  [
    "no token",
    { status: 401, why: "jwt_authn_access_denied{Jwt_is_missing}", client: null },
    { allowed: false, reason: "401, route GET /orders: there is no token" },
  ],
  [
    "a bad token",
    { status: 401, why: "jwt_authn_access_denied{Jwt_is_expired}", client: "-" },
    { allowed: false, reason: "401, route GET /orders: the token: Jwt is expired" },
  ],
  [
    "a caller without a rule",
    { status: 403, why: "rbac_access_denied_matched_policy[none]" },
    {
      allowed: false,
      reason: "403, route GET /orders: the caller, or who acts for it, is not declared or lacks the scope",
    },
  ],
  [
    "no route",
    { status: 404, why: "route_not_found", route: null },
    { allowed: false, reason: "404: the service has no such route" },
  ],
  [
    "an app that is not running",
    { status: 503, why: "upstream_reset_before_response_started{connection_termination}", flags: "UC" },
    { allowed: false, reason: expect.stringMatching(/^503, .*\(UC\)$/) },
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
