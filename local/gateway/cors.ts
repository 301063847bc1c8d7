import type { LocalAnswer } from "../local-http";
import type { AttributeUse, Block, Stack } from "../stack";
import { type Resource, StackError } from "../terraform-document";

const CORS: AttributeUse = {
  read: ["allow_credentials", "allow_headers", "allow_methods", "allow_origins", "expose_headers", "max_age"],
  immaterial: {},
};

type Headers = ReadonlyMap<string, string>;
type AnswerHeaders = NonNullable<LocalAnswer["headers"]>;

/**
 * The API's own CORS answers, where it declares any.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export class Cors {
  static of(stack: Stack, api: Resource): Cors | undefined {
    const [block] = stack.blocks(api, "cors_configuration", CORS);
    return block && new Cors(block);
  }

  readonly address: string;
  private readonly origins: readonly string[];
  private readonly forPreflight: AnswerHeaders;
  private readonly forAnswers: AnswerHeaders;

  private constructor(block: Block) {
    this.address = block.address;
    this.origins = list(block, "allow_origins");
    const credentials = block.body.allow_credentials === true;
    if (credentials && this.origins.includes("*")) {
      throw new StackError(`${block.address}.allow_credentials`, "refused by API Gateway beside the origin *");
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

  /** What the gateway answers by itself: `OPTIONS` with the two headers that make it a preflight. */
  isPreflight(method: string, headers: Headers): boolean {
    return method === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method");
  }

  preflight(headers: Headers): LocalAnswer {
    const origin = this.allowedOrigin(headers);
    return { status: 204, headers: origin && { ...origin, ...this.forPreflight }, body: "" };
  }

  /** The service's own CORS headers are ignored, whoever calls. */
  onAnswer(answer: LocalAnswer, headers: Headers): LocalAnswer {
    const others = Object.entries(answer.headers ?? {}).filter(([name]) => !/^access-control-/i.test(name));
    const origin = this.allowedOrigin(headers);
    return { ...answer, headers: { ...Object.fromEntries(others), ...origin, ...(origin && this.forAnswers) } };
  }

  isDeclared(headers: Headers): boolean {
    return this.allowedOrigin(headers) !== undefined;
  }

  /** `*`, `https://*` and `http://*` are patterns; every other origin counts as it is written. */
  private allowedOrigin(headers: Headers): AnswerHeaders | undefined {
    const origin = headers.get("origin");
    if (origin === undefined) return undefined;
    if (this.origins.includes("*")) return { "access-control-allow-origin": "*" };
    const allowed = this.origins.some(
      (each) => each === origin || (/^https?:\/\/\*$/.test(each) && origin.startsWith(each.slice(0, -1))),
    );
    return allowed ? { "access-control-allow-origin": origin } : undefined;
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
