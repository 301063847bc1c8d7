import { presentedClaims } from "../../../../packages/local-front-door/trace/request-log";
import { asPartOf, currentRequest, LocalTrace } from "../../../../packages/local-front-door/trace/trace";

const begun = (id: string) => ({ id, door: "gateway" as const, startedAt: 0, method: "GET", path: "/" });

test("a decision for a request is one of its hops, and of no other request", async () => {
  const trace = new LocalTrace();
  trace.requests.begin(begun("a"));
  trace.requests.begin(begun("b"));
  await Promise.all(
    ["a", "b"].map((id) =>
      asPartOf(id, async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        trace.allow("gateway", `for ${currentRequest()}`);
      }),
    ),
  );
  trace.allow("gateway", "for no caller");
  expect(trace.requests.find("a")?.hops.map(({ reason }) => reason)).toEqual(["for a"]);
  expect(trace.requests.find("b")?.hops.map(({ reason }) => reason)).toEqual(["for b"]);
});

test("the last 200 requests are kept, and 100 hops of each", () => {
  const trace = new LocalTrace();
  for (let index = 0; index < 250; index += 1) trace.requests.begin(begun(String(index)));
  asPartOf("249", () => {
    for (let index = 0; index < 150; index += 1) trace.allow("gateway", String(index));
  });
  const kept = trace.requests.changedAfter(-1);
  expect([kept.length, kept[0]?.id, kept.at(-1)?.hops.length, trace.requests.total]).toEqual([200, "50", 100, 250]);
  trace.requests.end("0", { status: 200, milliseconds: 1 });
  expect(trace.requests.find("0")).toBeUndefined();
});

test("a reader gets everything newer than its version, including older requests that changed", () => {
  const { requests } = new LocalTrace();
  requests.begin(begun("a"));
  requests.begin(begun("b"));
  const seen = requests.version;
  expect(requests.changedAfter(seen)).toEqual([]);
  requests.end("a", { status: 200, milliseconds: 1 });
  expect(requests.changedAfter(seen).map(({ id, answer }) => [id, answer?.status])).toEqual([["a", 200]]);
});

test("a caller's claims are those of its own token, even after many other tokens", () => {
  const bearer = (claims: unknown, signature = "x") =>
    `Bearer e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`;
  const all = Array.from({ length: 500 }, (_, index) => ({ sub: `user-${index}` }));
  const read = [...all, ...all].map((claims) => presentedClaims(bearer(claims)));
  expect(read).toEqual([...all, ...all]);
  expect(presentedClaims(bearer(all[0], "other"))).toEqual(all[0]);
  for (const none of [undefined, "Basic eDp5", "Bearer opaque", bearer([1]), bearer(null), "Bearer e30.e30e30.x"])
    expect(presentedClaims(none)).toBeUndefined();
});
