import type { LocalFunction } from "./function";
import { expressionValue, type GatewayRequest } from "./gateway-request";
import type { Stack } from "./stack";
import { type Resource, StackError } from "./terraform-document";
import type { LocalTrace } from "./trace";

const AUTHORIZER = {
  read: [
    "api_id",
    "authorizer_payload_format_version",
    "authorizer_type",
    "authorizer_uri",
    "enable_simple_responses",
    "identity_sources",
  ],
  // Answers are not cached here yet: every request asks the function.
  immaterial: ["authorizer_result_ttl_in_seconds", "name"],
} as const;

const PERMISSION = {
  read: ["action", "function_name", "principal", "source_arn"],
  immaterial: ["statement_id"],
} as const;

/** What the gateway does next: hand on with this context, or answer itself. */
export type AuthorizerVerdict =
  | { readonly status: 200; readonly context: ReadonlyMap<string, string> }
  | { readonly status: 401 | 403 | 500 };

/**
 * The authorizers of the stack: identity sources, the event of payload format 2.0, simple responses.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export class GatewayAuthorizers {
  private readonly authorizers: readonly Resource[];
  private readonly permissions: readonly Resource[];

  constructor(
    private readonly stack: Stack,
    private readonly api: Resource,
    private readonly functions: readonly LocalFunction[],
    private readonly trace: LocalTrace,
  ) {
    this.authorizers = stack.declared("aws_apigatewayv2_authorizer", AUTHORIZER);
    this.permissions = stack.declared("aws_lambda_permission", PERMISSION);
  }

  async judge(request: GatewayRequest): Promise<AuthorizerVerdict> {
    const { route } = request.match;
    const type = this.stack.value(route, "authorization_type") ?? "NONE";
    if (type === "NONE") {
      this.trace.allow("gateway", "nobody is asked", `${route.address}.authorization_type`);
      return { status: 200, context: new Map() };
    }
    if (type !== "CUSTOM") throw new StackError(`${route.address}.authorization_type`, `unknown type ${type}`);
    const authorizer = this.authorizerOf(route);
    const sources = this.identitySources(authorizer, request);
    if (sources === undefined) {
      this.trace.refuse("gateway", "an identity source is missing", `${authorizer.address}.identity_sources`);
      return { status: 401 };
    }
    const target = this.functionOf(authorizer);
    if (target === undefined) return { status: 500 };
    const result = await target.invoke(authorizerEvent(request, sources, this.routeArn(request)));
    return this.verdict(target, result.kind === "answer" ? result.value : undefined);
  }

  private authorizerOf(route: Resource): Resource {
    const id = this.stack.text(route, "authorizer_id");
    const found = this.authorizers.find((candidate) => this.stack.text(candidate, "id") === id);
    if (found === undefined) throw new StackError(`${route.address}.authorizer_id`, `no authorizer has the id ${id}`);
    const expected = {
      authorizer_type: "REQUEST",
      authorizer_payload_format_version: "2.0",
      // With full responses, `isAuthorized` means nothing.
      enable_simple_responses: true,
    };
    for (const [attribute, value] of Object.entries(expected)) {
      if (this.stack.value(found, attribute) !== value) {
        throw new StackError(`${found.address}.${attribute}`, `the stand-in knows ${value} alone`);
      }
    }
    return found;
  }

  /** One missing or empty, and the gateway answers 401 without asking the function. */
  private identitySources(authorizer: Resource, request: GatewayRequest): readonly string[] | undefined {
    const address = `${authorizer.address}.identity_sources`;
    const values = this.stack
      .texts(authorizer, "identity_sources")
      .map((expression) => expressionValue(expression, request, address));
    return values.every((value): value is string => value !== undefined && value !== "") ? values : undefined;
  }

  /** The function, if it lets this very authorizer call it. */
  private functionOf(authorizer: Resource): LocalFunction | undefined {
    const uri = this.stack.text(authorizer, "authorizer_uri");
    const target = this.functions.find(({ invokeArn }) => invokeArn === uri);
    if (target === undefined) throw new StackError(`${authorizer.address}.authorizer_uri`, `no function is ${uri}`);
    const source = `${this.stack.text(this.api, "execution_arn")}/authorizers/${this.stack.text(authorizer, "id")}`;
    const permitted = this.permissions.some(
      (permission) =>
        this.stack.text(permission, "action") === "lambda:InvokeFunction" &&
        this.stack.text(permission, "principal") === "apigateway.amazonaws.com" &&
        this.stack.text(permission, "function_name") === target.name &&
        (this.stack.value(permission, "source_arn") ?? source) === source,
    );
    if (permitted) return target;
    this.trace.refuse("gateway", `may not call ${target.name}`, authorizer.address);
    return undefined;
  }

  private verdict(target: LocalFunction, answer: unknown): AuthorizerVerdict {
    const { isAuthorized, context } = (answer ?? {}) as { isAuthorized?: unknown; context?: Record<string, unknown> };
    if (typeof isAuthorized !== "boolean") {
      this.trace.refuse("authorizer", `${target.name} failed`, target.resource.address);
      return { status: 500 };
    }
    if (!isAuthorized) {
      this.trace.refuse("authorizer", `${target.name}: ${context?.decision}`, target.resource.address);
      return { status: 403 };
    }
    this.trace.allow("authorizer", `${target.name}: ${context?.decision}`, target.resource.address);
    return { status: 200, context: new Map(Object.entries(context ?? {}).map(([key, value]) => [key, String(value)])) };
  }

  private routeArn({ method, path }: GatewayRequest): string {
    return `${this.stack.text(this.api, "execution_arn")}/$default/${method}${path}`;
  }
}

function authorizerEvent(request: GatewayRequest, identitySource: readonly string[], routeArn: string): unknown {
  const { headers, match, method, path, query, requestId, sourceIp, stageVariables } = request;
  const host = headers.get("host") ?? "localhost";
  const parameters = [...new URLSearchParams(query)];
  return {
    version: "2.0",
    type: "REQUEST",
    routeArn,
    identitySource,
    routeKey: match.routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(headers.has("cookie") && { cookies: headers.get("cookie")?.split("; ") }),
    headers: Object.fromEntries(headers),
    ...(parameters.length > 0 && { queryStringParameters: Object.fromEntries(parameters) }),
    requestContext: {
      accountId: routeArn.split(":")[4],
      apiId: routeArn.split(":")[5]?.split("/")[0],
      domainName: host,
      domainPrefix: host.split(".")[0],
      http: { method, path, protocol: "HTTP/1.1", sourceIp, userAgent: headers.get("user-agent") ?? "" },
      requestId,
      routeKey: match.routeKey,
      stage: "$default",
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
    },
    pathParameters: match.pathParameters,
    stageVariables: Object.fromEntries(stageVariables),
  };
}
