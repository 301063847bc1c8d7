import { CLIENT_ID, FIRST_SECRET, textOf } from "../../../support/rotate-client-secret/environment";
import { MemoryScene, STEPS } from "../../../support/rotate-client-secret/memory-scene";
import { testAll } from "../../../support/test-all";

test("the first rotation gives callers a secret that is not in Terraform's state, and the first secret still works", async () => {
  const scene = MemoryScene.fresh();
  await scene.rotate();
  expect(scene.current).toMatch(/^[A-Za-z0-9]{48}$/);
  expect(scene.previous).toBe(FIRST_SECRET);
  expect([scene.current, FIRST_SECRET].map((value) => scene.cognito.opens(value))).toEqual([true, true]);
});

test("the second rotation invalidates the first secret, but removes no version that Terraform looks for", async () => {
  const scene = MemoryScene.fresh({ behindMilliseconds: 1000 });
  await scene.rotate();
  const second = scene.current;
  await scene.rotate();
  expect(scene.cognito.opens(FIRST_SECRET)).toBe(false);
  expect([scene.current, second].map((value) => scene.cognito.opens(value))).toEqual([true, true]);
  expect(scene.secret.text("FIRST")).toBe(textOf(FIRST_SECRET));
});

test("client, token endpoint and scopes come from config, not from the previous secret", async () => {
  const scene = MemoryScene.fresh();
  await scene.rotate();
  expect(JSON.parse(scene.secret.text("AWSCURRENT") ?? "")).toEqual({
    client_id: CLIENT_ID,
    client_secret: scene.current,
    token_endpoint: "https://storefront-dev.auth.eu-west-1.amazoncognito.com/oauth2/token",
    scope: "orders/export orders/read",
  });
});

test("a secret that existed before its rotation was declared gets the label that Terraform's version needs", async () => {
  const scene = MemoryScene.fresh();
  scene.secret.unlabel("FIRST");
  await scene.rotate();
  expect(scene.secret.text("FIRST")).toBe(textOf(FIRST_SECRET));
});

test("each step may be repeated, even after the rotation ended", async () => {
  const scene = MemoryScene.settled();
  const before = scene.current;
  const token = scene.begin();
  for (const step of STEPS) for (let times = 0; times < 3; times += 1) await scene.step(step, token);
  const after = scene.current;
  for (const step of STEPS) await scene.step(step, token);
  expect(scene.current).toBe(after);
  expect([before, after].map((value) => scene.cognito.opens(value))).toEqual([true, true]);
});

test("another secret, an unknown version and a version that is not pending cause no call to Cognito", async () => {
  const scene = MemoryScene.settled();
  const token = scene.begin();
  const event = { Step: "setSecret", SecretId: scene.secret.arn, ClientRequestToken: token };
  await expect(scene.invoke({ ...event, SecretId: `${scene.secret.arn}x` })).rejects.toThrow("about another secret");
  await expect(scene.invoke({ ...event, ClientRequestToken: "unknown" })).rejects.toThrow("no pending version");
  scene.secret.unlabel("AWSPENDING");
  await expect(scene.invoke(event)).rejects.toThrow(
    "setSecret: the token is of no pending version of the secret; start the rotation again",
  );
  expect(scene.calls.filter((name) => name.includes("Client") || name === "token")).toEqual([]);
});

test("steps out of order never give callers a secret that does not work", async () => {
  const scene = MemoryScene.settled();
  const before = scene.current;
  const token = scene.begin();
  for (const step of ["setSecret", "testSecret", "finishSecret"]) {
    await expect(scene.step(step, token)).rejects.toThrow("has made no value yet");
  }
  await scene.step("createSecret", token);
  await expect(scene.step("finishSecret", token)).rejects.toThrow("Cognito does not know the new secret");
  await expect(scene.step("testSecret", token)).rejects.toThrow("Cognito gives no token for the new secret");
  expect(scene.current).toBe(before);
});

test("a secret of another client is never rotated", async () => {
  const scene = MemoryScene.fresh();
  scene.secret.given(textOf("s".repeat(40), "anotherClient"), ["AWSCURRENT"], 5);
  await expect(scene.rotate()).rejects.toThrow(
    "AWSCURRENT holds the secret of another client; apply the environment again",
  );
});

test("a new client's first version is rotated although AWSPREVIOUS belongs to the former client", async () => {
  const scene = MemoryScene.fresh();
  scene.secret.given(textOf("s".repeat(40), "theClientBefore"), ["AWSPREVIOUS"], 90);
  scene.cognito.given("leftover".padEnd(48, "l"), 30);
  await scene.rotate();
  expect([scene.cognito.opens(scene.current), scene.cognito.opens(FIRST_SECRET)]).toEqual([true, true]);
});

test("waits for a new secret that is not accepted yet, and reports one that is never accepted", async () => {
  const scene = MemoryScene.settled();
  const token = scene.begin();
  await scene.step("createSecret", token);
  await scene.step("setSecret", token);
  let refusals = 3;
  const refused = { status: 400, body: JSON.stringify({ error: "invalid_client" }) };
  scene.instead = (name) => (name === "token" && refusals-- > 0 ? refused : undefined);
  await scene.step("testSecret", token);
  expect(scene.pauses).toEqual([500, 1000, 2000]);
  scene.instead = (name) => (name === "token" ? refused : undefined);
  await expect(scene.step("testSecret", token)).rejects.toThrow("the current secret still works");
});

testAll([
  [{ client_id: "x", token_use: "access", scope: "orders/export orders/read" }, "is of another client"],
  [{ client_id: CLIENT_ID, token_use: "id", scope: "orders/export orders/read" }, "is no access token"],
  [{ client_id: CLIENT_ID, token_use: "access", scope: "orders/read" }, "lacks the scopes orders/export"],
  [{}, "is of another client"],
])("a token with %j fails the test step", async (claims, fault) => {
  const scene = MemoryScene.settled();
  const token = scene.begin();
  await scene.step("createSecret", token);
  await scene.step("setSecret", token);
  const access_token = `x.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.x`;
  scene.instead = (name) => (name === "token" ? { status: 200, body: JSON.stringify({ access_token }) } : undefined);
  await expect(scene.step("testSecret", token)).rejects.toThrow(`the token for the new secret ${fault}`);
});

test("an inconclusive response of the token endpoint deletes no secret", async () => {
  const scene = MemoryScene.settled();
  const token = scene.begin();
  await scene.step("createSecret", token);
  scene.instead = (name) => (name === "token" ? { status: 503, body: "busy" } : undefined);
  await expect(scene.step("setSecret", token)).rejects.toThrow("the token endpoint answered 503");
  scene.instead = (name) =>
    name === "token" ? { status: 400, body: JSON.stringify({ error: "unauthorized_client" }) } : undefined;
  await expect(scene.step("setSecret", token)).rejects.toThrow("the token endpoint answered 400 unauthorized_client");
  expect([scene.current, scene.previous].map((value) => scene.cognito.opens(value))).toEqual([true, true]);
});

test("retries throttled calls, and reports only the name of a refusal by AWS", async () => {
  const scene = MemoryScene.settled();
  let throttled = 2;
  scene.instead = (name) =>
    name === "ListUserPoolClientSecrets" && throttled-- > 0
      ? { status: 400, body: JSON.stringify({ __type: "TooManyRequestsException" }) }
      : undefined;
  await scene.rotate();
  expect(scene.pauses).toEqual([200, 800]);
  scene.instead = (name) =>
    name === "PutSecretValue"
      ? { status: 400, body: JSON.stringify({ __type: "x#AccessDeniedException", message: "the message" }) }
      : undefined;
  await expect(scene.rotate()).rejects.toThrow(/^createSecret: PutSecretValue failed: AccessDeniedException; Secrets/);
});

test("the check reports the age of the current secret, and the end of a rotation reports zero", async () => {
  const scene = MemoryScene.settled();
  await scene.invoke({ check: true });
  await scene.rotate();
  const ages = scene.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "secret-age");
  expect(ages).toEqual([
    { timestamp: expect.any(String), level: "INFO", event: "secret-age", client: "reporting-agent", ageDays: 0.01 },
    { timestamp: expect.any(String), level: "INFO", event: "secret-age", client: "reporting-agent", ageDays: 0 },
  ]);
});

test("a function without its settings reports which one is missing", async () => {
  const scene = MemoryScene.fresh();
  scene.environment = { ...scene.environment, TOKEN_ENDPOINT: "" };
  await expect(scene.invoke({ check: true })).rejects.toThrow(
    "the variable TOKEN_ENDPOINT is not set; deploy the environment again",
  );
});

test("no log line or error contains a secret or a token", async () => {
  const scene = MemoryScene.settled();
  const errors: string[] = [];
  const attempt = (work: Promise<void>) => work.catch((error: Error) => errors.push(String(error.stack)));
  await attempt(scene.rotate());
  scene.instead = (name) =>
    name === "AddUserPoolClientSecret"
      ? { status: 400, body: JSON.stringify({ __type: "LimitExceededException", message: scene.current }) }
      : undefined;
  await attempt(scene.rotate());
  scene.instead = undefined;
  await scene.dying({ call: 5, when: "after" }, async () => {
    await attempt(scene.rotate());
  });
  const everything = [...scene.lines, ...errors].join("\n");
  const secret = [
    ...scene.cognito.everyValue,
    ...scene.cognito.tokens.keys(),
    scene.environment.AWS_SECRET_ACCESS_KEY ?? "",
  ];
  expect(secret.length).toBeGreaterThan(5);
  expect(errors).toHaveLength(2);
  expect(secret.filter((value) => everything.includes(value))).toEqual([]);
});

test("a secret without a current version ends the rotation, and the error says what to do", async () => {
  const scene = MemoryScene.settled();
  scene.secret.unlabel("AWSCURRENT");
  await expect(scene.rotate()).rejects.toThrow("the secret has no current version; apply the environment again");
});
