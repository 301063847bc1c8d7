import type { DeclaredResource, DeclaredStack } from "./declared-stack";
import { type Finding, PolicyRule } from "./rule";

/** Keys of an access log that could hold a token: the authorizer's own, and any request header. */
const TOKEN = /\$context\.authorizer\.googleAuthorization|\$request\.|\$context\.authorizer\.?("|$)|authorization/i;

/** A log is read by more people than may call: whoever reads a token there is its bearer. */
export class NoTokenInLogs extends PolicyRule {
  readonly id = "no-token-in-logs";

  findings(stack: DeclaredStack): readonly Finding[] {
    return stack.ofType("aws_apigatewayv2_stage").flatMap(({ address, attributes }) => {
      const { format } = (attributes.access_log_settings ?? {}) as { format?: string };
      const found: Finding[] = [];
      if (format === undefined) found.push({ address, message: "has no access log: set access_log_settings" });
      else if (TOKEN.test(format)) found.push({ address, message: "logs a token: take the key out of the format" });
      if (traces(attributes)) found.push({ address, message: "logs whole requests: leave data_trace_enabled off" });
      return found;
    });
  }
}

function traces({ default_route_settings, route_settings }: DeclaredResource["attributes"]): boolean {
  return [default_route_settings, route_settings]
    .flat()
    .some((settings) => (settings as { data_trace_enabled?: unknown } | undefined)?.data_trace_enabled);
}
