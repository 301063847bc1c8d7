import { accessLedger } from "../../../review/access";
import { changeOfStacks } from "../../../review/change/from-stacks";
import { verdictOf } from "../../../review/report/verdict";
import { DOMAIN, httpWith, MUTUAL_TLS, NETWORKS, restWith, WAF } from "../../support/domains";
import { stateOf } from "../../support/rest-state";

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON
type Json = any;

const reached = (state: ReturnType<typeof stateOf>) =>
  accessLedger(state.stack, state.policy)
    .filter(({ may }) => may === "reach the gateway")
    .map(({ on, under }) => `${on}: ${under}`);

const HTTP = "stage $default of API storefront-dev";
const REST = "stage live of REST API storefront-dev";
const ELSEWHERE = { name: DOMAIN.name, records: "all" };
const BY_AWS = "by the address that AWS gives";
const CERTIFICATE = "with a client certificate of the trust store";
const ALL = { domain: DOMAIN, waf: WAF, mutualTls: MUTUAL_TLS, allowedNetworks: NETWORKS };

test.each([
  ["an HTTP API", httpWith({}), `${HTTP}: ${BY_AWS}; each request is logged`],
  ["one with a name", httpWith({ domain: DOMAIN }), `${HTTP}: by ${DOMAIN.name} alone; each request is logged`],
  [
    "one whose name is still to lead there",
    httpWith({ domain: { name: DOMAIN.name, records: "validation" } }),
    `${HTTP}: ${BY_AWS} or ${DOMAIN.name}; each request is logged`,
  ],
  [
    "one that asks for certificates",
    httpWith({ domain: ELSEWHERE, mutualTls: MUTUAL_TLS }),
    `${HTTP}: by ${DOMAIN.name} alone; ${CERTIFICATE}; each request is logged`,
  ],
  [
    "a REST API behind a firewall",
    restWith({ waf: WAF }),
    `${REST}: ${BY_AWS}; past web ACL storefront-dev; serves deployment gateway; each request is logged`,
  ],
  [
    "one with all of it",
    restWith(ALL),
    `${REST}: by ${DOMAIN.name} alone; ${CERTIFICATE}; past web ACL storefront-dev; serves deployment gateway; each request is logged`,
  ],
])("the ledger says how %s is reached", (_, intent, row) => {
  expect(reached(stateOf(intent))).toEqual([row]);
});

describe("who reaches the gateway by more is broader", () => {
  const bases = {
    http: stateOf(httpWith({ domain: DOMAIN, mutualTls: MUTUAL_TLS })),
    rest: stateOf(restWith(ALL)),
  };

  test.each<[string, "http" | "rest", (all: Json) => unknown, RegExp]>([
    [
      "the address that AWS gives",
      "http",
      (all) => (all.aws_apigatewayv2_api.gateway.disable_execute_api_endpoint = false),
      /: by the address that AWS gives or api/,
    ],
    [
      "no certificate",
      "rest",
      (all) => delete all.aws_apigatewayv2_domain_name.gateway.mutual_tls_authentication,
      / alone; past/,
    ],
    ["no firewall", "rest", (all) => delete all.aws_wafv2_web_acl_association, /store; serves/],
    [
      "another name",
      "http",
      (all) => (all.aws_apigatewayv2_api_mapping.more = { api_id: API_ID, domain_name: "back.example.com" }),
      /: by api.dev.shop.example.com or back.example.com alone; each/,
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
    const copy = structuredClone(bases[kind]);
    edit(copy.stack.resource);
    expect(reached(copy).join()).toMatch(row);
    const model = changeOfStacks("dev", bases[kind], copy);
    expect(verdictOf(model).access).toBe("broadened");
    expect(model.access.rows).toContainEqual(
      expect.objectContaining({ effect: "broadened", after: expect.objectContaining({ may: "reach the gateway" }) }),
    );
  });
});

const API_ID = "${aws_apigatewayv2_api.gateway.id}";
