import type { HttpRequest } from "../../../../cli/process/https";
import { answerOf, PAUSE_MILLISECONDS, Sender, servedBy } from "../../../../cli/verify/requests";
import { FakeClock } from "../../../support/verify/run";

function senderWith(basePath = "") {
  const sent: (HttpRequest & { sentAt: number })[] = [];
  const clock = new FakeClock();
  const start = clock.now();
  const client = async (request: HttpRequest) => {
    sent.push({ ...request, sentAt: clock.now() - start });
    return { status: 200, headers: { "apigw-requestid": "abc=" }, body: "" };
  };
  const gateway = { origin: "https://api.test.example", basePath };
  return { sent, sender: new Sender(gateway, { CALLER_TOKEN: "a.b.c" }, client, clock) };
}

const orders = { name: "orders", origin: "https://orders.run.example" };

test("sends requests to their addresses, with the token in the given header", async () => {
  const { sent, sender } = senderWith("/v1");
  const as = "CALLER_TOKEN";
  await sender.send({ method: "GET", to: "gateway", path: "/orders", as });
  await sender.send({ method: "GET", to: orders, path: "/", as, credentialHeader: "X-Other" });
  expect(sent.map(({ origin, path, headers }) => [origin, path, headers.Authorization, headers["X-Other"]])).toEqual([
    ["https://api.test.example", "/v1/orders", "Bearer a.b.c", undefined],
    ["https://orders.run.example", "/", undefined, "Bearer a.b.c"],
  ]);
});

test("sends one request at a time, with a pause in between, and none without the planned token", async () => {
  const { sent, sender } = senderWith();
  for (const path of ["/a", "/b", "/c"]) await sender.send({ method: "GET", to: "gateway", path });
  expect(sent.map(({ sentAt }) => sentAt)).toEqual([0, PAUSE_MILLISECONDS, 2 * PAUSE_MILLISECONDS]);
  const refused = sender.send({ method: "GET", to: "gateway", path: "/", as: "OTHER_CALLER_TOKEN" });
  await expect(refused).rejects.toThrow("planned without OTHER_CALLER_TOKEN");
});

const by = (status: number, body: string, headers = {}) => answerOf({ status, body, headers }).by;

test("the gateway's own answers have the status text, and no other key", () => {
  expect(by(401, '{"message":"Unauthorized"}')).toBe("gateway");
  expect(by(404, '{"message":"Not Found"}')).toBe("gateway");
  expect(by(500, '{"message":"Internal Server Error"}')).toBe("gateway");
});

test("a REST API names the error type of its own answers, and passes Google's header on under another name", () => {
  const denied = '{"Message":"User is not authorized to access this resource with an explicit deny"}';
  expect(by(403, denied, { "x-amzn-errortype": "AccessDeniedException" })).toBe("gateway");
  expect(by(403, denied)).toBe("service");
  expect(by(403, denied, { "x-amzn-errortype": "x", "x-amzn-remapped-server": "Google Frontend" })).toBe("service");
  const ids = { "x-amzn-requestid": "chosen", "x-amz-apigw-id": "own" };
  expect(answerOf({ status: 200, body: "", headers: ids }).requestId).toBe("own");
});

test("recognizes a service with the same answer by Google's header, or by other keys", () => {
  expect(by(404, '{"message":"Not Found"}', { server: "Google Frontend" })).toBe("service");
  expect(by(404, '{"message":"Not Found"}', { "x-cloud-trace-context": "1" })).toBe("service");
  expect(by(404, '{"message":"Not Found","statusCode":404}')).toBe("service");
  expect(by(404, "null")).toBe("service");
});

test("recognizes Cloud Run's refusal by its page; no other 401 or 403 counts as the service's answer", () => {
  const page = "<h2>Your client does not have permission to get URL <code>/</code> from this server.</h2>";
  expect([by(403, page), by(200, page)]).toEqual(["cloud-run", "service"]);
  expect(servedBy(answerOf({ status: 403, body: "<h1>Forbidden</h1>", headers: {} }))).toBe(false);
  expect(servedBy(answerOf({ status: 404, body: "no such order", headers: {} }))).toBe(true);
});
