import { TestIssuer } from "../../support/authorizer/issuer";
import { COGNITO_URL, ENVIRONMENT, NIGHTLY_EXPORT } from "../../support/authorizer/policy";
import { describeWhere } from "../../support/describe-where";
import { FederatedAuthorizer } from "./support/authorizer";
import { envoyBinary } from "./support/binary";
import { decoded, gatewayRoute } from "./support/gateway-route";
import { MONTHLY_EXPORT, SHOP, shopConfiguration } from "./support/shop";
import { AWS_CLAIMS, shopTokens } from "./support/shop-tokens";
import { Stage } from "./support/stage";

const binary = envoyBinary();

/** Every field of a log line. */
const LOGGED = [
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

/** What is sent: a token as `Authorization: Bearer`, or raw values of the header. */
type Credentials = string | readonly string[] | undefined;
type Case = readonly [
  name: string,
  status: number,
  credentials: () => Credentials | Promise<Credentials>,
  target?: string,
];

/** What Envoy decides otherwise than the authorizer, each with its reason. Everything else must be the same. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  "scopes as a list": "the authorizer takes the claim `scope` as text alone; a list of the same scopes gives no more",
  "issued in the future": "Envoy reads exp and nbf, not iat; the token is the issuer's all the same",
  "of 9 kB": "Envoy's limit is 16 KiB of headers; API Gateway lets at most 10 KiB come",
  "a variable of accents": "Envoy refuses every escape, since servers disagree when to decode it",
  "a greedy variable that ends in a slash": "Envoy refuses it: frameworks drop the slash",
};

describeWhere("missing" in binary ? binary.missing : undefined, "the decisions of real Envoy", () => {
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

  const { now, webClaims, web, desk, employee, nightly, asker, part, forged, mac, pem } = shopTokens(
    () => stage.issuers,
  );

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
    const told = ["subject", "client", "scopes", "issuer"].map((header) => headers.get(`x-caller-${header}`));
    const { subject, client, scopes, issuer } = federated;
    const isRight =
      answer.status === status &&
      reached.length === (allowed ? 1 : 0) &&
      (allowed === federated.allowed) !== name in DIFFERENCES &&
      // The app gets the same caller in the same words.
      (!allowed || !federated.allowed || `${told}` === `${[subject, client, scopes, issuer]}`);
    if (isRight) return [];
    return [
      `${name}, ${line}: Envoy ${answer.status} for ${told}, expected ${status}; ` +
        `the authorizer ${federated.allowed ? `allows ${[subject, client, scopes, issuer]}` : federated.reason}`,
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
    test("is decided the same by both", async () => {
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
      // A public route asks for no token, and looks at none.
      found.push(
        ...(await decide("nobody", 200, undefined, "GET /orders/terms")),
        ...(await decide("rubbish", 200, "rubbish", "GET /orders/terms")),
      );
      expect(found).toEqual([]);
    });
  });

  const cases: readonly Case[] = [
    ["a scope alone", 200, () => web({ scope: "orders/read" })],
    ["scopes as a list", 200, () => web({ scope: ["orders/read"] })],
    ["scopes of Okta as one string", 200, () => employee({ scp: "openid orders/read" })],
    ["an audience in a list", 200, () => employee({ aud: ["x", "api://shop-old"] })],
    ["a key on a curve", 200, () => web({}, {}, curve)],
    ["one of all scopes", 403, () => web({ scope: "orders/read" }), "GET /orders/audit"],
    ["the other one of all scopes", 403, () => web({ scope: "orders/write" }), "PUT /orders/audit"],
    ["all scopes, in another order", 200, () => web({ scope: "orders/write openid orders/read" }), "GET /orders/audit"],
    [
      "all scopes, of which the client has one",
      403,
      () => employee({ scp: ["orders/export", "orders/read"] }),
      "GET /orders/audit",
    ],
    ["no scope at all", 403, () => web({ scope: undefined })],
    ["a scope that is a number", 403, () => web({ scope: 7 })],
    ["a scope as the start of one", 403, () => web({ scope: "orders/reader orders/rea" })],
    ["a scope in capitals", 403, () => web({ scope: "ORDERS/READ" })],
    ["scopes with commas", 403, () => web({ scope: "orders/read,orders/write" })],
    ["a scope that the client was not given", 403, () => desk({ scope: "orders/read" })],
    ["a scope that the issuer may not give", 403, () => employee({ scp: ["orders/write"] }), "POST /orders"],
    ["another client", 403, () => web({ client_id: "another" })],
    ["no client", 403, () => web({ client_id: undefined })],
    ["a client in a list", 403, () => web({ client_id: [ENVIRONMENT.CLIENT_WEB] })],
    ["another client of Okta", 403, () => employee({ cid: "0oaOther" })],
    ["an ID token", 403, () => web({ token_use: "id", aud: ENVIRONMENT.CLIENT_WEB, client_id: undefined })],
    ["an ID token with a client", 403, () => web({ token_use: "id" })],
    ["no stated use", 403, () => web({ token_use: undefined })],
    ["another audience", 403, () => employee({ aud: "api://shop-prod" })],
    ["no audience", 403, () => employee({ aud: undefined })],
    ["an audience in capitals", 403, () => employee({ aud: "API://shop" })],
    [
      "another subject of an issuer that serves anyone",
      403,
      () => nightly({ sub: "arn:aws:iam::111122223333:role/x" }),
    ],
    ["AWS's own token of the role that asked for it", 200, () => nightly(asker(NIGHTLY_EXPORT)), "GET /orders/export"],
    ["AWS's own token that names no role", 200, () => nightly(asker(undefined)), "GET /orders/export"],
    ["AWS's own token of another role", 403, () => nightly(asker(`${NIGHTLY_EXPORT}-2`)), "GET /orders/export"],
    [
      "AWS's own token of another role that may call too",
      403,
      () => nightly(asker(MONTHLY_EXPORT)),
      "GET /orders/export",
    ],
    ["AWS's own token of an empty name", 403, () => nightly(asker("")), "GET /orders/export"],
    ["AWS's own token of null", 403, () => nightly(asker(null)), "GET /orders/export"],
    ["AWS's own token of a list", 403, () => nightly(asker([NIGHTLY_EXPORT])), "GET /orders/export"],
    ["AWS's own token of an object", 403, () => nightly(asker({ arn: NIGHTLY_EXPORT })), "GET /orders/export"],
    ["AWS's claim as a text", 200, () => nightly({ [AWS_CLAIMS]: NIGHTLY_EXPORT }), "GET /orders/export"],
    ["AWS's claim in a user pool's token", 200, () => web(asker(NIGHTLY_EXPORT))],
    ["a subject with a quote", 403, () => web({ sub: 'ann","status":"200' })],
    ["a subject with a backslash", 403, () => web({ sub: "ann\\" })],
    ["a subject of all other signs", 200, () => web({ sub: "!#$%&'()*+,-./:;<=>?@[]^_`{|}~" })],
    ["a subject with a line break", 403, () => web({ sub: "ann\r\nX-Caller-Scopes: all" })],
    ["a subject with a space", 403, () => web({ sub: "ann b" })],
    ["no subject", 403, () => web({ sub: undefined })],
    ["a subject of 256 characters", 403, () => web({ sub: "a".repeat(256) })],
    ["alg none, no signature", 401, () => forged(([, body]) => [part({ alg: "none" }), body, ""])],
    [
      "alg none, a signature",
      401,
      () => forged(([, body, tail]) => [part({ alg: "none", kid: "customers-1" }), body, tail]),
    ],
    ["HS256 with the public key", 401, async () => mac("HS256", await pem(stage.issuers.customers.issuer.jwk))],
    ["HS256 with the modulus", 401, () => mac("HS256", String(stage.issuers.customers.issuer.jwk.n))],
    ["RS256 that is an HMAC", 401, async () => mac("RS256", await pem(stage.issuers.customers.issuer.jwk))],
    ["another signature", 401, () => forged(([head, body]) => [head, body, "AAAA"])],
    ["half its signature", 401, () => forged(([head, body, tail]) => [head, body, tail.slice(0, 100)])],
    [
      "other claims under the signature",
      401,
      () => forged(([head, , tail]) => [head, part(webClaims({ iss: COGNITO_URL, exp: now() + 60 })), tail]),
    ],
    ["an unpublished key", 401, () => web({}, {}, unpublished)],
    ["a key of its own in the header", 401, () => web({}, { jwk: unpublished.jwk }, unpublished)],
    ["an address of keys in the header", 401, () => web({}, { jku: "https://evil.example/keys" }, unpublished)],
    ["an unknown kid", 401, () => web({}, { kid: "customers-9" })],
    ["no kid", 403, () => web({}, { kid: undefined })],
    ["an empty kid", 403, () => web({}, { kid: "" })],
    ["a critical extension", 403, () => web({}, { crit: ["b64"], b64: true })],
    ["another issuer's key", 401, () => stage.issuers.workforce.issuer.token(webClaims({ iss: COGNITO_URL }))],
    ["an unknown issuer", 401, () => web({ iss: "https://evil.example" })],
    ["the issuer with a slash", 401, () => web({ iss: `${COGNITO_URL}/` })],
    ["the issuer in capitals", 401, () => web({ iss: COGNITO_URL.toUpperCase() })],
    ["no issuer", 401, () => web({ iss: undefined })],
    ["issuers in a list", 401, () => web({ iss: [COGNITO_URL] })],
    ["expired", 401, () => web({ exp: now() - 8 })],
    ["expired within the skew", 200, () => web({ exp: now() - 2 })],
    ["no expiry", 401, () => web({ exp: undefined })],
    ["an expiry in words", 401, () => web({ exp: "2100-01-01" })],
    ["not yet valid", 401, () => web({ nbf: now() + 60 })],
    ["issued in the future", 200, () => web({ iat: now() + 60 })],
    ["of 9 kB", 200, () => web({ padding: "x".repeat(6200) })],
    ["two good tokens", 401, async () => [`Bearer ${await web()}`, `Bearer ${await web()}`]],
    ["two tokens in one value", 401, async () => [`Bearer ${await web()},Bearer ${await web()}`]],
    ["bearer in small letters", 401, async () => [`bearer ${await web()}`]],
    ["no scheme", 401, async () => [await web()]],
    ["two spaces", 403, async () => [`Bearer  ${await web()}`]],
    ["a tab", 401, async () => [`Bearer\t${await web()}`]],
    ["padding", 401, async () => [`Bearer ${await web()}=`]],
    ["quotes", 401, async () => [`Bearer "${await web()}"`]],
    ["two parts", 401, async () => [`Bearer ${(await web()).split(".").slice(0, 2).join(".")}`]],
    ["five parts", 401, async () => [`Bearer ${await web()}.a.b`]],
    ["garbage", 401, () => ["Bearer garbage"]],
    ["Basic", 401, () => ["Basic dXNlcjpwYXNz"]],
    ["a token in the query", 401, () => undefined, "GET /orders?access_token=x"],
    ["a query", 200, () => web(), "GET /orders?state=open&x=%2F"],
    ["an unknown path", 403, () => web(), "GET /nothing"],
    ["an unknown method", 403, () => web(), "PUT /orders"],
    ["the path in capitals", 403, () => web(), "GET /ORDERS"],
    ["a slash at the end", 403, () => web(), "GET /orders/"],
    ["a doubled slash", 403, () => web(), "GET //orders"],
    ["an encoded slash", 400, () => web(), "GET /orders%2Fexport"],
    ["a dot segment", 403, () => nightly(), "GET /orders/../orders"],
    ["an encoded dot segment", 403, () => nightly(), "GET /orders/%2e%2e"],
    ["a narrower route in capitals", 403, () => web(), "GET /orders/EXPORT"],
    ["a narrower route with an extension", 403, () => web(), "GET /orders/export.json"],
    ["a narrower route by another method", 403, () => desk(), "DELETE /orders/export"],
    ["a narrower route behind a dot", 403, () => web(), "GET /orders/.export"],
    ["below a narrower route", 403, () => web(), "GET /orders/export/files/a"],
    ["a variable with a semicolon", 403, () => web(), "GET /orders/42;x=1"],
    ["a variable with a backslash", 403, () => web(), "GET /orders/4\\2"],
    ["a variable of accents", 403, () => web(), "GET /orders/caf%C3%A9"],
    ["a variable that is an escape twice", 403, () => web(), "GET /orders/%252e%252e"],
    ["a greedy variable with dots", 403, () => web(), "GET /orders/42/files/../x"],
    ["a greedy variable that ends in a slash", 403, () => web(), "GET /orders/42/files/a/"],
    ["a greedy variable that is empty", 403, () => web(), "GET /orders/42/files/"],
  ];

  test("a token, a header and a path of each kind is decided the same by both, or as the differences say", async () => {
    const found = [];
    for (const [name, status, credentials, target = "GET /orders"] of cases) {
      found.push(...(await decide(name, status, await credentials(), target)));
    }
    expect(found).toEqual([]);
  });

  test("every difference is one that the table meets", () => {
    expect(Object.keys(DIFFERENCES).filter((name) => !cases.some(([each]) => each === name))).toEqual([]);
  });

  test("no token, query or claim is in anything that Envoy printed", async () => {
    const id = "the-last-request";
    const headers = ["Authorization", `Bearer ${await web()}`, "X-Request-Id", id];
    await stage.send({ path: "/orders?secret=canary", headers });
    // Its own line, and so with whatever stands there of the query.
    const line = await stage.envoy.logged(({ requestId }) => requestId === id);
    expect(line).toMatchObject({ path: "/orders", status: 200 });
    expect(Object.keys(line).sort()).toEqual(LOGGED);
    expect(stage.envoy.log.length).toBeGreaterThan(60);
    expect(stage.envoy.printed).not.toMatch(/eyJ|canary|ann|bob@acme|\[error\]/);
  });
});
