import type { LogSource } from "../../../../cli/trace/log-source";
import { Unreadable } from "../../../../cli/trace/log-source";
import type { Story } from "../../../../cli/trace/model";
import { requestRef } from "../../../../cli/trace/request-ref";
import { StoryBuilder } from "../../../../cli/trace/story";
import { intentOf } from "../../../support/shop";
import { testAll } from "../../../support/test-all";
import {
  AT,
  access,
  audited,
  decision,
  devPlaces,
  PERIOD,
  placesOfIntent,
  printed,
  REQUEST,
  refused,
  run,
  source,
  TRACE,
} from "../../../support/trace/lines";

const storyOf = (lines: LogSource, id = REQUEST, places = devPlaces()) =>
  new StoryBuilder(places, lines, PERIOD).of(requestRef(id));
const shape = (story: Story | undefined) => story?.events.map(({ at, joined }) => [at, joined.exact]);

const traced = (fields: object) =>
  printed({ "logging.googleapis.com/trace": `projects/storefront-dev/traces/${TRACE}`, ...fields });
const LOGGED = traced({ message: "read 3 orders", requestId: REQUEST });

test("the lines of one request are in the order of their starts, each with what joins it", async () => {
  const lines = source([access(), decision()], [run(), LOGGED, ...audited(AT + 5)]);
  const story = await storyOf(lines);
  expect(shape(story)).toEqual([
    ["gateway", true],
    ["authorizer", true],
    ["exchange", false],
    ["token", false],
    ["cloud-run", true],
    ["service", true],
  ]);
  expect(story?.events.map(({ startedAt }) => startedAt - AT)).toEqual([0, 2, 5, 5, 18, 30]);
  expect(story).toMatchObject({
    ...{ requestId: REQUEST, traceId: TRACE, route: "GET /orders", status: 200, milliseconds: 60 },
    ...{ who: "customers/web", why: "allowed", place: "config/base.yaml:48", unread: [], notes: [] },
  });
});

test("who acts for the caller is named, and a decision on another actor's call is not taken for this one's", async () => {
  const actor = "customers/order-agent";
  const story = await storyOf(source([access({ actor }), decision({ actor })], [run()]));
  expect(story).toMatchObject({ who: "customers/web", actor });
  const texts = story?.events.map(({ text }) => text.includes(`caller customers/web through ${actor}`));
  expect(texts).toEqual([false, true, false]);
  const earlier = (fields: object) => decision({ requestId: "another-request=", ...fields }, AT - 5000);
  const filled = async (fields: object) =>
    (await storyOf(source([access({ actor }), earlier(fields)], [])))?.events.filter((each) => each.filledTheCache)
      .length;
  expect(await Promise.all([{ actor }, {}, { actor: "customers/other" }].map(filled))).toEqual([1, 0, 0]);
});

test("the caller's traceparent finds the request, and its lines without a request id", async () => {
  const lines = source([access(), decision({ traceId: TRACE })], [run(), traced({ message: "x" })]);
  for (const id of [`00-${TRACE}-00f067aa0ba902b7-01`, TRACE]) {
    expect(shape(await storyOf(lines, id))).toEqual([
      ["gateway", true],
      ["authorizer", true],
      ["cloud-run", true],
      ["service", true],
    ]);
  }
});

test("lines without a request id are joined by the trace of the line of Cloud Run that fits", async () => {
  const foreign = traced({ message: "x", requestId: "another-request=" });
  const found = await storyOf(source([access()], [run(), traced({ message: "x" }), printed("no trace"), foreign]));
  expect(found?.events.map(({ at, joined: { exact }, text }) => [at, exact, at === "service" ? text : ""])).toEqual([
    ["gateway", true, ""],
    ["cloud-run", false, ""],
    ["service", false, "x"],
  ]);
});

test("a trace without a request id gets the only gateway line that fits Cloud Run's", async () => {
  const found = await storyOf(source([access()], [run()]), TRACE);
  expect([found?.requestId, shape(found)]).toEqual([
    REQUEST,
    [
      ["gateway", false],
      ["cloud-run", true],
    ],
  ]);
  const others = [
    [access(), access({ requestId: "another-request=" })],
    [access({ time: String(AT + 1000) })],
    [access({ route: "GET /products" })],
    [access({ integrationStatus: "500" })],
  ];
  for (const rows of others) {
    const unsure = await storyOf(source(rows, [run()]), TRACE);
    expect([unsure?.requestId, shape(unsure)]).toEqual([undefined, [["cloud-run", true]]]);
    expect(unsure?.notes.some((note) => note.startsWith("the gateway's line was not found"))).toBe(true);
  }
});

test("takes only the lines that fit this request's time, if a caller uses one trace for several requests", async () => {
  const other = run({ startedAt: AT + 5000 });
  const lines = source([access(), decision({ traceId: TRACE })], [run(), other, traced({ message: "whose?" })]);
  const story = await storyOf(lines);
  expect(shape(story)).toEqual([
    ["gateway", true],
    ["authorizer", true],
    ["cloud-run", false],
  ]);
  expect(story?.events.at(-1)?.startedAt).toBe(AT + 18);
});

test("names the other requests of the trace", async () => {
  const second = decision({ requestId: "second-request=", traceId: TRACE }, AT + 900);
  const story = await storyOf(source([access(), decision({ traceId: TRACE }), second]), TRACE);
  expect(story?.requestId).toBe("second-request=");
  expect(story?.notes.join()).toContain(REQUEST);
});

test("a line with the request's id from another time is inexact, and its trace is not used", async () => {
  const other = "0123456789abcdef0123456789abcdef";
  const bypassing = printed(
    { requestId: REQUEST, message: "x", "logging.googleapis.com/trace": `projects/storefront-dev/traces/${other}` },
    AT + 3_600_000,
  );
  const story = await storyOf(source([access(), decision()], [bypassing, LOGGED, run()]));
  expect(story?.traceId).toBe(TRACE);
  expect(shape(story)).toEqual([
    ["gateway", true],
    ["authorizer", true],
    ["cloud-run", true],
    ["service", true],
    ["service", false],
  ]);
});

describe("Cloud Run's line without an id", () => {
  const others = { traceId: `${"0".repeat(31)}1` };

  test("is taken if it alone fits by service, status, path and time", async () => {
    const byId = access({ route: "GET /orders/{id}" });
    const fitting = run({ ...others, url: "https://x.a.run.app/orders/7" });
    const entries = [fitting, run({ ...others }), run({ ...others, url: "https://x.a.run.app/orders/7", status: 500 })];
    const story = await storyOf(source([byId], entries));
    expect(shape(story)).toEqual([
      ["gateway", true],
      ["cloud-run", false],
    ]);
  });

  test("is not taken if two fit", async () => {
    const story = await storyOf(source([access()], [run(others), run({ ...others, startedAt: AT + 20 })]));
    expect(shape(story)).toEqual([["gateway", true]]);
    expect(story?.notes.some((note) => note.startsWith("2 lines of Cloud Run"))).toBe(true);
  });
});

describe("an answer from the gateway's cache", () => {
  const earlier = (fields: object = {}, at = AT - 5000) => decision({ requestId: "an-earlier-one=", ...fields }, at);

  test("is reported with the decision that filled the cache, and that decision's exchange", async () => {
    const story = await storyOf(source([access(), earlier()], audited(AT - 5001)));
    expect(story?.events.map(({ at, filledTheCache }) => [at, filledTheCache])).toEqual([
      ["authorizer", true],
      ["exchange", undefined],
      ["token", undefined],
      ["gateway", undefined],
    ]);
    expect(story?.who).toBe("customers/web");
  });

  test("ignores another caller's decision, an expired one, and one with another outcome", async () => {
    const seconds = devPlaces().cacheSeconds;
    const lines = [
      earlier({ client: "customers/support-desk" }),
      earlier({}, AT - (seconds + 10) * 1000),
      earlier({ decision: "forbidden", reason: "scope" }),
      earlier({ subject: "another hash" }),
    ];
    const story = await storyOf(source([access({ subject: "ann" }), ...lines]));
    expect(shape(story)).toEqual([["gateway", true]]);
    expect(story?.notes.some((note) => note.includes("cache could have answered"))).toBe(true);
  });

  test("a refusal has the reason of the cached decision, if all that fit agree", async () => {
    const scope = { decision: "forbidden", reason: "scope" };
    const [sure, unsure] = [
      await storyOf(source([refused("403"), earlier(scope), earlier(scope, AT - 9000)])),
      await storyOf(
        source([refused("403"), earlier(scope), earlier({ decision: "unauthenticated", reason: "expired" })]),
      ),
    ];
    expect([sure?.why, sure?.who]).toEqual(["needs orders/read", "customers/web"]);
    expect(unsure?.why).toBe("API Gateway: refused from its cache, for one of: expired, scope");
    expect(unsure?.notes.some((note) => note.includes("2 decisions fit, and they differ"))).toBe(true);
  });
});

testAll([
  ["401", {}, "no token; needs orders/read"],
  ["404", { route: "-" }, "no route has this method and path"],
  ["429", {}, "too many requests"],
  ["413", {}, "the body is too large"],
  ["431", {}, "the headers are too large"],
  ["503", { integrationError: "timed out" }, "API Gateway: timed out"],
])("the gateway's own %s has the reason %#", async (status, fields, why) => {
  const story = await storyOf(source([refused(status, fields as never)]));
  expect(story?.why).toBe(why);
});

test("a refusal by Cloud Run's IAM check, by Envoy and by the service differ", async () => {
  const denied = access({ status: "403", integrationStatus: "403" });
  const why = async (...entries: Parameters<typeof source>[1] & object) =>
    (await storyOf(source([denied], entries)))?.why;
  const envoy = { requestId: REQUEST, status: 403, why: "rbac_access_denied_matched_policy[none]", flags: "-" };
  expect(await why(run({ status: 403, refusal: "no token" }))).toBe("Cloud Run: no token");
  expect(await why(traced({ ...envoy, route: "GET /orders" }))).toContain(
    "the caller, or who acts for it, is not declared or lacks the scope",
  );
  expect(await why(run({ status: 403 }))).toBe("the service's own answer");
});

test("under shared-issuer, the story says that there are no authorizer and audit logs", async () => {
  const preview = placesOfIntent(intentOf("preview"));
  const line = refused("401", { authorizerError: "the token has expired" });
  const group = JSON.parse(JSON.stringify(line).replaceAll("storefront-dev-access", "storefront-preview-access"));
  const story = await storyOf(source([group]), REQUEST, preview);
  expect(story?.why).toBe("API Gateway's JWT authorizer: the token has expired");
  expect(story?.who).toBeUndefined();
  expect(story?.notes.some((note) => note.includes("shared-issuer"))).toBe(true);
});

describe("a cloud whose logs cannot be read", () => {
  const lines = source([access(), decision()], [run(), LOGGED]);
  const fails = (half: "CloudWatch" | "Cloud Logging") => async () => {
    throw new Unreadable(half, "denied", "sign in");
  };

  test("is named, and the other cloud is reported", async () => {
    const noAws = await storyOf({
      ...lines,
      notes: [],
      cloudLogging: (query) => lines.cloudLogging(query),
      cloudWatch: fails("CloudWatch"),
    });
    expect(noAws?.unread).toEqual([{ half: "CloudWatch", message: "denied", remedy: "sign in" }]);
    expect(shape(noAws)).toEqual([
      ["cloud-run", true],
      ["service", true],
    ]);
    const noGoogle = await storyOf({
      notes: [],
      cloudWatch: (query) => lines.cloudWatch(query),
      cloudLogging: fails("Cloud Logging"),
    });
    expect([noGoogle?.unread.length, noGoogle?.who, noGoogle?.why]).toEqual([1, "customers/web", "allowed"]);
  });

  test("a request that no log has gets no story", async () => {
    expect(await storyOf(source([]))).toBeUndefined();
  });
});
