import { exportJWK, generateKeyPair, importJWK, SignJWT } from "jose";
import { json } from "../../../packages/local-front-door/net/local-http";
import { LocalTls } from "../../../packages/local-front-door/net/tls";
import { TestIssuer } from "../../support/authorizer/issuer";
import { COGNITO_URL, ENVIRONMENT } from "../../support/authorizer/policy";
import { describeWhere } from "../../support/describe-where";
import { envoyBinary } from "./support/binary";
import { EchoApp } from "./support/echo-app";
import { Envoy } from "./support/envoy";
import { Issuers } from "./support/issuers";
import { shopConfiguration } from "./support/shop";

const binary = envoyBinary();
const HOST = new URL(COGNITO_URL).host;
const CLAIMS = {
  sub: "ann",
  client_id: ENVIRONMENT.CLIENT_WEB,
  token_use: "access",
  scope: "orders/read",
};

/** Shortens the cache duration from five minutes. Everything else about the keys is as declared. */
const briefly = (configuration: string) =>
  configuration.replaceAll('"cache_duration":"300s"', '"cache_duration":"0.2s"');

describeWhere("missing" in binary ? binary.missing : undefined, "an issuer's keys in real Envoy", () => {
  let issuers: Issuers;
  let app: EchoApp;
  let next: TestIssuer;
  let envoy: Envoy | undefined;
  const others: LocalTls[] = [];
  beforeAll(async () => {
    app = await EchoApp.start();
    next = await TestIssuer.create(COGNITO_URL, "customers-2");
  });
  beforeEach(async () => {
    issuers = await Issuers.start();
  });
  afterEach(async () => {
    await envoy?.stop();
    await Promise.all([issuers.stop(), ...others.splice(0).map((tls) => tls.stop())]);
  });
  afterAll(() => app?.stop());

  async function start({
    authorities = issuers.authorities,
    hosts = issuers.addresses,
    configuration = shopConfiguration(),
  } = {}): Promise<void> {
    await envoy?.stop();
    envoy = await Envoy.start("envoy" in binary ? binary.envoy : "", configuration, {
      app: app.address,
      hosts,
      authorities,
    });
  }

  const statusOf = async (token: string) =>
    (await envoy?.send({ path: "/orders", headers: ["Authorization", `Bearer ${token}`] }))?.status ?? 0;
  const statusFor = async (by: TestIssuer = issuers.customers.issuer) => statusOf(await by.token(CLAIMS));
  const signed = (header: { readonly alg: string; readonly kid: string }, key: Parameters<SignJWT["sign"]>[0]) =>
    new SignJWT({ ...CLAIMS, iss: COGNITO_URL }).setProtectedHeader(header).setExpirationTime("1h").sign(key);
  const down = () => ({ status: 503, body: "" });

  /** Repeats the request until the cached keys expire: the status changes when Envoy fetches new ones. */
  async function becomes(status: number, by?: TestIssuer): Promise<void> {
    let seen = 0;
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
      seen = await statusFor(by);
      if (seen === status) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`the status stays ${seen}`);
  }

  test("are fetched once by the first request, and stay valid while withdrawn or unreachable", async () => {
    // Failures of other issuers must not affect this one.
    issuers.workforce.answer = down;
    issuers.aws.answer = () => new Promise(() => {});
    await start();
    expect(issuers.customers.fetches).toBe(0);
    for (let count = 0; count < 5; count += 1) expect(await statusFor()).toBe(200);
    issuers.customers.answer = down;
    expect(await statusFor()).toBe(200);
    issuers.customers.publish(next.jwk);
    expect([await statusFor(), await statusFor(next)]).toEqual([200, 401]);
    expect([issuers.customers.fetches, issuers.workforce.fetches]).toEqual([1, 0]);
  });

  test("are fetched again when they expire: new keys are accepted, withdrawn ones are not, and none if the fetch fails", async () => {
    await start({ configuration: briefly(shopConfiguration()) });
    expect(await statusFor()).toBe(200);
    issuers.customers.publish(next.jwk);
    await becomes(200, next);
    expect(await statusFor()).toBe(401);
    issuers.customers.answer = down;
    await becomes(401, next);
    issuers.customers.publish(next.jwk);
    await becomes(200, next);
    issuers.customers.answer = () => json(200, { keys: [] });
    await becomes(401, next);
  });

  test("are fetched by at most four requests at a time, and all waiting requests pass", async () => {
    const right = issuers.customers.answer;
    const open = { now: 0, most: 0 };
    issuers.customers.answer = async () => {
      open.now += 1;
      open.most = Math.max(open.most, open.now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      open.now -= 1;
      return right();
    };
    await start();
    const statuses = await Promise.all(Array.from({ length: 16 }, () => statusFor()));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(open.most).toBeLessThanOrEqual(4);
    // No request fetches the keys again afterwards.
    const { fetches } = issuers.customers;
    expect([await statusFor(), issuers.customers.fetches]).toEqual([200, fetches]);
  });

  test("that are missing or invalid verify no tokens until a later response, even a slow one", async () => {
    const right = issuers.customers.answer;
    const wrong: Readonly<Record<string, () => ReturnType<typeof json>>> = {
      "not there": down,
      "no JSON": () => ({ status: 200, body: "<html>" }),
      "no list": () => json(200, { keys: "all" }),
      "an empty list": () => json(200, { keys: [] }),
      "a list of nothing that is a key": () => json(200, { keys: [7, null, { kty: "RSA" }] }),
      "a redirect to the right ones": () => ({ status: 302, headers: { location: "/keys" }, body: "" }),
      nothing: () => ({ status: 200, body: "" }),
    };
    await start();
    for (const [name, answer] of Object.entries(wrong)) {
      issuers.customers.answer = answer;
      expect([name, await statusFor()]).toEqual([name, 401]);
    }
    issuers.customers.answer = () => new Promise((resolve) => setTimeout(() => resolve(right()), 100));
    expect(await statusFor()).toBe(200);
  });

  test("that never arrive verify no tokens, and requests are refused after the fetch timeout", async () => {
    issuers.customers.answer = () => new Promise(() => {});
    const hasty = shopConfiguration().replaceAll('"timeout":"3s"', '"timeout":"0.3s"');
    expect(hasty).not.toBe(shopConfiguration());
    await start({ configuration: hasty });
    expect(await statusFor()).toBe(401);
  });

  test("that are withdrawn would still verify a cached token, so Envoy caches none", async () => {
    const token = await issuers.customers.issuer.token(CLAIMS);
    const statuses: Record<string, readonly number[]> = {};
    const caching = shopConfiguration().replaceAll(
      '"forward":true',
      '"forward":true,"jwt_cache_config":{"jwt_cache_size":10}',
    );
    for (const [kind, configuration] of Object.entries({ ours: shopConfiguration(), caching })) {
      issuers.customers.publish(issuers.customers.issuer.jwk);
      await start({ configuration: briefly(configuration) });
      const before = await statusOf(token);
      issuers.customers.publish(next.jwk);
      // Other tokens signed by the same key.
      await becomes(401);
      statuses[kind] = [before, await statusOf(token)];
    }
    expect(statuses).toEqual({ ours: [200, 401], caching: [200, 200] });
  });

  test("of other kinds: a secret is ignored, a key without an algorithm verifies only RS256, valid keys still work", async () => {
    const secret = Buffer.alloc(32, 7);
    const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
    const jwk = await exportJWK(privateKey);
    issuers.customers.publish(
      { kty: "future", kid: "x" },
      { kty: "oct", kid: "shared", alg: "HS256", k: secret.toString("base64url") },
      { ...(await exportJWK(publicKey)), kid: "any" },
      issuers.customers.issuer.jwk,
    );
    await start();
    const statuses: Record<string, number> = { good: await statusFor() };
    statuses.HS256 = await statusOf(await signed({ alg: "HS256", kid: "shared" }, secret));
    for (const alg of ["RS256", "RS512", "PS256"]) {
      statuses[alg] = await statusOf(await signed({ alg, kid: "any" }, await importJWK(jwk, alg)));
    }
    expect(statuses).toEqual({ good: 200, HS256: 403, RS256: 200, RS512: 403, PS256: 403 });
  });

  test("are accepted only from a host whose certificate has its name and a trusted authority", async () => {
    /** The valid keys from a host that responds to every name, with a certificate for this name. */
    const behind = async (name: string): Promise<LocalTls> => {
      const { handle } = issuers.customers;
      const tls = await LocalTls.start(Object.assign(new Map([[name, handle]]), { get: () => handle }));
      others.push(tls);
      return tls;
    };
    const moved = (port: number) => ({ ...issuers.addresses, [HOST]: { address: "127.0.0.1", port } });
    const names = {
      "the host": HOST,
      "all names of the domain": "*.eu-west-1.amazonaws.com",
      "another name": `${HOST}.evil.example`,
    };
    const answers: Record<string, readonly number[]> = {};
    for (const [what, name] of Object.entries(names)) {
      const { port, authorityFile } = await behind(name);
      const { fetches } = issuers.customers;
      await start({ hosts: moved(port), authorities: authorityFile });
      answers[what] = [await statusFor(), issuers.customers.fetches - fetches];
    }
    const { fetches } = issuers.customers;
    await start({ hosts: moved((await behind(HOST)).port) });
    answers["another authority"] = [await statusFor(), issuers.customers.fetches - fetches];
    expect(answers).toEqual({
      "the host": [200, 1],
      "all names of the domain": [200, 1],
      "another name": [401, 0],
      "another authority": [401, 0],
    });
  });
});
