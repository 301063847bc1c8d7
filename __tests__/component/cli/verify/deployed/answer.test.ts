import { answerOf, servedBy } from "../../../../../cli/verify/deployed/answer";

const by = (status: number, body: string, headers = {}) => answerOf({ status, body, headers }).by;

test("the gateway's own answers have the status text, and no other key", () => {
  expect(by(401, '{"message":"Unauthorized"}')).toBe("gateway");
  expect(by(403, '{"message":"Forbidden"}')).toBe("gateway");
  expect(by(404, '{"message":"Not Found"}')).toBe("gateway");
  expect(by(500, '{"message":"Internal Server Error"}')).toBe("gateway");
  expect(by(503, '{"message":"Service Unavailable"}')).toBe("gateway");
});

test("a REST API names the error type of its own answers, and passes Google's header on under another name", () => {
  const denied = '{"Message":"User is not authorized to access this resource with an explicit deny"}';
  expect(by(403, denied, { "x-amzn-errortype": "AccessDeniedException" })).toBe("gateway");
  expect(by(403, denied)).toBe("service");
  const handedOn = { "x-amzn-errortype": "x", "x-amzn-remapped-server": "Google Frontend" };
  expect(by(403, denied, handedOn)).toBe("service");
  const ids = { "x-amzn-requestid": "chosen", "x-amz-apigw-id": "own" };
  expect(answerOf({ status: 200, body: "", headers: ids }).requestId).toBe("own");
});

test("recognizes a service with the same answer by Google's header, or by other keys", () => {
  expect(by(404, '{"message":"Not Found"}', { server: "Google Frontend" })).toBe("service");
  expect(by(404, '{"message":"Not Found"}', { "x-cloud-trace-context": "1" })).toBe("service");
  expect(by(404, '{"message":"Not Found","statusCode":404}')).toBe("service");
  expect(by(404, '{"message":"no such order"}')).toBe("service");
  expect(by(404, "null")).toBe("service");
});

test("recognizes Cloud Run's refusal by its page; no other 401 or 403 counts as the service's answer", () => {
  const page = "<h2>Your client does not have permission to get URL <code>/</code> from this server.</h2>";
  expect(by(403, page)).toBe("cloud-run");
  expect(by(200, page)).toBe("service");
  expect(servedBy(answerOf({ status: 403, body: "<h1>Forbidden</h1>", headers: {} }))).toBe(false);
  expect(servedBy(answerOf({ status: 404, body: "no such order", headers: {} }))).toBe(true);
});
