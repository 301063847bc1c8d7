import type { AccessRow } from "../../model/row";
import { groupedBy } from "../../terraform-json/order";
import { listOf, type Resource, referred, resourcesOf, type StackJson } from "../../terraform-json/stack-json";
import { apiInWords, inWords, readable } from "../../types/words";
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
    ...refusalRows(stack),
    ...leakRows(stack),
    ...resourcesOf(stack, "aws_api_gateway_account").map((account) => accountRow(stack, account)),
  ];
}

function httpOpeningRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "aws_apigatewayv2_api").flatMap(({ attributes }) => {
    const [cors] = [attributes.cors_configuration].flat();
    if (cors === undefined) return [];
    const condition = [
      listOf(cors.allow_methods).join(", "),
      `headers ${listOf(cors.allow_headers).join(", ")}`,
      cors.allow_credentials === false ? "without cookies" : "WITH COOKIES",
    ].join("; ");
    const permits = [
      ...listOf(cors.allow_methods).map((method) => `method ${method}`),
      ...listOf(cors.allow_headers).map((header) => `header ${header}`),
      ...(cors.allow_credentials === false ? [] : ["cookies"]),
    ];
    return listOf(cors.allow_origins).map((origin) => ({
      principal: `pages of ${origin}`,
      permission: "make cross-origin requests",
      resource: `API ${attributes.name}`,
      condition,
      terms: { permits },
    }));
  });
}

const ORIGIN = "gatewayresponse.header.Access-Control-Allow-Origin";
const COOKIES = "gatewayresponse.header.Access-Control-Allow-Credentials";

/** Refusals that pages of other origins may read. */
function refusalRows(stack: StackJson): readonly AccessRow[] {
  const refusals = resourcesOf(stack, "aws_api_gateway_gateway_response").flatMap(({ attributes }) => {
    const { response_parameters = {}, response_type, rest_api_id } = attributes;
    const { [ORIGIN]: origin, [COOKIES]: cookies } = response_parameters;
    if (origin === undefined) return [];
    const permits: readonly string[] = [response_type, ...(cookies === undefined ? [] : [`${response_type} COOKIES`])];
    return [{ principal: pagesOf(String(origin)), resource: apiInWords(referred(stack, rest_api_id)), permits }];
  });
  const rows = groupedBy(refusals, ({ principal, resource }) => `${principal} ${resource}`);
  return [...rows.values()].map((alike) => {
    const [{ principal = "", resource = "" } = {}] = alike;
    const permits = alike.flatMap((each) => each.permits);
    const condition = [...permits].sort().join(", ");
    return { principal, resource, permission: "read error responses in a browser", condition, terms: { permits } };
  });
}

/** Values of a request that a refusal may contain: all of them are the caller's own. */
const HARMLESS = /^\$?context\.(error\.\w+|requestId|extendedRequestId|requestTime|responseType)$/;
const VARIABLE = /\$?\b(?:context|method|stageVariables|input|util)\b(?:[.\w]|\[[^\]]*\])*/g;

/** Values that the gateway's own answers quote. The authorizer's result contains a token that no caller may see. */
function leakRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "aws_api_gateway_gateway_response").flatMap(({ attributes }) => {
    const { response_parameters = {}, response_templates = {}, response_type, rest_api_id } = attributes;
    const templates = Object.values(response_templates).flatMap((text) => String(text).match(/\$[^\s"]*/g) ?? []);
    const quoted = [...Object.values(response_parameters).filter((text) => !/^'.*'$/.test(String(text))), ...templates]
      .flatMap((text) => String(text).match(VARIABLE) ?? [String(text)])
      .filter((name) => !HARMLESS.test(name));
    return [...new Set(quoted)].map((name) => ({
      principal: "anyone",
      permission: `read ${name.replace(/^\$/, "")} in error responses`,
      resource: apiInWords(referred(stack, rest_api_id)),
      condition: String(response_type),
      terms: { permits: [String(response_type)] },
    }));
  });
}

/** A text in quotes is literal. Any other text is a value of the request. */
function pagesOf(origin: string): string {
  const [, literal] = /^'(.*)'$/.exec(origin) ?? [];
  if (literal === undefined) return `pages of WHATEVER ${origin} SAYS`;
  return literal === "*" ? "pages of any origin" : `pages of ${literal}`;
}

function accountRow(stack: StackJson, { attributes }: Resource): AccessRow {
  const role = referred(stack, attributes.cloudwatch_role_arn);
  return {
    principal: "API Gateway",
    permission: "write the logs of every REST API of the AWS account",
    resource: role === undefined ? readable(stack, attributes.cloudwatch_role_arn) : inWords(role),
    condition: listOf(attributes.features).join(", ") || "-",
  };
}

/** Kinds of stages: the argument that names their API, and that of their own name. */
const KINDS = [
  { type: "aws_api_gateway_stage", api: "rest_api_id", name: "stage_name", of: "REST API" },
  { type: "aws_apigatewayv2_stage", api: "api_id", name: "name", of: "API" },
] as const;

/** Each stage has its own address. A row names its domains, the checks before it, and its log. */
function stageRows(stack: StackJson): readonly AccessRow[] {
  return KINDS.flatMap(({ type, of, ...at }) =>
    resourcesOf(stack, type).map((stage): AccessRow => {
      const api = referred(stack, stage.attributes[at.api]);
      const parts = [addressOf(stack, api), firewallOf(stack, stage), servedBy(stack, stage), logOf(stage)];
      return {
        principal: "anyone",
        permission: "send requests",
        resource: `stage ${stage.attributes[at.name]} of ${api === undefined ? `${of} of another stack` : inWords(api)}`,
        condition: parts.flatMap(({ condition }) => condition).join("; "),
        terms: {
          permits: parts.flatMap(({ permits = [] }) => permits),
          requires: parts.flatMap(({ requires = [] }) => requires),
        },
      };
    }),
  );
}

interface Part {
  readonly condition: readonly string[];
  readonly permits?: readonly string[];
  readonly requires?: readonly string[];
}

const CERTIFICATE = "with a client certificate from the trust store";

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
  const asked = isClosed && domains.length > 0 && domains.every(({ asks }) => asks) ? [CERTIFICATE] : [];
  const byName = names.length > 0 ? `at ${names.join(" or ")}` : "at no domain name yet";
  const byBoth = ["at the default execute-api endpoint", ...names].join(" or ");
  return {
    condition: [isClosed ? `${byName} only` : byBoth, ...asked],
    permits: names.map((name) => `name ${name}`),
    requires: [...(isClosed ? ["no default endpoint"] : []), ...asked],
  };
}

function firewallOf(stack: StackJson, { address }: Resource): Part {
  const acls = resourcesOf(stack, "aws_wafv2_web_acl_association")
    .filter(({ attributes }) => referred(stack, attributes.resource_arn)?.address === address)
    .map(({ attributes: { web_acl_arn: acl } }) => `behind web ACL ${referred(stack, acl)?.attributes.name ?? acl}`);
  return { condition: acls, requires: acls };
}

/** The deployment that a stage serves. A stage of an HTTP API serves the newest one by default. */
function servedBy(stack: StackJson, { attributes }: Resource): Part {
  const { deployment_id, canary_settings, auto_deploy } = attributes;
  if (deployment_id === undefined || auto_deploy === true) return { condition: [] };
  const deployment = referred(stack, deployment_id)?.name ?? `${deployment_id}`;
  const [canary] = [canary_settings].flat();
  return {
    condition: [`serves deployment ${deployment}${canary ? `, AND ${canary.deployment_id} AS A CANARY` : ""}`],
    permits: canary ? [`deployment ${canary.deployment_id}`] : [],
    requires: canary ? [] : [`only deployment ${deployment}`],
  };
}

function logOf({ attributes }: Resource): Part {
  const [log] = [attributes.access_log_settings].flat();
  const secrets = String(log?.format ?? "").match(/\$context\.authorizer\.googleAuthorization/g) ?? [];
  const words = "access log on";
  return {
    condition: [log ? words : "NO ACCESS LOG", ...secrets.map((name) => `LOGS ${name}`)],
    permits: secrets,
    requires: log ? [words] : [],
  };
}
