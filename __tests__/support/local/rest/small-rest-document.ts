import type { Change, EditableDocument } from "../document";

const API = { rest_api_id: "${aws_api_gateway_rest_api.gateway.id}" };

/** A stack with one API, one function and one service. */
export const REST_PARTS: Change = ({ resource }: EditableDocument) => {
  for (const type of Object.keys(resource)) if (type.startsWith("aws_apigatewayv2_")) delete resource[type];
  const child = (parent: string, path_part: string) => ({ ...API, parent_id: parent, path_part });
  const root = "${aws_api_gateway_rest_api.gateway.root_resource_id}";
  const at = (name: string) => ({ ...API, resource_id: `\${aws_api_gateway_resource.${name}.id}` });
  const authorizer = (identity_source: string) => ({
    ...API,
    authorizer_result_ttl_in_seconds: 0,
    authorizer_uri: "${aws_lambda_function.judge.invoke_arn}",
    identity_source,
    name: "small",
    type: "REQUEST",
  });
  const permission = (name: string) => ({
    action: "lambda:InvokeFunction",
    function_name: "${aws_lambda_function.judge.function_name}",
    principal: "apigateway.amazonaws.com",
    source_arn: `\${aws_api_gateway_rest_api.gateway.execution_arn}/authorizers/\${aws_api_gateway_authorizer.${name}.id}`,
  });
  const method = (place: string, http_method: string, who: string, variable?: string) => ({
    ...at(place),
    api_key_required: false,
    authorization: "CUSTOM",
    authorizer_id: `\${aws_api_gateway_authorizer.${who}.id}`,
    http_method,
    request_parameters: variable === undefined ? {} : { [`method.request.path.${variable}`]: true },
  });
  const proxy = (name: string, place: string, http_method: string, path: string, variable?: string) => ({
    ...at(place),
    http_method: `\${aws_api_gateway_method.${name}.http_method}`,
    integration_http_method: http_method,
    request_parameters: {
      "integration.request.header.X-Event": "context.authorizer.event",
      "integration.request.header.X-Count": "context.authorizer.events",
      "integration.request.header.X-Request-Id": "context.extendedRequestId",
      "integration.request.header.X-Route": `'${http_method} ${path}'`,
      "integration.request.header.X-Secret": "''",
      ...(variable && { [`integration.request.path.${variable}`]: `method.request.path.${variable}` }),
    },
    timeout_milliseconds: 29_000,
    type: "HTTP_PROXY",
    uri: `\${google_cloud_run_v2_service.shop.uri}${path}`,
  });
  Object.assign(resource, {
    aws_lambda_permission: { public: permission("public"), scoped: permission("scoped") },
    aws_api_gateway_rest_api: {
      gateway: {
        api_key_source: "AUTHORIZER",
        binary_media_types: ["*/*"],
        endpoint_configuration: { types: ["REGIONAL"] },
        name: "small",
      },
    },
    aws_api_gateway_resource: {
      scoped: child(root, "scoped"),
      open: child(root, "open"),
      open_by: child("${aws_api_gateway_resource.open.id}", "{id}"),
      open_all: child(root, "files"),
      files_all: child("${aws_api_gateway_resource.open_all.id}", "{path+}"),
    },
    aws_api_gateway_authorizer: {
      public: authorizer("context.httpMethod,context.path,stageVariables.policy"),
      scoped: authorizer("method.request.header.Authorization,context.resourcePath"),
    },
    aws_api_gateway_method: {
      scoped: method("scoped", "GET", "scoped"),
      send: method("scoped", "POST", "scoped"),
      open: method("open_by", "GET", "public", "id"),
      files: method("files_all", "GET", "public", "path"),
    },
    aws_api_gateway_integration: {
      scoped: proxy("scoped", "scoped", "GET", "/scoped"),
      send: proxy("send", "scoped", "POST", "/scoped"),
      open: proxy("open", "open_by", "GET", "/open/{id}", "id"),
      files: proxy("files", "files_all", "GET", "/files/{path}", "path"),
    },
    aws_api_gateway_deployment: { gateway: { ...API, triggers: { redeployment: "${sha256(jsonencode([]))}" } } },
    aws_api_gateway_stage: {
      gateway: {
        ...API,
        deployment_id: "${aws_api_gateway_deployment.gateway.id}",
        stage_name: "live",
        variables: { policy: "abc" },
      },
    },
  });
};

/** Lets the deployment depend on every part of its snapshot, including those that a test has added. */
export const DEPLOYED: Change = ({ resource }) => {
  const { gateway } = resource.aws_api_gateway_deployment ?? {};
  if (gateway === undefined || gateway.depends_on !== undefined) return;
  gateway.depends_on = Object.entries(resource).flatMap(([type, named]) =>
    type.startsWith("aws_api_gateway_") ? Object.keys(named).map((name) => `${type}.${name}`) : [],
  );
};
