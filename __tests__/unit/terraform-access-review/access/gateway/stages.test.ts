import { DOMAIN, httpWith, MUTUAL_TLS, NETWORKS, restWith, WAF } from "../../../../support/domains";
import { stateOf } from "../../../../support/rest-state";
import { accessBetween, dev, edited, type Json, rowsOf, verdict } from "../../../../support/synthesized-states";

const reached = (state: typeof dev) =>
  rowsOf(state)
    .filter(({ permission }) => permission === "send requests")
    .map(({ resource, condition }) => `${resource}: ${condition}`);

const HTTP = "stage $default of API storefront-dev";
const REST = "stage live of REST API storefront-dev";
const BY_AWS = "at the default execute-api endpoint";
const CERTIFICATE = "with a client certificate from the trust store";

const bases = {
  http: stateOf(httpWith({ domain: DOMAIN, mutualTls: MUTUAL_TLS })),
  rest: stateOf(restWith({ domain: DOMAIN, waf: WAF, mutualTls: MUTUAL_TLS, allowedNetworks: NETWORKS })),
};

test.each<[string, typeof dev, string]>([
  ["an HTTP API", dev, `${HTTP}: ${BY_AWS}; access log on`],
  [
    "one with a domain",
    edited(bases.http, (all) => delete all.aws_apigatewayv2_domain_name.gateway.mutual_tls_authentication),
    `${HTTP}: at ${DOMAIN.name} only; access log on`,
  ],
  [
    "one whose domain does not lead to it yet",
    edited(bases.http, (all) => (all.aws_apigatewayv2_api.gateway.disable_execute_api_endpoint = false)),
    `${HTTP}: ${BY_AWS} or ${DOMAIN.name}; access log on`,
  ],
  [
    "one that requires client certificates",
    bases.http,
    `${HTTP}: at ${DOMAIN.name} only; ${CERTIFICATE}; access log on`,
  ],
  [
    "a REST API behind a firewall",
    edited(bases.rest, (all) => {
      delete all.aws_apigatewayv2_api_mapping;
      all.aws_api_gateway_rest_api.gateway.disable_execute_api_endpoint = false;
    }),
    `${REST}: ${BY_AWS}; behind web ACL storefront-dev; serves deployment gateway; access log on`,
  ],
  [
    "one with all of these",
    bases.rest,
    `${REST}: at ${DOMAIN.name} only; ${CERTIFICATE}; behind web ACL storefront-dev; serves deployment gateway; access log on`,
  ],
])("the ledger reports how %s is reached", (_, state, row) => {
  expect(reached(state)).toEqual([row]);
});

describe("additional access to the gateway is broader", () => {
  test.each<[string, "http" | "rest", (all: Json) => unknown, RegExp]>([
    [
      "the default endpoint",
      "http",
      (all) => (all.aws_apigatewayv2_api.gateway.disable_execute_api_endpoint = false),
      /: at the default execute-api endpoint or api/,
    ],
    [
      "no client certificate",
      "rest",
      (all) => delete all.aws_apigatewayv2_domain_name.gateway.mutual_tls_authentication,
      / only; behind/,
    ],
    ["no firewall", "rest", (all) => delete all.aws_wafv2_web_acl_association, /store; serves/],
    [
      "another domain",
      "http",
      (all) => (all.aws_apigatewayv2_api_mapping.more = { api_id: API_ID, domain_name: "back.example.com" }),
      /: at api.dev.shop.example.com or back.example.com only; access/,
    ],
    ["no log", "http", (all) => delete all.aws_apigatewayv2_stage.gateway.access_log_settings, /NO ACCESS LOG/],
    [
      "a log of Google's tokens",
      "http",
      (all) =>
        (all.aws_apigatewayv2_stage.gateway.access_log_settings.format += "$context.authorizer.googleAuthorization"),
      /LOGS \$context.authorizer.googleAuthorization/,
    ],
  ])("%s (%s)", (_, kind, edit, row) => {
    const after = edited(bases[kind], edit);
    expect(reached(after).join()).toMatch(row);
    const access = accessBetween(bases[kind], after);
    expect(verdict(access)).toBe("broadened");
    expect(access.rows).toContainEqual(
      expect.objectContaining({
        effect: "broadened",
        after: expect.objectContaining({ action: { kind: "send-requests" } }),
      }),
    );
  });
});

test("an open default endpoint is broader where no client certificate is required either", () => {
  const closed = edited(bases.http, (all) => delete all.aws_apigatewayv2_domain_name.gateway.mutual_tls_authentication);
  const open = edited(closed, (all) => (all.aws_apigatewayv2_api.gateway.disable_execute_api_endpoint = false));
  const change = (from: typeof dev, to: typeof dev) =>
    accessBetween(from, to).rows.flatMap(({ after, effect }) =>
      after?.action.kind === "send-requests" ? [effect] : [],
    );
  expect([change(closed, open), change(open, closed)]).toEqual([["broadened"], ["narrowed"]]);
});

const API_ID = "${aws_apigatewayv2_api.gateway.id}";
