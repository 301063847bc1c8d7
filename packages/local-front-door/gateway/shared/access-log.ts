import { type Resource, StackError } from "../../terraform/document";
import type { Stack } from "../../terraform/stack";

const SETTINGS = {
  read: ["destination_arn", "format"],
};

/** The value of a variable, `status`, for one request. A missing value is undefined, never empty. */
export type AccessValues = (variable: string) => string | number | undefined;

/**
 * The variables of one kind of API: those that this gateway fills in, and documented ones that are always absent here.
 */
export interface LogVariables {
  readonly filled: readonly string[];
  readonly absent: readonly RegExp[];
}

/** The variables that both kinds of API fill in. */
const FILLED = [
  ...["accountId", "apiId", "domainName", "domainPrefix", "extendedRequestId", "httpMethod", "path", "protocol"],
  ...["requestId", "requestTime", "requestTimeEpoch", "stage", "status", "responseLatency", "responseLength"],
  ...["authorizer.error", "error.message", "error.messageString", "error.responseType"],
  ...["identity.sourceIp", "identity.userAgent"],
  ...["integration.error", "integration.latency", "integration.status", "integrationLatency", "integrationStatus"],
];

/**
 * Documented for both kinds, always absent here: for IAM authorization, AWS integrations, mutual TLS and custom
 * domains.
 */
const ABSENT =
  /^(awsEndpointRequestId2?|customDomain\.basePathMatched|integration\.(integrationStatus|requestId)|identity\.(accountId|caller|clientCert\.[A-Za-z.]+|cognito[A-Za-z]+|principalOrgId|user|userArn))$/;

/** Adds the variables of one kind of API. @param absent its own, always absent here. Default: none */
export function logVariables(filled: readonly string[], absent?: RegExp): LogVariables {
  return { filled: [...FILLED, ...filled], absent: absent === undefined ? [ABSENT] : [ABSENT, absent] };
}

const VARIABLE = /\$context\.([A-Za-z0-9_.]*[A-Za-z0-9_])/;

/** One line for each request, in the stage's own format. */
export class AccessLog {
  /** @returns undefined if the stage declares no access log */
  static of(stack: Stack, stage: Resource, variables: LogVariables): AccessLog | undefined {
    const [settings] = stack.blocks(stage, "access_log_settings", SETTINGS);
    if (settings === undefined) return undefined;
    const { format, destination_arn: destination } = settings.body;
    const address = `${settings.address}.format`;
    if (typeof format !== "string") throw new StackError(address, "expected a string");
    const parts = format.split(VARIABLE);
    for (const name of namesIn(parts)) {
      const known =
        variables.filled.includes(name) ||
        variables.absent.some((each) => each.test(name)) ||
        name.startsWith("authorizer.");
      if (!known) throw new StackError(address, `unknown variable $context.${name}`);
    }
    return new AccessLog(parts, groupOf(destination));
  }

  private constructor(
    /** Literal texts and names of variables, alternating. */
    private readonly parts: readonly string[],
    /** Log group, as Logs Insights names it: `123456789012:/aws/vendedlogs/x`. */
    readonly group: string,
  ) {}

  line(values: AccessValues): string {
    const { parts } = this;
    let text = parts[0] ?? "";
    for (let index = 1; index < parts.length; index += 2) {
      text += `${values(parts[index] ?? "") ?? "-"}${parts[index + 1]}`;
    }
    return withoutTokens(text);
  }
}

function namesIn(parts: readonly string[]): readonly string[] {
  return parts.filter((_, index) => index % 2 === 1);
}

/** The account and the name in a log group's ARN. */
function groupOf(destination: unknown): string {
  const [, account = "", name = ""] = /^arn:aws:logs:[^:]*:(\d+):log-group:([^:]+)/.exec(String(destination)) ?? [];
  return `${account}:${name}`;
}

/**
 * API Gateway writes everything that the format names. Here no token leaves the program, even if the format names one.
 */
function withoutTokens(text: string): string {
  return text
    .replace(/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, "[token]")
    .replace(/\b(bearer|basic) [^\s"'\\]+/gi, "$1 [token]");
}

/** `12/Mar/2020:19:03:58 +0000`, the time of the Common Log Format, also used in events of payload format 2.0. */
export function commonLogTime(milliseconds: number): string {
  // `Thu, 12 Mar 2020 19:03:58 GMT`
  const [, day, month, year, time] = new Date(milliseconds).toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
