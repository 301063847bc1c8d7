import { guardChanges } from "../../../../packages/terraform-access-review/judge/guards";
import { unreadChanges } from "../../../../packages/terraform-access-review/judge/unread";
import { GUARDS } from "../../../../packages/terraform-access-review/model/change";
import { synthesizedState } from "../../../support/synthesized";
import { accessBetween, dev, edited, type Json, lines } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const prod = synthesizedState("prod");

/** A state with an additional resource. */
const withComing = (type: string, make: (all: Json) => object, base = prod) =>
  edited(base, (all) => {
    all[type] = { ...all[type], coming: make(all) };
  });

/** The review's result for it. */
const coming = (type: string, make: (all: Json) => object, base = prod) =>
  lines(accessBetween(base, withComing(type, make, base)));

const SETTINGS = "aws_api_gateway_method_settings";
const own = (settings: object) => (all: Json) => {
  const like = all[SETTINGS].all;
  return { ...like, method_path: "orders/GET", settings: { ...like.settings, ...settings } };
};
const LOGGING = "aws_wafv2_web_acl_logging_configuration";
const copyOf = (type: string, name: string, change: object) => (all: Json) => ({ ...all[type][name], ...change });

testAll<[string, (all: Json) => object, string]>([
  ["log bodies", own({ data_trace_enabled: true }), "data_trace_enabled"],
  ["write logs", own({ logging_level: "INFO" }), "logging_level"],
  ["cache responses", own({ caching_enabled: true }), "caching_enabled"],
  ["have no limit", own({ throttling_rate_limit: -1 }), "throttling_rate_limit"],
  ["omit a limit", own({ throttling_burst_limit: undefined }), "throttling_burst_limit"],
  ["have a higher limit than the stage", own({ throttling_rate_limit: 501 }), "throttling_rate_limit"],
  ["have a limit that is not a number", own({ throttling_rate_limit: "${var.x}" }), "throttling_rate_limit"],
])("settings of a method that %s are weaker than the stage's", (_, make, setting) => {
  const guards = guardChanges(prod.stack, withComing(SETTINGS, make).stack);
  expect(guards).toContainEqual(
    expect.objectContaining({ effect: "broadened", address: `${SETTINGS}.coming`, guard: `settings.${setting}` }),
  );
});

testAll<[string, string, (all: Json) => object]>([
  ["an unknown setting of a method", SETTINGS, own({ unauthorized_cache_control_header_strategy: "FAIL_WITH_403" })],
  [
    "a domain with an older version of TLS",
    "aws_apigatewayv2_domain_name",
    copyOf("aws_apigatewayv2_domain_name", "gateway", { domain_name_configuration: { security_policy: "TLS_1_0" } }),
  ],
  [
    "another mapping to the API",
    "aws_apigatewayv2_api_mapping",
    copyOf("aws_apigatewayv2_api_mapping", "gateway", { api_mapping_key: "v2" }),
  ],
  [
    "a record of another address",
    "aws_route53_record",
    copyOf("aws_route53_record", "validation", { name: "api.shop.example.com", type: "A", records: ["192.0.2.1"] }),
  ],
  ["an object", "aws_s3_object", () => ({ bucket: "b", key: "truststore.pem", content: "x" })],
  ["a firewall's log of every header", LOGGING, copyOf(LOGGING, "gateway", { redacted_fields: [] })],
  ["a secret's value", "google_secret_manager_secret_version", () => ({ secret: "s", secret_data: "x" })],
  ["a dynamic block", "google_project_service", () => ({ dynamic: { timeouts: {} }, service: "x" })],
])("a new resource counts as broader: %s", (_, type, make) => {
  const unread = {
    effect: "broadened",
    address: `${type}.coming`,
    guard: GUARDS.created,
    after: expect.stringContaining("sha256:"),
  };
  expect(unreadChanges(prod, withComing(type, make), [])).toEqual([expect.objectContaining(unread)]);
});

test("a new integration of a service counts as broader if it forwards other headers than all existing ones", () => {
  const type = "aws_apigatewayv2_integration";
  const found = (change: object) =>
    unreadChanges(dev, withComing(type, copyOf(type, "orders", change), dev), []).map(({ address }) => address);
  expect(found({ request_parameters: { "overwrite:path": "$request.path" } })).toEqual([`${type}.coming`]);
  expect(found({})).toEqual([]);
});

testAll<[string, string, (all: Json) => object]>([
  ["settings of a method with a lower limit", SETTINGS, own({ throttling_rate_limit: 1, throttling_burst_limit: 2 })],
  ["settings of a method with the stage's own", SETTINGS, own({ metrics_enabled: false })],
  [
    "another domain, which no mapping leads to the API",
    "aws_apigatewayv2_domain_name",
    copyOf("aws_apigatewayv2_domain_name", "gateway", { domain_name: "back.shop.example.com" }),
  ],
  [
    "a record of the domain's own address",
    "aws_route53_record",
    copyOf("aws_route53_record", "ipv4", { name: "*.shop.example.com" }),
  ],
  [
    "Envoy's configuration, which the ledger reads in the service that mounts it",
    "google_secret_manager_secret_version",
    () => ({ secret: "s", secret_data: '{"static_resources":{}}' }),
  ],
])("a new resource opens nothing: %s", (_, type, make) => {
  expect(coming(type, make)).toEqual([]);
});

test("a firewall's log without tokens is a new protection", () => {
  expect(coming(LOGGING, copyOf(LOGGING, "gateway", {}))).toEqual([`- @presence of ${LOGGING}.coming: false → true`]);
});

test("a new resource that is weaker or not read makes the whole change broader", () => {
  const found = [
    ...coming(SETTINGS, own({ data_trace_enabled: true })),
    ...coming("aws_s3_object", () => ({ key: "x" })),
  ];
  expect(found).toEqual([
    expect.stringContaining(`+ settings.data_trace_enabled of ${SETTINGS}.coming: `),
    expect.stringContaining("+ @created of aws_s3_object.coming: nothing → unknown (sha256:"),
  ]);
});

test("a method may have any limit if its stage has none", () => {
  const base = edited(prod, (all) => delete all[SETTINGS].all.settings.throttling_rate_limit);
  expect(coming(SETTINGS, own({ throttling_rate_limit: 9000 }), base)).toEqual([]);
});

test("doubts are in the order of their addresses, whatever the order of the changes", () => {
  const forgotten = ["b", "a", "c"].map((name) => ({
    ...{ address: `aws_iam_role.${name}`, type: "aws_iam_role", action: "forgotten" as const },
    ...{ forcedBy: [], attributes: [] },
  }));
  const addresses = unreadChanges(dev, dev, forgotten).map(({ address }) => address);
  expect(addresses).toEqual(["aws_iam_role.a", "aws_iam_role.b", "aws_iam_role.c"]);
});
