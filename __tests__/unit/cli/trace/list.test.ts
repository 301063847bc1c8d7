import { listText, requestsLike } from "../../../../cli/trace/trace";
import { AT, access, decision, devPlaces, PERIOD, refused, source } from "../../../support/trace/lines";

const at = (milliseconds: number, requestId: string) => ({ time: String(AT + milliseconds), requestId });
const LINES = source([
  access(at(0, "allowed-200=====")),
  refused("403", at(1, "refused-of-web==")),
  refused("403", at(2, "refused-of-desk=")),
  refused("500", at(3, "failed-500======")),
  access({ ...at(4, "desk-403-named=="), status: "403", client: "customers/support-desk" }),
  access({ ...at(5, "web-by-agent-200"), actor: "customers/agent" }),
  refused("403", at(6, "refused-of-agent")),
  decision({
    requestId: "refused-of-agent",
    decision: "forbidden",
    client: "customers/desk",
    actor: "customers/agent",
  }),
  decision({ requestId: "refused-of-web==", decision: "forbidden", reason: "scope" }),
  decision({ requestId: "refused-of-desk=", decision: "forbidden", client: "customers/support-desk" }),
]);
const ids = async (wanted: Parameters<typeof requestsLike>[2]) =>
  (await requestsLike(devPlaces(), LINES, wanted, PERIOD)).map(({ requestId }) => requestId);

test("lists only refused requests, the newest first", async () => {
  expect(await ids({ status: "refused" })).toEqual([
    ...["refused-of-agent", "desk-403-named==", "failed-500======", "refused-of-desk=", "refused-of-web=="],
  ]);
  expect(await ids({ status: "500" })).toEqual(["failed-500======"]);
});

test("finds a client's refused requests in the access log, or in the authorizer's log", async () => {
  expect(await ids({ status: "403", client: "customers/support-desk" })).toEqual([
    "desk-403-named==",
    "refused-of-desk=",
  ]);
  expect(await ids({ status: "403", client: "customers/web" })).toEqual(["refused-of-web=="]);
  expect(await ids({ status: "403", client: "customers/none" })).toEqual([]);
});

test("finds the requests in which a client acts for another", async () => {
  expect(await ids({ status: "200", client: "customers/agent" })).toEqual(["web-by-agent-200"]);
  expect(await ids({ status: "refused", client: "customers/agent" })).toEqual(["refused-of-agent"]);
});

test("prints one line per request: time, id, status, route, client", async () => {
  const [line] = listText(await requestsLike(devPlaces(), LINES, { status: "500" }, PERIOD));
  expect(line).toBe("2026-11-28T10:00:00.003Z  failed-500======  500  GET /orders  -");
  const [acting] = listText(
    await requestsLike(devPlaces(), LINES, { status: "200", client: "customers/agent" }, PERIOD),
  );
  expect(acting).toContain("customers/web through customers/agent");
});
