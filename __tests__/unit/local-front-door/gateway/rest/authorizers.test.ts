import { readRestApi } from "../../../../../packages/local-front-door/gateway/rest/api";
import { RestAuthorizers } from "../../../../../packages/local-front-door/gateway/rest/authorizers";
import { MethodTable } from "../../../../../packages/local-front-door/gateway/rest/methods";
import type { RestRequest } from "../../../../../packages/local-front-door/gateway/rest/request";
import type { TerraformDocument } from "../../../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../../../packages/local-front-door/terraform/stack";
import { LocalTrace } from "../../../../../packages/local-front-door/trace/trace";
import { changed } from "../../../../support/local/document";
import { functionOf } from "../../../../support/local/judged";
import { DEPLOYED, REST_PARTS } from "../../../../support/local/rest/small-rest-document";
import { smallDocument } from "../../../../support/local/small-document";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test.each([
  ["29 seconds", undefined, 29_000],
  ["the test's time limit", 50, 50],
])("a function that does not answer times out after %s", async (_, given, milliseconds) => {
  const document = changed(smallDocument(), REST_PARTS, DEPLOYED);
  const stack = Stack.of(document as TerraformDocument, "/nowhere");
  const [api, trace] = [readRestApi(stack), new LocalTrace()];
  const table = new MethodTable(stack, api);
  const hangs = functionOf(stack, () => new Promise(() => {}));
  const authorizers = new RestAuthorizers(stack, api, [hangs], table, trace, Date.now, given);
  const match = table.find("GET", "/open/7");
  if (match === undefined) throw new Error("no method");
  const request: RestRequest = {
    httpMethod: "GET",
    path: "/open/7",
    stagePath: "/live/open/7",
    query: "",
    headers: [],
    body: "",
    match,
    stage: "live",
    stageVariables: new Map([["policy", "abc"]]),
    sourceIp: "127.0.0.1",
    requestId: "id",
    extendedRequestId: "extended",
    startedAt: 0,
    authorizer: new Map(),
  };
  let verdict: unknown;
  const asked = authorizers.judge(request).then((found) => {
    verdict = found;
  });
  await jest.advanceTimersByTimeAsync(milliseconds - 1);
  expect(verdict).toBeUndefined();
  await jest.advanceTimersByTimeAsync(1);
  await asked;
  expect(verdict).toMatchObject({ kind: "refused", type: "AUTHORIZER_FAILURE" });
  expect(trace.refusal).toMatchObject({ at: "gateway", declaration: "aws_api_gateway_authorizer.public" });
});
