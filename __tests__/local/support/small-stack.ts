import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { type Clouds, type CloudsProps, startClouds } from "../../../local/clouds";
import type { Change, EditableDocument } from "./document";

/** A function that does as its event's `x-do` header says, so that a test can see what a gateway makes of it. */
export const HANDLER = `
let events = 0;
export const answer = async (event) => {
  events += 1;
  const wish = event.headers?.["x-do"] ?? "allow";
  if (wish === "throw") throw new Error("unavailable");
  if (wish === "nothing") return undefined;
  const context = { event: Buffer.from(JSON.stringify(event)).toString("base64url"), events, decision: "allowed" };
  return { isAuthorized: wish === "allow", context };
};`;

const ROLE_TRUST = (principal: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }],
  });

/** One API, one function, one service; what the big stack has many of. */
export function smallDocument(): EditableDocument & { readonly provider: unknown } {
  const route = (route_key: string, authorizer: string) => ({
    api_id: "${aws_apigatewayv2_api.gateway.id}",
    authorization_type: "CUSTOM",
    authorizer_id: `\${aws_apigatewayv2_authorizer.${authorizer}.id}`,
    route_key,
    target: "integrations/${aws_apigatewayv2_integration.shop.id}",
  });
  const authorizer = (...identity_sources: readonly string[]) => ({
    api_id: "${aws_apigatewayv2_api.gateway.id}",
    authorizer_payload_format_version: "2.0",
    authorizer_result_ttl_in_seconds: 0,
    authorizer_type: "REQUEST",
    authorizer_uri: "${aws_lambda_function.judge.invoke_arn}",
    enable_simple_responses: true,
    identity_sources,
    name: "small",
  });
  const permission = (name: string) => ({
    action: "lambda:InvokeFunction",
    function_name: "${aws_lambda_function.judge.function_name}",
    principal: "apigateway.amazonaws.com",
    source_arn: `\${aws_apigatewayv2_api.gateway.execution_arn}/authorizers/\${aws_apigatewayv2_authorizer.${name}.id}`,
  });
  return {
    provider: {
      aws: [{ region: "eu-west-1", allowed_account_ids: ["111122223333"] }],
      google: [{ project: "small", region: "europe-west1" }],
    },
    resource: {
      aws_iam_role: { judge: { name: "judge", assume_role_policy: ROLE_TRUST({ Service: "lambda.amazonaws.com" }) } },
      aws_lambda_function: {
        judge: {
          function_name: "judge",
          filename: "function.zip",
          handler: "index.answer",
          role: "${aws_iam_role.judge.arn}",
          runtime: "nodejs24.x",
          timeout: 2,
          environment: { variables: { GREETING: "hello" } },
        },
      },
      aws_lambda_permission: { public: permission("public"), scoped: permission("scoped") },
      aws_apigatewayv2_api: { gateway: { name: "small", protocol_type: "HTTP", disable_execute_api_endpoint: false } },
      aws_apigatewayv2_stage: {
        gateway: {
          api_id: "${aws_apigatewayv2_api.gateway.id}",
          auto_deploy: true,
          name: "$default",
          stage_variables: { policy: "abc" },
        },
      },
      aws_apigatewayv2_authorizer: {
        public: authorizer("$context.routeKey", "$context.path", "$stageVariables.policy"),
        scoped: authorizer("$request.header.Authorization", "$context.routeKey"),
      },
      aws_apigatewayv2_integration: {
        shop: {
          api_id: "${aws_apigatewayv2_api.gateway.id}",
          integration_method: "ANY",
          integration_type: "HTTP_PROXY",
          integration_uri: "${google_cloud_run_v2_service.shop.uri}",
          request_parameters: {
            "overwrite:header.X-Event": "$context.authorizer.event",
            "overwrite:header.X-Count": "$context.authorizer.events",
            "overwrite:header.X-Request-Id": "$context.requestId",
            "append:header.X-Via": "gateway",
            "remove:header.X-Secret": "''",
            "overwrite:path": "$request.path",
          },
        },
      },
      aws_apigatewayv2_route: {
        open: route("GET /open/{id}", "public"),
        scoped: route("ANY /scoped", "scoped"),
        greedy: route("GET /files/{path+}", "public"),
      },
      google_project_service: {
        iam: { service: "iam.googleapis.com" },
        run: { service: "run.googleapis.com" },
        sts: { service: "sts.googleapis.com" },
      },
      google_cloud_run_v2_service: {
        shop: { name: "shop", location: "europe-west1" },
      },
      google_cloud_run_v2_service_iam_binding: {
        shop: { name: "shop", location: "europe-west1", role: "roles/run.invoker", members: ["allUsers"] },
      },
    },
  };
}

/** The stack in a folder of its own, with a zip of this handler. */
export function writeSmallStack(changes: readonly Change[] = [], handler = HANDLER) {
  const folder = mkdtempSync(join(tmpdir(), "front-door-small-"));
  const zip = zipSync({
    "index.mjs": strToU8(handler),
    "authorizer-policy.json": strToU8(JSON.stringify({ issuers: [] })),
  });
  const document = smallDocument();
  const declared = document.resource.aws_lambda_function?.judge;
  if (declared) declared.source_code_hash = createHash("sha256").update(zip).digest("base64");
  for (const change of changes) change(document);
  writeFileSync(join(folder, "function.zip"), zip);
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(document));
  return { stackFile: join(folder, "cdk.tf.json"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The small stack, running; stopped and removed by `stop`. */
export async function startSmallStack(
  changes: readonly Change[] = [],
  handler?: string,
  props: Partial<CloudsProps> = {},
): Promise<Clouds> {
  const { stackFile, remove } = writeSmallStack(changes, handler);
  try {
    const clouds = await startClouds({ stackFile, ...props });
    return {
      ...clouds,
      stop: async () => {
        await clouds.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** What the echo service behind the small stack saw. */
export interface Seen {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function seenBy(response: Response): Promise<Seen> {
  const seen = (await response.json()) as Omit<Seen, "headers"> & { readonly headers: readonly [string, string][] };
  const headers = seen.headers.map(([name, value]) => [name.toLowerCase(), value]);
  return { ...seen, headers: Object.fromEntries(headers) };
}

/** The event with which the gateway asked the function, taken from what the service saw. */
export function eventOf(seen: Seen): Record<string, unknown> {
  return JSON.parse(Buffer.from(seen.headers["x-event"] ?? "", "base64url").toString());
}
