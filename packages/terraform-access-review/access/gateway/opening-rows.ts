import type { AccessPolicy } from "../../../../contract/policy-file";
import type { Fact, RowFacts } from "../../model/fact";
import { placeOf } from "../../model/place";
import type { AccessRow } from "../../model/row";
import { isOwnAnswer, publishedAt, restMethods } from "../../terraform-json/gateway-routes";
import { compareText, groupedBy } from "../../terraform-json/order";
import {
  type Attributes,
  blocksOf,
  isUnset,
  listOf,
  oncePerStack,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "../../terraform-json/stack-json";
import { apiOf, named, readable } from "../../types/named";
import { preflightRows } from "./preflight-rows";

/**
 * Everything that the gateway opens in addition to its routes: its own addresses, the origins whose pages may read its
 * answers, and the destination of a REST API's logs.
 */
export function openingRows(stack: StackJson): readonly AccessRow[] {
  return [
    ...stageRows(stack),
    ...httpOpeningRows(stack),
    ...preflightRows(stack),
    ...documentRows(stack),
    ...challengeRows(stack),
    ...refusalRows(stack),
    ...leakRows(stack),
    ...resourcesOf(stack, "aws_api_gateway_account").map((account) => accountRow(stack, account)),
  ];
}

function httpOpeningRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "aws_apigatewayv2_api").flatMap((api) => {
    const [cors] = [api.attributes.cors_configuration].flat();
    if (cors === undefined) return [];
    const [methods, headers] = [listOf(cors.allow_methods), listOf(cors.allow_headers)];
    const isOn = cors.allow_credentials !== false;
    const permits: readonly Fact[] = [
      ...methods.map((method): Fact => ({ kind: "method", method })),
      ...headers.map((header): Fact => ({ kind: "header", header })),
      ...(isOn ? [{ kind: "with-cookies" } as const] : []),
    ];
    return listOf(cors.allow_origins).map((origin): AccessRow => {
      return {
        effect: "allow",
        principal: { kind: "pages", of: "origin", origin },
        action: { kind: "cross-origin" },
        resource: named(api),
        conditions: [
          { kind: "methods", methods },
          { kind: "headers", headers },
          { kind: "cookies", isOn },
        ],
        terms: { permits },
        from: placeOf(api, "cors_configuration"),
      };
    });
  });
}

/** Documents that the gateway publishes. A client follows their addresses, so each text counts. */
function documentRows(stack: StackJson): readonly AccessRow[] {
  return restMethods(stack).flatMap((method) => {
    const content = publishedAt(method);
    if (content === undefined) return [];
    const texts = Object.entries(content).flatMap(([name, value]) =>
      [value].flat().map((text): Fact<"document-text"> => ({ kind: "document-text", name, text })),
    );
    return {
      effect: "allow",
      principal: { kind: "anyone" },
      action: { kind: "read-document", path: method.path },
      resource: apiOf(method.api, "REST"),
      conditions: texts,
      terms: { permits: texts },
      from: placeOf(method.answers[0] ?? method.route, "response_templates"),
    };
  });
}

const WWW_AUTHENTICATE = "gatewayresponse.header.WWW-Authenticate";

/** Where a refusal sends clients for a token. */
function challengeRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "aws_api_gateway_gateway_response").flatMap((response) => {
    const { response_parameters = {}, response_type, rest_api_id } = response.attributes;
    const [, text] = /^'(.*)'$/.exec(String(response_parameters[WWW_AUTHENTICATE] ?? "")) ?? [];
    if (text === undefined) return [];
    const challenge: readonly Fact[] = [{ kind: "challenge", text }];
    return {
      effect: "allow",
      principal: { kind: "anyone" },
      action: { kind: "get-challenge", type: String(response_type) },
      resource: apiOf(referred(stack, rest_api_id), "REST"),
      conditions: challenge,
      terms: { permits: challenge },
      from: placeOf(response, "response_parameters"),
    };
  });
}

const ORIGIN = "gatewayresponse.header.Access-Control-Allow-Origin";
const COOKIES = "gatewayresponse.header.Access-Control-Allow-Credentials";

/** Refusals that pages of other origins may read. */
function refusalRows(stack: StackJson): readonly AccessRow[] {
  const refusals = resourcesOf(stack, "aws_api_gateway_gateway_response").flatMap((response) => {
    const { response_parameters = {}, response_type, rest_api_id } = response.attributes;
    const { [ORIGIN]: origin, [COOKIES]: cookies } = response_parameters;
    if (origin === undefined) return [];
    const type = String(response_type);
    const permits: readonly Fact<"error-response">[] = [
      { kind: "error-response", type },
      ...(cookies === undefined ? [] : [{ kind: "error-response", type, hasCookies: true } as const]),
    ];
    const resource = apiOf(referred(stack, rest_api_id), "REST");
    return [{ principal: pagesOf(String(origin)), resource, permits, from: placeOf(response, "response_parameters") }];
  });
  const rows = groupedBy(refusals, ({ principal, resource }) => JSON.stringify([principal, resource]));
  return [...rows.values()].flatMap(([first, ...alike]) => {
    if (first === undefined) return [];
    const permits = [first, ...alike].flatMap((each) => each.permits).sort((a, b) => compareText(a.type, b.type));
    return {
      ...first,
      effect: "allow",
      action: { kind: "read-errors" },
      conditions: [{ kind: "error-responses", types: permits }],
      terms: { permits },
    };
  });
}

/** Values of a request that a refusal may contain: all of them are the caller's own. */
const HARMLESS = /^\$?context\.(error\.\w+|requestId|extendedRequestId|requestTime|responseType)$/;
const VARIABLE = /\$?\b(?:context|method|stageVariables|input|util)\b(?:[.\w]|\[[^\]]*\])*/g;

/** Values that the gateway's own answers quote. The authorizer's result contains a token that no caller may see. */
function leakRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "aws_api_gateway_gateway_response").flatMap((response) => {
    const { response_parameters = {}, response_templates = {}, response_type, rest_api_id } = response.attributes;
    const templates = Object.values(response_templates).flatMap((text) => String(text).match(/\$[^\s"]*/g) ?? []);
    const mapped = Object.values(response_parameters).filter((value) => !/^'.*'$/.test(String(value)));
    const quoted = [...mapped, ...templates]
      .flatMap((text) => String(text).match(VARIABLE) ?? [String(text)])
      .filter((name) => !HARMLESS.test(name));
    const types: readonly Fact<"error-response">[] = [{ kind: "error-response", type: String(response_type) }];
    return [...new Set(quoted)].map((name): AccessRow => {
      return {
        effect: "allow",
        principal: { kind: "anyone" },
        action: { kind: "read-value", name: name.replace(/^\$/, "") },
        resource: apiOf(referred(stack, rest_api_id), "REST"),
        conditions: types,
        terms: { permits: types },
        from: placeOf(response, "response_parameters"),
      };
    });
  });
}

/** A text in quotes is literal. Any other text is a value of the request. */
function pagesOf(origin: string): RowFacts["principal"] {
  const [, literal] = /^'(.*)'$/.exec(origin) ?? [];
  return { kind: "pages", of: literal === undefined ? "request-value" : "origin", origin: literal ?? origin };
}

function accountRow(stack: StackJson, account: Resource): AccessRow {
  const { cloudwatch_role_arn, features } = account.attributes;
  return {
    effect: "allow",
    principal: { kind: "api-gateway" },
    action: { kind: "write-gateway-logs" },
    resource: readable(stack, cloudwatch_role_arn),
    conditions: isUnset(features) ? [] : [{ kind: "features", features: listOf(features) }],
    from: placeOf(account, "cloudwatch_role_arn"),
  };
}

/** Kinds of stages: the argument that names their API, and that of their own name. */
const KINDS = [
  { type: "aws_api_gateway_stage", api: "rest_api_id", name: "stage_name", of: "REST" },
  { type: "aws_apigatewayv2_stage", api: "api_id", name: "name", of: "HTTP" },
] as const;

/** Each stage has its own address. A row names its domains, the checks before it, and its log. */
function stageRows(stack: StackJson): readonly AccessRow[] {
  return KINDS.flatMap(({ type, of, ...at }) =>
    resourcesOf(stack, type).map((stage): AccessRow => {
      const api = referred(stack, stage.attributes[at.api]);
      const parts = [addressOf(stack, api), firewallOf(stack, stage), servedBy(stack, stage), logOf(stage)];
      return {
        effect: "allow",
        principal: { kind: "anyone" },
        action: { kind: "send-requests" },
        resource: { kind: "stage", name: String(stage.attributes[at.name]), api: apiOf(api, of) },
        conditions: parts.flatMap(({ conditions }) => conditions),
        terms: {
          permits: parts.flatMap(({ permits = [] }) => permits),
          requires: parts.flatMap(({ requires = [] }) => requires),
        },
        from: placeOf(stage),
      };
    }),
  );
}

interface Part {
  readonly conditions: readonly Fact[];
  readonly permits?: readonly Fact[];
  readonly requires?: readonly Fact[];
}

/** The names of a stage, and whether each of them requires a client certificate. */
function addressOf(stack: StackJson, api: Resource | undefined): Part {
  const domains = resourcesOf(stack, "aws_apigatewayv2_api_mapping")
    .filter(({ attributes }) => api !== undefined && referred(stack, attributes.api_id)?.address === api.address)
    .map(({ attributes }) => {
      const domain = referred(stack, attributes.domain_name)?.attributes;
      const asks = [domain?.mutual_tls_authentication].flat()[0] !== undefined;
      return { name: String(domain?.domain_name ?? attributes.domain_name), asks };
    });
  const isClosed = api?.attributes.disable_execute_api_endpoint === true;
  const names = domains.map(({ name }) => name).sort();
  const asked: readonly Fact[] =
    isClosed && domains.length > 0 && domains.every(({ asks }) => asks) ? [{ kind: "client-certificate" }] : [];
  return {
    conditions: [{ kind: "addresses", names, hasDefault: !isClosed }, ...asked],
    requires: [...(isClosed ? [{ kind: "no-default-endpoint" } as const] : []), ...asked],
  };
}

function firewallOf(stack: StackJson, { address }: Resource): Part {
  const acls = resourcesOf(stack, "aws_wafv2_web_acl_association")
    .filter(({ attributes }) => referred(stack, attributes.resource_arn)?.address === address)
    .map(({ attributes: { web_acl_arn: acl } }): Fact => {
      return { kind: "web-acl", name: String(referred(stack, acl)?.attributes.name ?? acl) };
    });
  return { conditions: acls, requires: acls };
}

/** The deployment that a stage serves. A stage of an HTTP API serves the newest one by default. */
function servedBy(stack: StackJson, { attributes }: Resource): Part {
  const { deployment_id, canary_settings, auto_deploy } = attributes;
  if (deployment_id === undefined || auto_deploy === true) return { conditions: [] };
  const name = referred(stack, deployment_id)?.name ?? String(deployment_id);
  const [canary] = [canary_settings].flat();
  if (!canary) {
    return {
      conditions: [{ kind: "deployment", name }],
      requires: [{ kind: "one-deployment", name, isOnly: true }],
    };
  }
  const other = String(canary.deployment_id);
  return {
    conditions: [{ kind: "deployment", name, canary: other }],
    permits: [{ kind: "one-deployment", name: other, isOnly: false }],
  };
}

function logOf({ attributes }: Resource): Part {
  const [log] = [attributes.access_log_settings].flat();
  const secrets = String(log?.format ?? "").match(/\$context\.authorizer\.googleAuthorization/g) ?? [];
  const isOn = Boolean(log);
  return {
    conditions: [{ kind: "access-log", isOn }, ...secrets.map((name): Fact => ({ kind: "logs-value", name }))],
    permits: secrets.map((name) => ({ kind: "logged-value", name })),
    requires: isOn ? [{ kind: "access-log", isOn }] : [],
  };
}

/** The usage limits of each caller of a REST API. AWS applies these limits on a best-effort basis. */
export function usageRows(stack: StackJson, policy: AccessPolicy): readonly AccessRow[] {
  return resourcesOf(stack, "aws_api_gateway_usage_plan_key").flatMap(({ attributes }) => {
    const plan = referred(stack, attributes.usage_plan_id);
    const key = referred(stack, attributes.key_id);
    if (plan === undefined || key === undefined) return [];
    const principal = callerOf(key, policy);
    return blocksOf(plan.attributes.api_stages).map((at) => usageRow(stack, principal, plan, at));
  });
}

/** The caller to whom the policy assigns the API key; the key's own name if the policy does not list the key. */
function callerOf({ attributes }: Resource, { usageKeys = {} }: AccessPolicy): RowFacts["principal"] {
  const [caller] = Object.entries(usageKeys).find(([, value]) => value === attributes.value) ?? [];
  if (caller === undefined) return { kind: "api-key", name: String(attributes.name) };
  return caller === "anonymous" ? { kind: "anyone" } : { kind: "caller", name: caller };
}

/** @param at the stage that the plan is for */
function usageRow(stack: StackJson, principal: RowFacts["principal"], plan: Resource, at: Attributes): AccessRow {
  const api = referred(stack, at.api_id);
  const [quota] = [plan.attributes.quota_settings].flat();
  const [throttle] = [plan.attributes.throttle_settings].flat();
  const [ofRoutes] = [at.throttle].flat();
  const limits = {
    ...(quota && { [`per-${quota.period}`]: Number(quota.limit) }),
    ...(throttle?.rate_limit !== undefined && { "per-second": Number(throttle.rate_limit) }),
    ...(throttle?.burst_limit !== undefined && { "at-once": Number(throttle.burst_limit) }),
  };
  const routes = (uncounted(stack).get(api?.address) ?? []).map(({ key }) => key);
  const others: readonly Fact[] = [
    ...(api?.attributes.api_key_source === "AUTHORIZER" ? [] : [{ kind: "callers-own-key" } as const]),
    ...(ofRoutes === undefined ? [] : [{ kind: "other-route-limits" } as const]),
  ];
  return {
    effect: "limit",
    principal,
    action: { kind: "usage-limit" },
    resource: { kind: "stage", name: stageName(stack, at.stage), api: apiOf(api, "REST") },
    conditions: [
      { kind: "limits", limits },
      ...(routes.length === 0 ? [] : [{ kind: "not-counted", routes } as const]),
      ...others,
    ],
    terms: { permits: [...routes.map((route): Fact => ({ kind: "uncounted-route", route })), ...others], limits },
    from: placeOf(plan),
  };
}

function stageName(stack: StackJson, text: unknown): string {
  return String(referred(stack, text)?.attributes.stage_name ?? text);
}

/** By the address of an API: its routes that require no key, so that their usage does not count. */
const uncounted = oncePerStack((stack) => {
  const methods = restMethods(stack).filter((each) => !isOwnAnswer(each));
  const open = methods.filter(({ route }) => route.attributes.api_key_required !== true);
  return groupedBy(open, ({ api }) => api?.address);
});
