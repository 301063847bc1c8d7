import { TestIssuer } from "../../support/authorizer/issuer";
import { COGNITO_URL } from "../../support/authorizer/policy";
import { describeWhere } from "../../support/describe-where";
import { FederatedAuthorizer } from "./support/authorizer";
import { envoyBinary } from "./support/binary";
import { type Credentials, decisionCases } from "./support/decision-cases";
import { decoded, gatewayRoute } from "./support/gateway-route";
import { SHOP, shopConfiguration } from "./support/shop";
import { shopTokens } from "./support/shop-tokens";
import { Stage } from "./support/stage";

const binary = envoyBinary();

/** Every field of a log line. */
const LOGGED = [
  "actor",
  "client",
  "flags",
  "issuer",
  "logging.googleapis.com/trace",
  "method",
  "milliseconds",
  "path",
  "requestId",
  "route",
  "status",
  "traceparent",
  "why",
  "xrayTraceId",
];

/** Decisions in which Envoy differs from the authorizer, each with its reason. All others must be the same. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  "scopes as a list": "the authorizer takes the claim `scope` as text alone; a list of the same scopes gives no more",
  "issued in the future": "Envoy reads exp and nbf, not iat; the token is the issuer's all the same",
  "of 9 kB": "Envoy's limit is 16 KiB of headers; API Gateway lets at most 10 KiB come",
  "a variable of accents": "Envoy refuses every escape, since servers disagree when to decode it",
  "a greedy variable that ends in a slash": "Envoy refuses it: frameworks drop the slash",
};

describeWhere("missing" in binary ? binary.missing : undefined, "real Envoy and the authorizer", () => {
  let stage: Stage;
  let authorizer: FederatedAuthorizer;
  let unpublished: TestIssuer;
  let curve: TestIssuer;
  beforeAll(async () => {
    stage = await Stage.open("envoy" in binary ? binary.envoy : "", shopConfiguration());
    authorizer = new FederatedAuthorizer(stage.issuers);
    [unpublished, curve] = await Promise.all([
      TestIssuer.create(COGNITO_URL, "customers-1"),
      TestIssuer.create(COGNITO_URL, "customers-2", "ES256"),
    ]);
    const { customers } = stage.issuers;
    customers.publish(customers.issuer.jwk, curve.jwk);
  });
  afterAll(() => stage?.close());

  const tokens = shopTokens(() => stage.issuers);
  const { web, desk, employee, nightly } = tokens;

  /** What Envoy and the authorizer make of a request, where it is not what is expected of them: their answers. */
  async function decide(name: string, status: number, credentials: Credentials, line: string): Promise<string[]> {
    const [method = "", target = ""] = line.split(" ");
    const values =
      credentials === undefined ? [] : typeof credentials === "string" ? [`Bearer ${credentials}`] : credentials;
    const before = stage.app.received.length;
    const answer = await stage.send({
      method,
      path: target,
      headers: values.flatMap((value) => ["Authorization", value]),
    });
    const reached = stage.app.received.slice(before);
    const federated = await authorizer.decide({
      routeKey: gatewayRoute(Object.keys(SHOP.routes), method, target),
      path: decoded(target.split("?")[0] ?? "") ?? "",
      authorization: values,
    });
    const allowed = answer.status === 200;
    const headers = new Map(reached[0]?.headers);
    const told = ["subject", "client", "actor", "scopes", "issuer"].map((name) => headers.get(`x-caller-${name}`));
    const { subject, client, actor, scopes, issuer } = federated;
    const asked = [subject, client, actor, scopes, issuer];
    const isRight =
      answer.status === status &&
      reached.length === (allowed ? 1 : 0) &&
      (allowed === federated.allowed) !== name in DIFFERENCES &&
      // The app gets the same caller in the same words.
      (!allowed || !federated.allowed || `${told}` === `${asked}`);
    if (isRight) return [];
    return [
      `${name}, ${line}: Envoy ${answer.status} for ${told}, expected ${status}; ` +
        `the authorizer ${federated.allowed ? `allows ${asked}` : federated.reason}`,
    ];
  }

  describe("every route, by every caller and scope,", () => {
    const routes: readonly (readonly [
      string,
      { readonly web: number; readonly desk: number; readonly okta: number; readonly aws: number },
    ])[] = [
      ["GET /orders", { web: 200, desk: 403, okta: 200, aws: 200 }],
      ["POST /orders", { web: 200, desk: 403, okta: 403, aws: 403 }],
      ["GET /orders/42", { web: 200, desk: 200, okta: 200, aws: 200 }],
      ["DELETE /orders/42", { web: 403, desk: 200, okta: 403, aws: 403 }],
      ["GET /orders/export", { web: 403, desk: 403, okta: 403, aws: 200 }],
      ["GET /orders/audit", { web: 200, desk: 403, okta: 403, aws: 200 }],
      ["PUT /orders/audit", { web: 200, desk: 200, okta: 403, aws: 403 }],
      ["GET /orders/42/files/a/b.txt", { web: 200, desk: 403, okta: 200, aws: 200 }],
    ];
    test("gets the same decision from both", async () => {
      const found = [];
      for (const [line, expected] of routes) {
        found.push(
          ...(await decide("web", expected.web, await web(), line)),
          ...(await decide("desk", expected.desk, await desk(), line)),
          ...(await decide("okta", expected.okta, await employee(), line)),
          ...(await decide("aws", expected.aws, await nightly(), line)),
          ...(await decide("no scope", 403, await web({ scope: "openid" }), line)),
          ...(await decide("nobody", 401, undefined, line)),
          ...(await decide("an unpublished key", 401, await web({}, {}, unpublished), line)),
        );
      }
      // A public route requires no token and reads none.
      found.push(
        ...(await decide("nobody", 200, undefined, "GET /orders/terms")),
        ...(await decide("rubbish", 200, "rubbish", "GET /orders/terms")),
      );
      expect(found).toEqual([]);
    });
  });

  const cases = decisionCases(
    () => stage.issuers,
    tokens,
    () => ({ curve, unpublished }),
  );

  test("each kind of token, header and path gets the same decision from both, except for the listed differences", async () => {
    const found = [];
    for (const [name, status, credentials, target = "GET /orders"] of cases) {
      found.push(...(await decide(name, status, await credentials(), target)));
    }
    expect(found).toEqual([]);
  });

  test("each listed difference is covered by the table", () => {
    expect(Object.keys(DIFFERENCES).filter((name) => !cases.some(([each]) => each === name))).toEqual([]);
  });

  test("Envoy prints no token, query or claim", async () => {
    const id = "the-last-request";
    const headers = ["Authorization", `Bearer ${await web()}`, "X-Request-Id", id];
    await stage.send({ path: "/orders?secret=canary", headers });
    // Checks the whole log line, which could contain parts of the query.
    const line = await stage.envoy.logged(({ requestId }) => requestId === id);
    expect(line).toMatchObject({ path: "/orders", status: 200 });
    expect(Object.keys(line).sort()).toEqual(LOGGED);
    expect(stage.envoy.log.length).toBeGreaterThan(60);
    expect(stage.envoy.printed).not.toMatch(/eyJ|canary|ann|bob@acme|\[error\]/);
  });
});
