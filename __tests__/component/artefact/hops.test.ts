import type { Clouds } from "../../../packages/local-front-door/clouds";
import type { SeenRequest } from "../../../packages/local-front-door/trace/request-log";
import { Callers, send } from "./support/callers";
import { DevStack } from "./support/dev-stack";

let stack: DevStack;
let clouds: Clouds;
let callers: Callers;
beforeAll(async () => {
  stack = new DevStack();
  clouds = await stack.start();
  callers = new Callers(clouds);
});
afterAll(() => stack.remove());

const seen = (response: Response): SeenRequest => {
  const found = clouds.trace.requests.find(response.headers.get("apigw-requestid") ?? "");
  if (found === undefined) throw new Error("not seen");
  return found;
};

test("hops on both sides of two processes and five connections belong to the request that led to them", async () => {
  callers.function("callers").coldStart();
  const token = await callers.web(["orders/read", "accounts/read"]);
  const paths = ["/orders", "/accounts/me", "/products", "/orders/7", "/accounts/me"];
  const responses = await Promise.all(paths.map((path) => send(clouds, path, { token })));
  const requests = responses.map(seen);
  expect(requests.map(({ answer }) => answer?.status)).toEqual([200, 200, 200, 200, 200]);
  for (const [index, { hops, path }] of requests.entries()) {
    expect(path).toBe(paths[index]);
    const service = path.split("/")[1]?.replace("products", "catalog") ?? "";
    const reached = hops.filter(({ at }) => at === "cloud-run");
    expect(reached.map(({ reason }) => reason)).toEqual([`storefront-dev-${service}: GET ${path}`]);
    for (const { reason } of hops.filter(({ at }) => at === "iam-credentials")) expect(reason).toContain(service);
  }
  // Once for each service, whichever call came first.
  const exchanges = requests.flatMap(({ hops }) => hops.filter(({ at }) => at === "google-sts"));
  expect(exchanges).toHaveLength(3);
  expect(clouds.trace.hops.filter(({ remark, request }) => !remark && request === undefined)).toEqual([]);
});

test("connections that are used again carry the next request's hops", async () => {
  const token = await callers.web(["orders/read"]);
  const responses = [];
  for (const path of ["/orders/1", "/orders/2", "/orders/3"]) responses.push(await send(clouds, path, { token }));
  expect(responses.map(seen).map(({ hops }) => hops.at(-1)?.reason)).toEqual(
    [1, 2, 3].map((id) => `storefront-dev-orders: GET /orders/${id}`),
  );
});

test("the authorizer's hop says why, and Cloud Run's has the claims of the token it checked", async () => {
  const refused = seen(await send(clouds, "/orders", { method: "POST", token: await callers.web(["orders/read"]) }));
  expect(refused.hops.at(-1)).toMatchObject({ at: "authorizer", allowed: false });
  expect(refused.hops.at(-1)?.reason).toMatch(/forbidden \(.+\)$/);
  const allowed = seen(await send(clouds, "/orders", { token: await callers.web(["orders/read"]) }));
  expect(allowed.hops.at(-1)?.claims).toMatchObject({
    aud: "https://storefront-dev-orders.storefront-dev.internal",
    email: "storefront-dev-orders@storefront-dev.iam.gserviceaccount.com",
  });
});
