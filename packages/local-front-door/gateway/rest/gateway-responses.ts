import type { LocalAnswer } from "../../net/local-http";
import type { LocalNames } from "../../net/local-names";
import { type Resource, StackError } from "../../terraform/document";
import type { AttributeUse, Stack } from "../../terraform/stack";

const RESPONSE: AttributeUse = {
  read: ["response_parameters", "response_templates", "response_type", "rest_api_id", "status_code"],
};

/**
 * The gateway's own answers: status as documented, message made up if AWS documents none. The error is what
 * `x-amzn-ErrorType` names, where others have seen it: docs/reference/facts.md#rest-error-type
 */
const TYPES = {
  ACCESS_DENIED: {
    status: 403,
    message: "User is not authorized to access this resource",
    error: "AccessDeniedException",
  },
  API_CONFIGURATION_ERROR: { status: 500, message: "Internal server error", error: "InternalServerErrorException" },
  AUTHORIZER_CONFIGURATION_ERROR: {
    status: 500,
    message: "Internal server error",
    error: "AuthorizerConfigurationException",
  },
  AUTHORIZER_FAILURE: { status: 500, message: "Internal server error" },
  BAD_REQUEST_PARAMETERS: { status: 400, message: "Bad request", error: "BadRequestException" },
  DEFAULT_4XX: { status: 400, message: "Bad request" },
  DEFAULT_5XX: { status: 500, message: "Internal server error", error: "InternalServerErrorException" },
  INTEGRATION_FAILURE: {
    status: 504,
    message: "Network error communicating with endpoint",
    error: "InternalServerErrorException",
  },
  INTEGRATION_TIMEOUT: { status: 504, message: "Endpoint request timed out", error: "InternalServerErrorException" },
  INVALID_API_KEY: { status: 403, message: "Forbidden", error: "ForbiddenException" },
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    message: "Missing Authentication Token",
    error: "MissingAuthenticationTokenException",
  },
  QUOTA_EXCEEDED: { status: 429, message: "Limit Exceeded", error: "LimitExceededException" },
  REQUEST_TOO_LARGE: { status: 413, message: "Request Too Long" },
  THROTTLED: { status: 429, message: "Too Many Requests", error: "TooManyRequestsException" },
  UNAUTHORIZED: { status: 401, message: "Unauthorized", error: "UnauthorizedException" },
} as const satisfies Readonly<Record<string, OwnAnswerType>>;

interface OwnAnswerType {
  readonly status: number;
  readonly message: string;
  readonly error?: string;
}

export type ResponseType = keyof typeof TYPES;

/** Documented types that are never used here, because the stand-in does not support their causes. */
const NEVER = [
  "BAD_REQUEST_BODY",
  "EXPIRED_TOKEN",
  "INVALID_SIGNATURE",
  "RESOURCE_NOT_FOUND",
  "UNSUPPORTED_MEDIA_TYPE",
  "WAF_FILTERED",
];

/** Its own variables. Templates of gateway responses support no language. */
const VARIABLE = /\$(context|stageVariables)\.([\w.]*\w)/g;
const ERROR_VARIABLES = ["error.message", "error.messageString", "error.responseType"];
const CONTEXT_VARIABLES = ["extendedRequestId", "httpMethod", "path", "requestId", "resourcePath", "stage"];

const DEFAULT_TEMPLATE = '{"message":$context.error.messageString}';

/** A header's value: a text, or one of the authorizer's. */
type Value = { readonly text: string } | { readonly variable: string };

interface Declared {
  readonly resource: Resource;
  readonly status?: number;
  readonly headers: Readonly<Record<string, Value>>;
  readonly template?: string;
}

export interface RestOwnAnswer extends LocalAnswer {
  /** Set if the gateway itself answered, and not the service. */
  readonly own: { readonly message: string; readonly responseType: ResponseType };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
export class GatewayResponses {
  private readonly declared = new Map<string, Declared>();

  /** @param names addresses in headers that stand for others on this machine */
  constructor(
    stack: Stack,
    private readonly names: LocalNames,
  ) {
    const add = (resource: Resource) => {
      const type = stack.text(resource, "response_type");
      const at = `${resource.address}.response_type`;
      if (!Object.hasOwn(TYPES, type) && !NEVER.includes(type)) throw new StackError(at, `no such type: ${type}`);
      if (this.declared.has(type)) throw new StackError(at, `a second one of ${type}`);
      this.declared.set(type, read(stack, resource));
    };
    for (const each of stack.declared("aws_api_gateway_gateway_response", RESPONSE)) stack.attempt(() => add(each));
  }

  /** @param context by variable, values beyond the request's own, such as `path` */
  answer(
    type: ResponseType,
    context: Readonly<Record<string, string | undefined>>,
    status: number = TYPES[type].status,
  ): RestOwnAnswer {
    const { message, error }: OwnAnswerType = TYPES[type];
    // AWS does not allow this response to be changed.
    const declared = type === "REQUEST_TOO_LARGE" ? undefined : this.declarationOf(type, status);
    const values: Readonly<Record<string, string | undefined>> = {
      ...context,
      "error.message": message,
      "error.messageString": JSON.stringify(message),
      "error.responseType": type,
    };
    const body = (declared?.template ?? DEFAULT_TEMPLATE).replace(
      VARIABLE,
      (_, __, name: string) => values[name] ?? "",
    );
    return {
      status: declared?.status ?? status,
      headers: {
        "content-type": "application/json",
        ...(error !== undefined && { "x-amzn-errortype": error }),
        ...this.headersOf(declared, values),
      },
      body,
      own: { message, responseType: type },
    };
  }

  /** Without headers whose variable has no value: AWS does not document what it does with those. */
  private headersOf(declared: Declared | undefined, values: Readonly<Record<string, string | undefined>>) {
    return Object.fromEntries(
      Object.entries(declared?.headers ?? {}).flatMap(([name, value]) => {
        const text = "text" in value ? value.text : values[value.variable];
        return text === undefined ? [] : [[name, this.names.toLocal(text)]];
      }),
    );
  }

  /** Returns the declaration for answers of this type. */
  addressOf(type: ResponseType): string | undefined {
    return this.declarationOf(type, TYPES[type].status)?.resource.address;
  }

  private declarationOf(type: ResponseType, status: number): Declared | undefined {
    return this.declared.get(type) ?? this.declared.get(status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX");
  }
}

function read(stack: Stack, resource: Resource): Declared {
  const { address } = resource;
  const headers: Record<string, Value> = {};
  for (const [key, value] of stack.textMap(resource, "response_parameters")) {
    const at = `${address}.response_parameters.${key}`;
    const [, name] = /^gatewayresponse\.header\.([\w-]+)$/.exec(key) ?? [];
    const [, text] = /^'([^']*)'$/.exec(value) ?? [];
    const [, variable] = /^context\.(authorizer\.\w+)$/.exec(value) ?? [];
    if (name === undefined || (text === undefined && variable === undefined))
      throw new StackError(at, "the stand-in knows only headers of fixed text, or of a value of the authorizer");
    headers[name] = text === undefined ? { variable: variable ?? "" } : { text };
  }
  const templates = stack.textMap(resource, "response_templates");
  const template = templates.get("application/json");
  if (templates.size > (template === undefined ? 0 : 1)) {
    throw new StackError(`${address}.response_templates`, "the stand-in knows only application/json");
  }
  for (const [, source, name = ""] of template?.matchAll(VARIABLE) ?? []) {
    if (source === "context" && [...ERROR_VARIABLES, ...CONTEXT_VARIABLES].includes(name)) continue;
    throw new StackError(`${address}.response_templates`, `unknown variable $${source}.${name}`);
  }
  const status = stack.value(resource, "status_code");
  if (status !== undefined && !/^[1-5]\d\d$/.test(String(status))) {
    throw new StackError(`${address}.status_code`, `got ${status}, expected a status`);
  }
  return { resource, headers, template, ...(status !== undefined && { status: Number(status) }) };
}
