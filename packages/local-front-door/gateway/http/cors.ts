import type { LocalAnswer } from "../../net/local-http";
import { type Resource, StackError } from "../../terraform/document";
import type { AttributeUse, Block, Stack } from "../../terraform/stack";

const CORS: AttributeUse = {
  read: ["allow_credentials", "allow_headers", "allow_methods", "allow_origins", "expose_headers", "max_age"],
};

type Headers = ReadonlyMap<string, string>;
type AnswerHeaders = NonNullable<LocalAnswer["headers"]>;

/**
 * The API's own CORS answers, if it declares any.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export class Cors {
  /** @param localOrigins origins of this machine, allowed in addition to the declared ones: a deviation */
  static of(stack: Stack, api: Resource, localOrigins: readonly string[] = []): Cors | undefined {
    const [block] = stack.blocks(api, "cors_configuration", CORS);
    if (block === undefined && localOrigins.length > 0) {
      const remedy =
        "without gateway.cors, services answer CORS themselves: declare gateway.cors, or leave out --origin";
      throw new StackError(
        `${api.address}.cors_configuration`,
        `not declared, so no local origin can be added; ${remedy}`,
      );
    }
    return block && new Cors(block, localOrigins);
  }

  readonly address: string;
  private readonly origins: readonly string[];
  /** Allowed on this machine only, without a declaration. */
  private readonly localOrigins: readonly string[];
  private readonly forPreflight: AnswerHeaders;
  private readonly forAnswers: AnswerHeaders;

  private constructor(block: Block, localOrigins: readonly string[]) {
    this.address = block.address;
    this.origins = list(block, "allow_origins");
    this.localOrigins = [...new Set(localOrigins)].filter((origin) => !this.declares(origin));
    const credentials = block.body.allow_credentials === true;
    if (credentials && this.origins.includes("*")) {
      throw new StackError(`${block.address}.allow_credentials`, "refused by API Gateway together with the origin *");
    }
    const always: AnswerHeaders = credentials ? { "access-control-allow-credentials": "true" } : {};
    const { max_age: maxAge } = block.body;
    this.forPreflight = {
      ...always,
      ...joined("access-control-allow-methods", list(block, "allow_methods")),
      ...joined("access-control-allow-headers", list(block, "allow_headers")),
      ...(maxAge !== undefined && { "access-control-max-age": String(maxAge) }),
    };
    this.forAnswers = { ...always, ...joined("access-control-expose-headers", list(block, "expose_headers")) };
  }

  /** Whether the gateway answers the request itself: `OPTIONS` with the two headers of a preflight. */
  isPreflight(method: string, headers: Headers): boolean {
    return method === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method");
  }

  preflight(headers: Headers): LocalAnswer {
    const origin = this.allowedOrigin(headers);
    return { status: 204, headers: origin && { ...origin, ...this.forPreflight }, body: "" };
  }

  /** The service's own CORS headers are ignored, for every caller. */
  onAnswer(answer: LocalAnswer, headers: Headers): LocalAnswer {
    const others = Object.entries(answer.headers ?? {}).filter(([name]) => !/^access-control-/i.test(name));
    const origin = this.allowedOrigin(headers);
    return { ...answer, headers: { ...Object.fromEntries(others), ...origin, ...(origin && this.forAnswers) } };
  }

  get deviations(): readonly string[] {
    return this.localOrigins.map((origin) => `${this.address}.allow_origins: on this machine ${origin} may also call`);
  }

  isAllowed(headers: Headers): boolean {
    return this.allowedOrigin(headers) !== undefined;
  }

  /** Whether the page is allowed only by a deviation. A deployed gateway would refuse it. */
  isLocal(headers: Headers): boolean {
    return this.localOrigins.includes(headers.get("origin") ?? "");
  }

  private allowedOrigin(headers: Headers): AnswerHeaders | undefined {
    const origin = headers.get("origin");
    if (origin === undefined) return undefined;
    if (this.origins.includes("*")) return { "access-control-allow-origin": "*" };
    const allowed = this.localOrigins.includes(origin) || this.declares(origin);
    return allowed ? { "access-control-allow-origin": origin } : undefined;
  }

  /** `*`, `https://*` and `http://*` are patterns; every other origin is compared literally. */
  private declares(origin: string): boolean {
    return this.origins.some(
      (each) =>
        each === "*" || each === origin || (/^https?:\/\/\*$/.test(each) && origin.startsWith(each.slice(0, -1))),
    );
  }
}

function joined(name: string, values: readonly string[]): AnswerHeaders {
  return values.length === 0 ? {} : { [name]: values.join(",") };
}

function list({ address, body }: Block, attribute: string): readonly string[] {
  const value = body[attribute] ?? [];
  if (Array.isArray(value) && value.every((each): each is string => typeof each === "string")) return value;
  throw new StackError(`${address}.${attribute}`, "expected a list of strings");
}
