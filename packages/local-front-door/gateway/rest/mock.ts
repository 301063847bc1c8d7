import { documentOf } from "../../../../contract/document-template";
import { type Resource, StackError } from "../../terraform/document";
import { type AttributeUse, expectValue } from "../../terraform/stack";
import type { IntegrationProps, RestIntegration, RestResult } from "./integration";
import type { RestMethod } from "./methods";
import { type Headers, headerValue, isBinary, type RestRequest } from "./request";
import { traceRestChoice } from "./rest-choices";

const AT_METHOD = ["http_method", "resource_id", "rest_api_id", "status_code"];
const METHOD_RESPONSE: AttributeUse = { read: [...AT_METHOD, "response_parameters"] };
const INTEGRATION_RESPONSE: AttributeUse = {
  read: [...AT_METHOD, "content_handling", "response_parameters", "response_templates"],
};

const ALLOW_ORIGIN = "Access-Control-Allow-Origin";

/** The gateway's own answer to a method, from its templates: to a preflight, or a document. */
export class MockIntegration implements RestIntegration {
  /** By the media type of the call's body: the status that its template requests. */
  private readonly statuses: ReadonlyMap<string, number>;
  /** The document that it answers; undefined for a preflight. */
  private readonly document: string | undefined;
  /** Origins that may call, in addition to a fixed header. */
  private readonly origins: readonly string[];
  private readonly headers: Readonly<Record<string, string>>;
  private readonly status: number;
  /** Whether bodies are text here. Otherwise no template can read the body. */
  private readonly readsText: boolean;

  constructor(
    private readonly props: IntegrationProps,
    private readonly resource: Resource,
    method: RestMethod,
  ) {
    const { stack } = props;
    const { address } = resource;
    for (const attribute of ["uri", "integration_http_method", "response_transfer_mode"]) {
      expectValue(stack, resource, attribute, undefined);
    }
    expectValue(stack, resource, "passthrough_behavior", "WHEN_NO_MATCH", "WHEN_NO_MATCH");
    if (stack.textMap(resource, "request_parameters").size > 0) {
      throw new StackError(
        `${address}.request_parameters`,
        "the stand-in supports only MOCK integrations without request parameters",
      );
    }
    this.readsText = this.convertsToText(resource) || !isBinary(undefined, props.api.binaryMediaTypes);
    this.statuses = this.templates(resource, "request_templates", statusTemplate);
    const response = this.only("aws_api_gateway_integration_response", INTEGRATION_RESPONSE, method);
    this.convertsToText(response);
    const declared = this.only("aws_api_gateway_method_response", METHOD_RESPONSE, method);
    const status = stack.text(response, "status_code");
    expectValue(stack, declared, "status_code", status);
    this.status = Number(status);
    const other = [...stack.textMap(response, "response_templates").keys()].find((type) => type !== "application/json");
    if (other !== undefined) {
      throw new StackError(`${response.address}.response_templates`, `the stand-in knows no template of ${other}`);
    }
    const written = stack.textMap(response, "response_templates").get("application/json");
    this.document = documentOf(written) && written;
    const origins =
      this.document === undefined ? this.templates(response, "response_templates", originsTemplate) : undefined;
    this.origins = origins?.get("application/json") ?? [];
    const known = Object.keys(stack.value(declared, "response_parameters") ?? {});
    this.headers = Object.fromEntries(
      [...stack.textMap(response, "response_parameters")].map(([key, value]) => {
        const at = `${response.address}.response_parameters.${key}`;
        const [, name] = /^method\.response\.header\.([\w-]+)$/.exec(key) ?? [];
        const [, text] = /^'([^']*)'$/.exec(value) ?? [];
        if (name === undefined || text === undefined) throw new StackError(at, "the stand-in knows only fixed texts");
        if (!known.includes(key))
          throw new StackError(at, `${declared.address}.response_parameters does not declare it`);
        return [name, text];
      }),
    );
  }

  async forward(request: RestRequest): Promise<RestResult> {
    const { trace, localOrigins, names } = this.props;
    const { address } = this.resource;
    const [type = ""] = (headerValue(request.headers, "content-type") ?? "application/json").split(";");
    const status = this.statuses.get(type.trim());
    if (status === undefined) traceRestChoice(trace, "rest-mock-body", address);
    if (status === undefined || !this.readsText) {
      trace.refuse("gateway", "a MOCK integration without a statusCode", address);
      return { answer: "API_CONFIGURATION_ERROR", error: "no statusCode" };
    }
    const listed = templateOrigin(request.headers);
    const isListed = listed !== undefined && this.origins.includes(listed);
    const headers = {
      "content-type": "application/json",
      ...this.headers,
      ...(isListed && { [ALLOW_ORIGIN]: listed }),
    };
    if (this.document !== undefined) {
      trace.allow("gateway", "the gateway's own document", address);
      return { answer: { status: this.status, headers, body: names.toLocal(this.document) } };
    }
    const origin = headerValue(request.headers, "origin");
    const isLocal = origin !== undefined && localOrigins.includes(origin) && !Object.hasOwn(headers, ALLOW_ORIGIN);
    if (origin !== undefined && !isLocal && !Object.hasOwn(headers, ALLOW_ORIGIN)) {
      trace.refuse("gateway", `preflight: the origin ${origin} is not declared`, address);
    } else {
      trace.allow("gateway", isLocal ? "preflight from a local origin" : "the gateway's own answer", address);
    }
    const answer = { ...headers, ...(isLocal && { [ALLOW_ORIGIN]: origin }) };
    return { answer: { status: this.status, headers: answer, body: "" } };
  }

  private convertsToText(resource: Resource): boolean {
    const handling = this.props.stack.value(resource, "content_handling");
    if (handling === undefined || handling === "CONVERT_TO_TEXT") return handling !== undefined;
    const known = `got ${handling}, the stand-in knows only CONVERT_TO_TEXT`;
    throw new StackError(`${resource.address}.content_handling`, known);
  }

  /** By media type. */
  private templates<T>(
    resource: Resource,
    attribute: string,
    read: (source: string, address: string) => T,
  ): ReadonlyMap<string, T> {
    const declared = [...this.props.stack.textMap(resource, attribute)];
    const at = `${resource.address}.${attribute}`;
    return new Map(declared.map(([type, source]) => [type, read(source, `${at}.${type}`)]));
  }

  /** The only response of this type that belongs to the method. */
  private only(type: string, use: AttributeUse, method: RestMethod): Resource {
    const { stack, table } = this.props;
    const own = stack.declared(type, use).filter((each) => table.of(each) === method);
    const [found, second] = own;
    if (found !== undefined && second === undefined) return found;
    throw new StackError(second?.address ?? this.resource.address, `expected exactly one ${type} of ${method.key}`);
  }
}

/** API Gateway's templates are programs in the Velocity language. Only these two forms are supported here. */
const STATUS = /^\s*\{\s*"statusCode"\s*:\s*([1-5]\d\d)\s*\}\s*$/;
const LISTED = String.raw`\$origin == "([^"$#\\]+)"`;
const ORIGINS = new RegExp(
  [
    String.raw`^#set\(\$origin = \$input\.params\(\)\.header\.get\("Origin"\)\)`,
    String.raw`#if\(!\$origin \|\| \$origin == ""\)#set\(\$origin = \$input\.params\(\)\.header\.get\("origin"\)\)#end`,
    String.raw`#if\((${LISTED}(?: \|\| ${LISTED})*)\)#set\(\$context\.responseOverride\.header\.Access-Control-Allow-Origin = \$origin\)#end$`,
  ].join(String.raw`\n`),
);

/** The status that a MOCK integration's request template requests: `{"statusCode":204}`. */
export function statusTemplate(source: string, address: string): number {
  const [, status] = STATUS.exec(source) ?? [];
  if (status === undefined) throw new StackError(address, `got ${shortened(source)}, expected {"statusCode":204}`);
  return Number(status);
}

/** The origins of a template that returns the caller's own origin, if it is in a list. */
export function originsTemplate(source: string, address: string): readonly string[] {
  const [, listed] = ORIGINS.exec(source) ?? [];
  if (listed !== undefined) return [...listed.matchAll(new RegExp(LISTED, "g"))].map(([, origin = ""]) => origin);
  const remedy = "or a fixed Access-Control-Allow-Origin in response_parameters and no template";
  throw new StackError(
    address,
    `got ${shortened(source)}, expected the template that compares $origin with a list of origins, ${remedy}`,
  );
}

/** What such a template reads as the caller's origin: exactly `Origin`, or else exactly `origin`. */
export function templateOrigin(headers: Headers): string | undefined {
  const value = (name: string) => headers.findLast(([each]) => each === name)?.[1];
  return value("Origin") || (value("origin") ?? value("Origin"));
}

function shortened(source: string): string {
  const line = JSON.stringify(source);
  return line.length <= 80 ? line : `${line.slice(0, 80)}…`;
}
