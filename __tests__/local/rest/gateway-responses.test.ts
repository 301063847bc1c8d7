import type { Change } from "../support/document";
import { AUTHORIZED } from "./support/served-rest";
import { startSmallRest } from "./support/small-rest";

test("gateway responses: a type's own before the default, with its status, headers and template", async () => {
  const response = (response_type: string, more: object) => ({
    rest_api_id: "${aws_api_gateway_rest_api.gateway.id}",
    response_type,
    ...more,
  });
  const declare: Change = ({ resource }) =>
    Object.assign(resource, {
      aws_api_gateway_gateway_response: {
        default: response("DEFAULT_4XX", {
          response_parameters: { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" },
        }),
        unauthorized: response("UNAUTHORIZED", {
          status_code: "418",
          response_templates: { "application/json": '{"why":$context.error.messageString,"at":"$context.path"}' },
        }),
      },
    });
  const others = await startSmallRest([declare]);
  const own = await fetch(`${others.url}/scoped`);
  expect([own.status, await own.json()]).toEqual([418, { why: "Unauthorized", at: "/live/scoped" }]);
  expect(own.headers.get("access-control-allow-origin")).toBeNull();
  const fallback = await fetch(`${others.url}/open/7`, { headers: { "x-do": "deny" } });
  expect([fallback.status, fallback.headers.get("access-control-allow-origin")]).toEqual([403, "*"]);
  // The one that AWS does not let anybody change.
  const body = Buffer.alloc(10_000_001);
  const large = await fetch(`${others.url}/scoped`, { ...AUTHORIZED, method: "POST", body });
  expect([large.status, large.headers.get("access-control-allow-origin")]).toEqual([413, null]);
  await others.stop();
});
