import type { Change, EditableDocument } from "../../__tests__/support/local/document";

const API = { rest_api_id: "${aws_api_gateway_rest_api.gateway.id}" };
const ROOT = "${aws_api_gateway_rest_api.gateway.root_resource_id}";

const idOf = (resource: string) => `\${aws_api_gateway_resource.${resource}.id}`;

/** Every kind of value that a mapping may have. */
const MAPPINGS: Readonly<Record<string, string>> = {
  "X-Agent": "context.identity.userAgent",
  "X-Api-Path": "context.path",
  "X-Empty": "''",
  "X-From-Header": "method.request.header.X-Given",
  "X-From-Query": "method.request.querystring.given",
  "X-Ip": "context.identity.sourceIp",
  "X-Method": "context.httpMethod",
  "X-Nothing": "context.authorizer.nothing",
  "X-Policy": "stageVariables.policy",
  "X-Protocol": "context.protocol",
  "X-Resource": "context.resourcePath",
  "X-Stage": "context.stage",
  "X-Static": "'a text; with = and \"quotes\"'",
  "X-Subject": "context.authorizer.subject",
};

/**
 * Adds what the project's own stacks lack: methods of ANY, a greedy variable next to a literal, two variables in a row,
 * and every kind of mapping. Methods need no API key: usage plans are left out.
 */
export const WIDER_API: Change = (document: EditableDocument) => {
  const resources = document.resource.aws_api_gateway_resource ?? {};
  const methods = document.resource.aws_api_gateway_method ?? {};
  const integrations = document.resource.aws_api_gateway_integration ?? {};
  const [deployment] = Object.values(document.resource.aws_api_gateway_deployment ?? {});
  const snapshot = deployment?.depends_on as string[];
  for (const method of Object.values(methods)) method.api_key_required = false;

  const place = (name: string, parent_id: string, path_part: string) => {
    resources[name] = { ...API, parent_id, path_part };
    snapshot.push(`aws_api_gateway_resource.${name}`);
  };
  const route = (name: string, resource: string, http_method: string, path: string, more: object = {}) => {
    const variables = [...path.matchAll(/\{(\w+)\}/g)].map(([, variable]) => `path.${variable}`);
    methods[name] = {
      ...API,
      resource_id: idOf(resource),
      http_method,
      authorization: "CUSTOM",
      authorizer_id: "${aws_api_gateway_authorizer.public.id}",
      request_parameters: Object.fromEntries(
        [...variables, "header.X-Given", "querystring.given"].map((each) => [`method.request.${each}`, false]),
      ),
    };
    integrations[name] = {
      ...API,
      resource_id: idOf(resource),
      http_method,
      integration_http_method: http_method,
      type: "HTTP_PROXY",
      uri: `https://$\${stageVariables.service_orders}${path}`,
      request_parameters: Object.fromEntries(
        variables.map((each) => [`integration.request.${each}`, `method.request.${each}`]),
      ),
      ...more,
    };
    snapshot.push(`aws_api_gateway_method.${name}`, `aws_api_gateway_integration.${name}`);
  };

  place("wide", ROOT, "wide");
  place("wide_all", idOf("wide"), "{rest+}");
  place("wide_exact", idOf("wide"), "exact");
  place("pairs", ROOT, "pairs");
  place("pairs_one", idOf("pairs"), "{one}");
  place("pairs_two", idOf("pairs_one"), "{two}");
  place("mapped", ROOT, "mapped");
  route("wide", "wide", "ANY", "/wide");
  route("wide_all", "wide_all", "ANY", "/wide/{rest}");
  route("wide_exact", "wide_exact", "GET", "/exactly");
  route("pairs", "pairs_two", "GET", "/swapped/{two}/{one}");
  const mappings = Object.entries(MAPPINGS).map(([name, value]) => [`integration.request.header.${name}`, value]);
  route("mapped", "mapped", "POST", "/mapped", { request_parameters: Object.fromEntries(mappings) });
};
