import { type HttpsCall, HttpsFailure } from "../../../../../functions/authorizer/request/https-call";
import {
  DISCARD_SECONDS,
  DOCUMENT_LIMITS,
  KeySet,
  REFETCH_SECONDS,
  REFRESH_SECONDS,
} from "../../../../../functions/authorizer/token/key-sets";
import { cognitoDocuments, documents, oidcDocuments, TestIssuer } from "../../../../support/authorizer/issuer";
import { COGNITO_URL, OKTA_URL } from "../../../../support/authorizer/policy";
import { refusalOf } from "../../../../support/authorizer/refusal";

const COGNITO = { url: COGNITO_URL, kind: "cognito" } as const;
const OKTA = { url: OKTA_URL, kind: "token" } as const;

let first: TestIssuer;
let second: TestIssuer;
let okta: TestIssuer;
beforeAll(async () => {
  okta = await TestIssuer.create(OKTA_URL);
  first = await TestIssuer.create(COGNITO_URL, "first");
  second = await TestIssuer.create(COGNITO_URL, "second");
});
beforeEach(() => jest.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => jest.useRealTimers());

/** An issuer whose response a test can change. */
function changing(initial: Record<string, unknown>) {
  const state: { now: Record<string, unknown> | "down" } = { now: initial };
  let calls = 0;
  const call: HttpsCall = async (request, limits) => {
    calls += 1;
    if (state.now === "down") throw new HttpsFailure("timeout");
    return documents(state.now).call(request, limits);
  };
  return { state, call, calls: () => calls };
}

const later = (seconds: number) => jest.setSystemTime(Date.now() + seconds * 1000);

test("Cognito's keys are at a fixed URL, other issuers' at the one in their discovery document", async () => {
  const cognito = documents(cognitoDocuments(first));
  await new KeySet(COGNITO, cognito.call).find("first", "RS256");
  expect(cognito.requests.map(({ url }) => url)).toEqual([`${COGNITO_URL}/.well-known/jwks.json`]);
  const others = documents(oidcDocuments(okta));
  expect((await new KeySet(OKTA, others.call).find(okta.kid, "RS256"))?.kid).toBe(okta.kid);
  expect(others.requests.map(({ url }) => url)).toEqual([
    `${OKTA_URL}/.well-known/openid-configuration`,
    `${OKTA_URL}/v1/keys`,
  ]);
});

test("an issuer URL's final slash is part of its name, not of the URLs built from it", async () => {
  const url = "https://acme.eu.auth0.com/";
  const { call, requests } = documents({
    "https://acme.eu.auth0.com/.well-known/openid-configuration": {
      issuer: url,
      jwks_uri: "https://acme.eu.auth0.com/keys",
    },
    "https://acme.eu.auth0.com/keys": { keys: [first.jwk] },
  });
  expect(await new KeySet({ url, kind: "subjects" }, call).find("first", "RS256")).toBeDefined();
  expect(requests).toHaveLength(2);
});

test("every fetch is limited to 1.5 seconds and 150 kB", async () => {
  const limits: unknown[] = [];
  const call: HttpsCall = async (request, given) => {
    limits.push(given);
    return documents(cognitoDocuments(first)).call(request, given);
  };
  await new KeySet(COGNITO, call).find("first", "RS256");
  expect(limits).toEqual([{ timeoutMilliseconds: 1500, maximumBytes: 150_000 }]);
  expect(DOCUMENT_LIMITS).toEqual(limits[0]);
});

test.each([
  ["another issuer", { issuer: `${OKTA_URL}/`, jwks_uri: `${OKTA_URL}/v1/keys` }],
  ["no issuer", { jwks_uri: `${OKTA_URL}/v1/keys` }],
  ["no URL of keys", { issuer: OKTA_URL }],
])("refuses a discovery document of %s", async (_, document) => {
  const { call } = documents({ ...oidcDocuments(okta), [`${OKTA_URL}/.well-known/openid-configuration`]: document });
  expect(await refusalOf(() => new KeySet(OKTA, call).find(okta.kid, "RS256"))).toBe("unavailable keys-unavailable");
});

test("ignores keys in a response other than 200", async () => {
  const call: HttpsCall = async () => ({ status: 203, body: JSON.stringify({ keys: [first.jwk] }) });
  expect(await refusalOf(() => new KeySet(COGNITO, call).find("first", "RS256"))).toBe("unavailable keys-unavailable");
});

test.each([
  ["not JSON", "<html>"],
  ["no object", "null"],
  ["no keys", {}],
  ["keys that are not a list", { keys: "all" }],
])("a key set that is %s leaves the issuer without keys", async (_, document) => {
  const { call } = documents({ [`${COGNITO_URL}/.well-known/jwks.json`]: document });
  expect(await refusalOf(() => new KeySet(COGNITO, call).find("first", "RS256"))).toBe("unavailable keys-unavailable");
});

test("an unusable key does not affect the others", async () => {
  const { call } = documents({
    [`${COGNITO_URL}/.well-known/jwks.json`]: { keys: [null, { kty: "oct", kid: "x", k: "AA" }, first.jwk] },
  });
  expect((await new KeySet(COGNITO, call).find("first", "RS256"))?.kid).toBe("first");
});

test("a kid whose key has another type is unknown, and so is one that almost is a key's", async () => {
  const { call } = documents(cognitoDocuments(first));
  expect(await new KeySet(COGNITO, call).find("first", "ES256")).toBeUndefined();
  for (const kid of ["First", "firs", "first2", " first", "second", "constructor"]) {
    expect([kid, await new KeySet(COGNITO, call).find(kid, "RS256")]).toEqual([kid, undefined]);
  }
});

test("many concurrent requests cause one fetch", async () => {
  const { call, calls } = changing(cognitoDocuments(first));
  const keys = new KeySet(COGNITO, call);
  const found = await Promise.all(Array.from({ length: 200 }, () => keys.find("first", "RS256")));
  expect(new Set(found).size).toBe(1);
  expect(calls()).toBe(1);
});

test("a key set is used for five minutes, then fetched again", async () => {
  const { call, calls } = changing(cognitoDocuments(first));
  const keys = new KeySet(COGNITO, call);
  await keys.find("first", "RS256");
  later(REFRESH_SECONDS);
  await keys.find("first", "RS256");
  expect(calls()).toBe(1);
  later(1);
  await keys.find("first", "RS256");
  expect(calls()).toBe(2);
});

test("a withdrawn key is unknown after the refresh, a kept one is the same object", async () => {
  const { state, call } = changing(cognitoDocuments(first, second));
  const keys = new KeySet(COGNITO, call);
  const kept = await keys.find("second", "RS256");
  state.now = cognitoDocuments(second);
  later(REFRESH_SECONDS + 1);
  expect(await keys.find("first", "RS256")).toBeUndefined();
  expect(await keys.find("second", "RS256")).toBe(kept);
});

test("another key under a known kid replaces it", async () => {
  const replacement = await TestIssuer.create(COGNITO_URL, "first");
  const { state, call } = changing(cognitoDocuments(first));
  const keys = new KeySet(COGNITO, call);
  const held = await keys.find("first", "RS256");
  state.now = cognitoDocuments(replacement);
  later(REFRESH_SECONDS + 1);
  const found = await keys.find("first", "RS256");
  expect(found).toBeDefined();
  expect(found).not.toBe(held);
});

test("while the issuer is down, the old keys are used for an hour, with few fetch attempts", async () => {
  const { state, call, calls } = changing(cognitoDocuments(first));
  const keys = new KeySet(COGNITO, call);
  await keys.find("first", "RS256");
  state.now = "down";
  later(REFRESH_SECONDS + 1);
  for (let count = 0; count < 50; count += 1) expect(await keys.find("first", "RS256")).toBeDefined();
  expect(calls()).toBe(2);
  later(DISCARD_SECONDS - REFRESH_SECONDS - 1);
  expect(await keys.find("first", "RS256")).toBeDefined();
  later(1);
  expect(await refusalOf(() => keys.find("first", "RS256"))).toBe("unavailable keys-unavailable");
  state.now = cognitoDocuments(first);
  later(REFETCH_SECONDS);
  expect(await keys.find("first", "RS256")).toBeDefined();
});

test("while the issuer is down, it is not known whether it has a new key", async () => {
  const { state, call, calls } = changing(cognitoDocuments(first));
  const keys = new KeySet(COGNITO, call);
  await keys.find("first", "RS256");
  for (const trouble of ["down", {}, { [`${COGNITO.url}/.well-known/jwks.json`]: { keys: "none" } }] as const) {
    state.now = trouble;
    later(REFETCH_SECONDS);
    for (let count = 0; count < 20; count += 1) {
      expect(await refusalOf(() => keys.find("second", "RS256"))).toBe("unavailable keys-unavailable");
      expect(await keys.find("first", "RS256")).toBeDefined();
    }
  }
  expect(calls()).toBe(4);
  state.now = cognitoDocuments(first, second);
  later(REFETCH_SECONDS);
  expect(await keys.find("second", "RS256")).toBeDefined();
  expect(await keys.find("third", "RS256")).toBeUndefined();
});

test.each([
  ["is empty", []],
  ["has no key at all", [null]],
  ["has only keys for encryption", [{ use: "enc" }]],
  ["has only keys of other types", [{ kty: "oct", kid: "first", k: "AA" }]],
] as const)("a key set that %s is a failed fetch: the keys of before stay, for an hour", async (_, values) => {
  const encryption = { ...first.jwk, use: "enc" };
  const { state, call, calls } = changing(cognitoDocuments(first));
  const keys = new KeySet(COGNITO, call);
  const held = await keys.find("first", "RS256");
  const set = values.map((each) => (each && "use" in each ? encryption : each));
  state.now = { [`${COGNITO_URL}/.well-known/jwks.json`]: { keys: set } };
  later(REFRESH_SECONDS + 1);
  expect(await keys.find("first", "RS256")).toBe(held);
  expect(await refusalOf(() => keys.find("second", "RS256"))).toBe("unavailable keys-unavailable");
  later(REFETCH_SECONDS);
  expect(await keys.find("first", "RS256")).toBe(held);
  expect(calls()).toBe(3);
  later(DISCARD_SECONDS - REFRESH_SECONDS - REFETCH_SECONDS);
  expect(await refusalOf(() => keys.find("first", "RS256"))).toBe("unavailable keys-unavailable");
  state.now = cognitoDocuments(second);
  later(REFETCH_SECONDS);
  expect(await keys.find("first", "RS256")).toBeUndefined();
});

test("an issuer whose first key set has no usable key is asked again after two seconds, and no token is refused meanwhile", async () => {
  const { state, call } = changing({ [`${COGNITO_URL}/.well-known/jwks.json`]: { keys: [] } });
  const keys = new KeySet(COGNITO, call);
  expect(await refusalOf(() => keys.find("first", "RS256"))).toBe("unavailable keys-unavailable");
  state.now = cognitoDocuments(first);
  later(2);
  expect(await keys.find("first", "RS256")).toBeDefined();
});

test("a storm of unknown kids makes at most one fetch in 30 seconds", async () => {
  const { call, calls } = changing(cognitoDocuments(first));
  const keys = new KeySet(COGNITO, call);
  for (let count = 0; count < 100; count += 1) expect(await keys.find(`junk-${count}`, "RS256")).toBeUndefined();
  expect(calls()).toBe(1);
  later(REFETCH_SECONDS);
  await Promise.all(Array.from({ length: 100 }, (_, index) => keys.find(`more-junk-${index}`, "RS256")));
  expect(calls()).toBe(2);
});

test("a new key of the issuer is found at the first fetch that the rate limit allows", async () => {
  const { state, call } = changing(cognitoDocuments(first));
  const keys = new KeySet(COGNITO, call);
  await keys.find("first", "RS256");
  state.now = cognitoDocuments(first, second);
  later(REFETCH_SECONDS - 1);
  expect(await keys.find("second", "RS256")).toBeUndefined();
  later(1);
  expect(await keys.find("second", "RS256")).toBeDefined();
});

test("an issuer without keys is asked again after two seconds, not sooner", async () => {
  const { state, call, calls } = changing({});
  state.now = "down";
  const keys = new KeySet(COGNITO, call);
  for (let count = 0; count < 20; count += 1) {
    expect(await refusalOf(() => keys.find("first", "RS256"))).toBe("unavailable keys-unavailable");
  }
  expect(calls()).toBe(1);
  state.now = cognitoDocuments(first);
  later(2);
  expect(await keys.find("first", "RS256")).toBeDefined();
});

test("a withdrawn key works for five minutes, or an hour without an issuer, and junk tokens cause at most two fetches a minute", () => {
  expect([REFRESH_SECONDS, DISCARD_SECONDS, REFETCH_SECONDS]).toEqual([5 * 60, 60 * 60, 30]);
});
