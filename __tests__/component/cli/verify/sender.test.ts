import type { HttpRequest } from "../../../../cli/verify/deployed/outside";
import { PAUSE_MILLISECONDS, Sender } from "../../../../cli/verify/sender";
import { deployment } from "../../../support/verify/deployment";
import { FakeClock } from "../../../support/verify/run";

function senderWith(basePath = "") {
  const sent: (HttpRequest & { at: number })[] = [];
  const clock = new FakeClock();
  const start = clock.now();
  const client = async (request: HttpRequest) => {
    sent.push({ ...request, at: clock.now() - start });
    return { status: 200, headers: { "apigw-requestid": "abc=" }, body: "" };
  };
  const known = { ...deployment(), gateway: { origin: "https://api.test.example", basePath } };
  return { sent, sender: new Sender({ deployment: known, tokens: { CALLER_TOKEN: "a.b.c" }, client, clock }) };
}

test("sends requests to the deployment's addresses, with the token in the given header", async () => {
  const { sent, sender } = senderWith("/v1");
  await sender.send({ method: "GET", to: "gateway", path: "/orders", as: "CALLER_TOKEN" });
  await sender.send({
    method: "GET",
    to: { service: "orders" },
    path: "/",
    as: "CALLER_TOKEN",
    credentialHeader: "X-Other",
  });
  expect(sent.map(({ origin, path, headers }) => [origin, path, headers.Authorization, headers["X-Other"]])).toEqual([
    ["https://api.test.example", "/v1/orders", "Bearer a.b.c", undefined],
    ["https://orders.run.example", "/", undefined, "Bearer a.b.c"],
  ]);
});

test("sends one request at a time, with a pause in between", async () => {
  const { sent, sender } = senderWith();
  for (const path of ["/a", "/b", "/c"]) await sender.send({ method: "GET", to: "gateway", path });
  expect(sent.map(({ at }) => at)).toEqual([0, PAUSE_MILLISECONDS, 2 * PAUSE_MILLISECONDS]);
});

test("sends nothing to a service that is not deployed, or without the planned token", async () => {
  const { sender } = senderWith();
  await expect(sender.send({ method: "GET", to: { service: "other" }, path: "/" })).rejects.toThrow("no service other");
  await expect(sender.send({ method: "GET", to: "gateway", path: "/", as: "OTHER_CALLER_TOKEN" })).rejects.toThrow(
    "planned without OTHER_CALLER_TOKEN",
  );
});
