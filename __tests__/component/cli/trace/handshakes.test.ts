import { answerPast } from "../../../../cli/local/requests";
import { describeWhere } from "../../../support/describe-where";
import { type Change, remove, set } from "../../../support/local/document";
import { SynthesizedEnvironments } from "../../../support/local/environments";
import { NO_ENVOY } from "../../../support/local/preview";
import { verifying } from "../../../support/local/verifying";
import { restDev } from "../../../support/rest";
import { differences, type ExplainedCall, TracedDoor } from "../../../support/trace/traced-door";

jest.setTimeout(60_000);

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

const TRUSTS_NO_FUNCTION = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:role/another" }, Action: "sts:AssumeRole" },
  ],
});

const tokenOf = async ({ clouds }: TracedDoor, name: string) => {
  const caller = clouds.callers.find((each) => each.name === name);
  if (caller === undefined) throw new Error(`no caller ${name}`);
  return { authorization: `Bearer ${await caller.token()}` };
};
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
const places = ({ story }: ExplainedCall) => story.events.map(({ at }) => at);

describe("with functions that decide", () => {
  const environments = new SynthesizedEnvironments(["dev"]);
  let door: TracedDoor;
  const open = async (...changes: readonly Change[]) => {
    door = await TracedDoor.open((props) => environments.startDoor("dev", props, ...changes));
  };
  afterEach(() => door?.close());
  afterAll(() => environments.remove());

  test("a call that reaches the service is reported from the gateway to Cloud Run, and again from the cache", async () => {
    await open();
    const headers = { ...(await tokenOf(door, "customers/support-desk")), traceparent: TRACEPARENT };
    const first = await door.call("/accounts/7", headers);
    expect(differences(first)).toEqual([]);
    expect(places(first)).toEqual(["gateway", "authorizer", "exchange", "token", "cloud-run"]);
    expect([first.story.traceId, first.story.events.every(({ joined }) => joined.by !== "")]).toEqual([TRACE, true]);
    expect(first.story.events.at(-1)?.joined).toEqual({ exact: true, by: "trace id" });
    const again = await door.call("/accounts/7", headers);
    expect(differences(again)).toEqual([]);
    expect(again.story.events.find(({ at }) => at === "authorizer")?.filledTheCache).toBe(true);
    const open_ = await door.call("/products");
    expect([differences(open_), open_.story.who, open_.story.why]).toEqual([
      [],
      "anyone",
      "allowed; the route is public",
    ]);
  });

  test("what a service prints as plain text while it answers one request is part of that request's story", async () => {
    const program = 'console.log("read " + q.url); r.end()';
    const command = `${process.execPath} -e 'require("http").createServer((q, r) => { ${program} }).listen(process.env.PORT)'`;
    const choices = [{ id: "catalog", answeredBy: { command } }];
    const terminal: string[] = [];
    const services = { choices, secrets: new Map(), secretsFile: "", print: (line: string) => terminal.push(line) };
    door = await TracedDoor.open((props) => environments.startDoor("dev", { ...props, services }));
    const stories: ExplainedCall[] = [];
    for (const sku of ["7", "8"]) {
      stories.push(await door.call(`/products/${sku}`));
      await until(() => terminal.length === stories.length);
      // Until then, the next request's lines could be this one's.
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    expect(terminal).toEqual([
      "[storefront-dev-catalog] read /products/7",
      "[storefront-dev-catalog] read /products/8",
    ]);
    for (const [
      index,
      {
        story: { requestId },
      },
    ] of stories.entries()) {
      const { events } = await door.story(requestId ?? "");
      const printed = events.filter(({ at }) => at === "service");
      expect(printed.map(({ text, joined }) => [text, joined.exact])).toEqual([[`read /products/${index + 7}`, false]]);
    }
  });

  test.each([
    ["assume-role", set("aws_iam_role.accounts", { assume_role_policy: TRUSTS_NO_FUNCTION })],
    ["token-exchange", set("google_iam_workload_identity_pool.gateway", { disabled: true })],
    ["id-token", remove("google_service_account_iam_binding.accounts")],
  ])("a failure of %s has the authorizer's reason on the page and in the logs", async (reason, change) => {
    await open(change);
    const failed = await door.call("/accounts/7", await tokenOf(door, "customers/support-desk"));
    expect(failed.status).toBe(500);
    expect(differences(failed)).toEqual([]);
    expect(failed.story.events.find(({ at }) => at === "authorizer")?.text).toContain(`(${reason})`);
  });

  test("a refusal by Cloud Run's IAM check is Cloud Run's", async () => {
    await open(remove("google_cloud_run_v2_service_iam_binding.accounts"));
    const refused = await door.call("/accounts/7", await tokenOf(door, "customers/support-desk"));
    expect([refused.status, differences(refused)]).toEqual([403, []]);
  });

  test("no line has a token, a signature or a query, whatever a caller sends", async () => {
    await open();
    const { authorization } = await tokenOf(door, "customers/support-desk");
    const token = authorization.slice("Bearer ".length);
    await door.call(`/accounts/7?code=secret-code&t=${token}`, { authorization });
    await door.call(`/nowhere/${token}`, { authorization, traceparent: token, "user-agent": token });
    await door.call("/accounts/7", { authorization: `Bearer ${token}x`, "x-request-id": token });
    const text = door.written;
    expect(text).toContain("storefront-dev-accounts");
    expect(text).not.toMatch(/eyJ|ya29|secret-code/);
    for (const part of token.split(".")) expect(text).not.toContain(part);
  });
});

test("a REST API with tracing logs X-Ray's id, which finds the request", async () => {
  const traced = new SynthesizedEnvironments(["dev"], () => {
    const { gateway, ...intent } = restDev();
    return { ...intent, gateway: { ...gateway, tracing: true } };
  });
  const door = await TracedDoor.open((props) => traced.startDoor("dev", props));
  try {
    const { story } = await door.call("/accounts/7", await tokenOf(door, "customers/support-desk"));
    expect(story.xrayTraceId).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    for (const id of [story.xrayTraceId ?? "", `Root=${story.xrayTraceId}`]) {
      expect((await door.story(id)).requestId).toBe(story.requestId);
    }
  } finally {
    await door.close();
    traced.remove();
  }
});

describeWhere(NO_ENVOY, "with an Envoy", () => {
  describe("behind functions that decide", () => {
    const environments = new SynthesizedEnvironments(["dev"], verifying);
    let door: TracedDoor;
    beforeAll(async () => {
      door = await TracedDoor.open((props) => environments.startDoor("dev", props));
    });
    afterAll(async () => {
      await door?.close();
      environments.remove();
    });

    test("Envoy's line joins by the request id, and Cloud Run's by the trace that Envoy logs", async () => {
      const allowed = await door.call("/orders", await tokenOf(door, "customers/reporting-agent"));
      expect(differences(allowed)).toEqual([]);
      const joined = allowed.story.events.map(({ at, joined: { exact } }) => [at, exact]);
      expect(joined).toEqual(
        expect.arrayContaining([
          ["gateway", true],
          ["authorizer", true],
          ["cloud-run", true],
          ["envoy", true],
        ]),
      );
    });

    test("a caller's traceparent is in Envoy's line, and finds the request", async () => {
      const headers = { ...(await tokenOf(door, "customers/reporting-agent")), traceparent: TRACEPARENT };
      const { story } = await door.call("/orders", headers);
      expect(story.traceId).toBe(TRACE);
      expect(door.written).toContain(`"traceparent":"${TRACEPARENT}"`);
      expect((await door.story(TRACE)).requestId).toBe(story.requestId);
    });
  });

  describe("under shared-issuer", () => {
    const environments = new SynthesizedEnvironments(["preview"]);
    let door: TracedDoor;
    beforeAll(async () => {
      door = await TracedDoor.open((props) => environments.startDoor("preview", props));
    });
    afterAll(async () => {
      await door?.close();
      environments.remove();
    });

    test("page and logs name the same who and why; the log has no name of a caller whom the gateway refused", async () => {
      const { clouds } = door;
      const web = await tokenOf(door, "customers/web");
      const desk = await tokenOf(door, "customers/support-desk");
      const other = [...clouds.issuers.values()][0];
      const expired = { authorization: `Bearer ${await other?.token({ client_id: "x", exp: 1, nbf: 1, iat: 1 })}` };
      const foreign = { authorization: `Bearer ${await other?.token({ client_id: "x" })}` };
      const forged = { authorization: `${web.authorization.slice(0, -6)}AAAAAA` };
      for (const headers of [{}, expired, foreign, forged, { authorization: "Bearer junk" }]) {
        const refused = await door.call("/orders", headers);
        expect([refused.status, differences(refused)]).toEqual([401, []]);
      }
      const allowed = await door.call("/orders", web);
      expect([allowed.status, differences(allowed), allowed.story.who]).toEqual([200, [], "customers/web"]);
      // Clocks count milliseconds, so events within one may come in any order.
      expect([...places(allowed)].sort()).toEqual(["cloud-run", "envoy", "gateway"]);
      const lacking = await door.call("/orders", desk);
      expect([lacking.status, lacking.page.why, lacking.story.why]).toEqual([
        403,
        "needs orders/read",
        "needs orders/read",
      ]);
      expect([lacking.page.who, lacking.story.who]).toEqual(["customers/support-desk", undefined]);
    });

    test("a call past the gateway has Envoy's line and reason, and none of the gateway", async () => {
      const { tls, pastGateway } = door.clouds;
      const orders = pastGateway.find(({ service }) => service === "storefront-preview-orders");
      await answerPast(tls, orders?.url ?? "", "GET /orders", undefined);
      await new Promise((resolve) => setTimeout(resolve, 200));
      const line = door.written.split("\n").findLast((each) => each.includes("Jwt_is_missing"));
      const { trace } = JSON.parse(line ?? "{}");
      const story = await door.story(trace.split("/").at(-1));
      expect(story.events.map(({ at }) => at).sort()).toEqual(["cloud-run", "envoy"]);
      expect(story.why).toContain("there is no token");
    });
  });
});
