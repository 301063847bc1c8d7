import { set } from "../support/document";
import { servedRest } from "./support/served-rest";

const accessLog: string[] = [];
const format = JSON.stringify({
  id: "$context.extendedRequestId",
  route: "$context.httpMethod $context.resourcePath",
  status: "$context.status",
  error: "$context.error.responseType",
  decision: "$context.authorizer.decision",
  absent: "$context.integration.error",
  bytes: "$context.responseLength",
});
const logged = set("aws_api_gateway_stage.gateway", { access_log_settings: { format } });
const api = servedRest([logged], { gateway: { onAccessLogLine: (line) => accessLog.push(line) } });

test("the access log has REST's variables, and a hyphen for what is absent", async () => {
  accessLog.length = 0;
  const response = await fetch(`${api.url}/open/7`);
  const body = await response.text();
  await fetch(`${api.url}/open/7`, { headers: { "x-do": "deny" } });
  expect(accessLog.map((line) => JSON.parse(line))).toEqual([
    {
      id: response.headers.get("x-amz-apigw-id"),
      route: "GET /open/{id}",
      status: "200",
      error: "-",
      decision: "allow",
      absent: "-",
      bytes: String(body.length),
    },
    expect.objectContaining({ status: "403", error: "ACCESS_DENIED", decision: "-" }),
  ]);
});
