import { HTTP_VARIABLES } from "../../../../../packages/local-front-door/gateway/http/http-gateway";
import { AccessLog, commonLogTime } from "../../../../../packages/local-front-door/gateway/shared/access-log";
import type { TerraformDocument } from "../../../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../../../packages/local-front-door/terraform/stack";
import { changed, set } from "../../../../support/local/document";
import { smallDocument } from "../../../../support/local/small-document";

const TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl";

function line(format: string, record: Readonly<Record<string, string | number>> = {}): string | undefined {
  const log = set("aws_apigatewayv2_stage.gateway", { access_log_settings: { format } });
  const stack = Stack.of(changed(smallDocument(), log) as TerraformDocument, "/nowhere");
  const [stage] = stack.all("aws_apigatewayv2_stage");
  return stage && AccessLog.of(stack, stage, HTTP_VARIABLES)?.line((variable) => record[variable]);
}

test("each variable is replaced by its value, or by a hyphen if it has none", () => {
  expect(line("$context.status|$context.routeKey|$context.path.", { status: 200, path: "/a" })).toBe("200|-|/a.");
});

test("variables of parts that do not exist here are known, and absent", () => {
  const names = ["identity.userArn", "customDomain.basePathMatched", "identity.clientCert.validity.notAfter"];
  expect(line(names.map((name) => `$context.${name}`).join(" "))).toBe("- - -");
});

test("no token is logged, wherever the format refers to one", () => {
  const format = "$context.authorizer.token $context.identity.userAgent $context.path";
  const record = {
    "authorizer.token": `Bearer ${TOKEN}`,
    "identity.userAgent": `x bearer ${TOKEN}`,
    path: `/open/${TOKEN}`,
  };
  expect(line(format, record)).toBe("Bearer [token] x bearer [token] /open/[token]");
});

test("times have the Common Log Format", () => {
  expect(commonLogTime(Date.UTC(2020, 2, 12, 19, 3, 58))).toBe("12/Mar/2020:19:03:58 +0000");
});
