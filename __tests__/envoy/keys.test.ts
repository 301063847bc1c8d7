import { exportJWK, generateKeyPair, importJWK, SignJWT } from "jose";
import { json } from "../../local/local-http";
import { LocalTls } from "../../local/tls";
import { TestIssuer } from "../functions/authorizer/support/issuer";
import { COGNITO_URL, ENVIRONMENT } from "../functions/authorizer/support/policy";
import { describeWhere } from "../support/describe-where";
import { envoyBinary } from "./support/binary";
import { EchoApp } from "./support/echo-app";
import { Envoy } from "./support/envoy";
import { Issuers } from "./support/issuers";
import { shopConfiguration } from "./support/shop";

const binary = envoyBinary();
const HOST = new URL(COGNITO_URL).host;

/** Five minutes in the declaration, a second here: nothing else about the keys is another. */
const KEPT_MILLISECONDS = 1_000;
const briefly = (configuration: string) => configuration.replaceAll('"cache_duration":"300s"', '"cache_duration":"1s"');
const CONFIGURATION = briefly(shopConfiguration());

describeWhere("missing" in binary ? binary.missing : undefined, "an issuer's keys in real Envoy", () => {
  let issuers: Issuers;
  let app: EchoApp;
  let envoy: Envoy | undefined;
  const others: LocalTls[] = [];
  beforeAll(async () => {
    app = await EchoApp.start();
  }, 150_000);
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
    configuration = CONFIGURATION,
  } = {}): Promise<void> {
    envoy = await Envoy.start("envoy" in binary ? binary.envoy : "", configuration, {
      app: app.address,
      hosts,
      authorities,
    });
  }

  async function statusFor(by: TestIssuer = issuers.customers.issuer): Promise<number> {
    const claims = { sub: "ann", client_id: ENVIRONMENT.CLIENT_WEB, token_use: "access", scope: "orders/read" };
    const headers = ["Authorization", `Bearer ${await by.token(claims)}`];
    return (await envoy?.send({ path: "/orders", headers }))?.status ?? 0;
  }
  const keysTooOld = () => new Promise((resolve) => setTimeout(resolve, KEPT_MILLISECONDS + 100));

  test("are fetched once for many requests, by the first", async () => {
    await start();
    expect(issuers.customers.fetches).toBe(0);
    for (let count = 0; count < 5; count += 1) expect(await statusFor()).toBe(200);
    expect(issuers.customers.fetches).toBe(1);
    expect(issuers.workforce.fetches).toBe(0);
  });

  test("are asked for by four requests at a time, however many wait, and all of them pass", async () => {
    const right = issuers.customers.answer;
    const open = { now: 0, most: 0 };
    issuers.customers.answer = async () => {
      open.now += 1;
      open.most = Math.max(open.most, open.now);
      await new Promise((resolve) => setTimeout(resolve, 20));
      open.now -= 1;
      return right();
    };
    await start();
    const statuses = await Promise.all(Array.from({ length: 40 }, () => statusFor()));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(open.most).toBeLessThanOrEqual(4);
    // None asks again afterwards.
    const { fetches } = issuers.customers;
    expect(await statusFor()).toBe(200);
    expect(issuers.customers.fetches).toBe(fetches);
  });

  test("down at the start: refused, and accepted as soon as they can be had", async () => {
    issuers.customers.answer = () => ({ status: 503, body: "" });
    await start();
    expect(await statusFor()).toBe(401);
    issuers.customers.publish(issuers.customers.issuer.jwk);
    expect(await statusFor()).toBe(200);
  });

  test("down later: the last ones count for their time, and no longer", async () => {
    await start();
    expect(await statusFor()).toBe(200);
    issuers.customers.answer = () => ({ status: 503, body: "" });
    expect(await statusFor()).toBe(200);
    await keysTooOld();
    expect(await statusFor()).toBe(401);
  });

  test("another issuer's fault is none of this one's", async () => {
    issuers.workforce.answer = () => ({ status: 503, body: "" });
    issuers.aws.answer = () => new Promise(() => {});
    await start();
    expect(await statusFor()).toBe(200);
  });

  test("rotating: a new key counts, and a withdrawn one no more, when the last ones are too old", async () => {
    const next = await TestIssuer.create(COGNITO_URL, "customers-2");
    await start();
    expect(await statusFor()).toBe(200);
    issuers.customers.publish(next.jwk);
    expect([await statusFor(), await statusFor(next)]).toEqual([200, 401]);
    await keysTooOld();
    expect([await statusFor(), await statusFor(next)]).toEqual([401, 200]);
  });

  test("withdrawn: a token that Envoy was told to remember passes on, which is why it is told to remember none", async () => {
    const next = await TestIssuer.create(COGNITO_URL, "customers-2");
    const claims = { sub: "ann", client_id: ENVIRONMENT.CLIENT_WEB, token_use: "access", scope: "orders/read" };
    const headers = ["Authorization", `Bearer ${await issuers.customers.issuer.token(claims)}`];
    const statuses: Record<string, readonly (number | undefined)[]> = {};
    for (const remembered of [undefined, 10]) {
      issuers.customers.publish(issuers.customers.issuer.jwk);
      await start({ configuration: briefly(shopConfiguration({ rememberedTokens: remembered })) });
      const before = (await envoy?.send({ path: "/orders", headers }))?.status;
      issuers.customers.publish(next.jwk);
      await keysTooOld();
      const seen = (await envoy?.send({ path: "/orders", headers }))?.status;
      statuses[String(remembered)] = [before, seen, await statusFor()];
      await envoy?.stop();
    }
    // The last one is another token of the same key.
    expect(statuses).toEqual({ undefined: [200, 401, 401], 10: [200, 200, 401] });
  });

  test("that come slowly: the request waits for them", async () => {
    const right = issuers.customers.answer;
    issuers.customers.answer = () => new Promise((resolve) => setTimeout(() => resolve(right()), 400));
    await start();
    expect(await statusFor()).toBe(200);
  });

  test("that never come: refused when the time for a fetch is over", async () => {
    issuers.customers.answer = () => new Promise(() => {});
    await start();
    expect(await statusFor()).toBe(401);
  });

  test("garbage where they should be: refused, and mended with the next answer", async () => {
    const garbage: Readonly<Record<string, () => ReturnType<typeof json>>> = {
      "no JSON": () => ({ status: 200, body: "<html>" }),
      "no list": () => json(200, { keys: "all" }),
      "an empty list": () => json(200, { keys: [] }),
      "a list of nothing that is a key": () => json(200, { keys: [7, null, { kty: "RSA" }] }),
      "a redirect to the right ones": () => ({ status: 302, headers: { location: "/keys" }, body: "" }),
      nothing: () => ({ status: 200, body: "" }),
    };
    await start();
    for (const [name, answer] of Object.entries(garbage)) {
      issuers.customers.answer = answer;
      expect([name, await statusFor()]).toEqual([name, 401]);
    }
    issuers.customers.publish(issuers.customers.issuer.jwk);
    expect(await statusFor()).toBe(200);
  });

  test("a secret among them, which Envoy would take for a key of HS256, is none", async () => {
    const secret = Buffer.alloc(32, 7);
    issuers.customers.publish({ kty: "oct", kid: "shared", alg: "HS256", k: secret.toString("base64url") });
    await start();
    const claims = { iss: COGNITO_URL, sub: "ann", client_id: ENVIRONMENT.CLIENT_WEB, token_use: "access" };
    const token = await new SignJWT({ ...claims, scope: "orders/read" })
      .setProtectedHeader({ alg: "HS256", kid: "shared" })
      .setExpirationTime("1h")
      .sign(secret);
    expect((await envoy?.send({ path: "/orders", headers: ["Authorization", `Bearer ${token}`] }))?.status).toBe(403);
  });

  test("a key without an algorithm serves RS256 alone, not RS512 or PS256", async () => {
    const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
    issuers.customers.publish({ ...(await exportJWK(publicKey)), kid: "any" });
    await start();
    const jwk = await exportJWK(privateKey);
    const statuses: number[] = [];
    for (const alg of ["RS256", "RS512", "PS256"]) {
      const claims = { iss: COGNITO_URL, sub: "ann", client_id: ENVIRONMENT.CLIENT_WEB, token_use: "access" };
      const token = await new SignJWT({ ...claims, scope: "orders/read" })
        .setProtectedHeader({ alg, kid: "any" })
        .setExpirationTime("1h")
        .sign(await importJWK(jwk, alg));
      statuses.push(
        (await envoy?.send({ path: "/orders", headers: ["Authorization", `Bearer ${token}`] }))?.status ?? 0,
      );
    }
    expect(statuses).toEqual([200, 403, 403]);
  });

  test("garbage later counts as no answer", async () => {
    await start();
    expect(await statusFor()).toBe(200);
    issuers.customers.answer = () => json(200, { keys: [] });
    await keysTooOld();
    expect(await statusFor()).toBe(401);
  });

  test("garbage among them leaves the good ones good", async () => {
    issuers.customers.publish({ kty: "future", kid: "x" }, issuers.customers.issuer.jwk);
    await start();
    expect(await statusFor()).toBe(200);
  });

  /** The right keys from a host that answers to every name, and has a certificate for these. */
  async function behind(...names: readonly string[]): Promise<LocalTls> {
    const { handle } = issuers.customers;
    const hosts = new Map(names.map((name) => [name, handle]));
    const tls = await LocalTls.start(Object.assign(hosts, { get: () => handle }));
    others.push(tls);
    return tls;
  }
  const moved = (port: number) => ({ ...issuers.addresses, [HOST]: { address: "127.0.0.1", port } });

  test("under a certificate for another name: refused, and not even asked for", async () => {
    const tls = await behind("cognito-idp.eu-west-1.amazonaws.com.evil.example");
    await start({ hosts: moved(tls.port), authorities: tls.authorityFile });
    expect(await statusFor()).toBe(401);
    expect(issuers.customers.fetches).toBe(0);
  });

  test("under a certificate of another authority: refused, and not even asked for", async () => {
    await start({ hosts: moved((await behind(HOST)).port) });
    expect(await statusFor()).toBe(401);
    expect(issuers.customers.fetches).toBe(0);
  });

  test("under a certificate for all names of the domain, as Okta's is: accepted", async () => {
    const tls = await behind("*.eu-west-1.amazonaws.com");
    await start({ hosts: moved(tls.port), authorities: tls.authorityFile });
    expect(await statusFor()).toBe(200);
  });

  test("under the right certificate of the trusted authority: accepted", async () => {
    const tls = await behind(HOST);
    await start({ hosts: moved(tls.port), authorities: tls.authorityFile });
    expect(await statusFor()).toBe(200);
  });
});
