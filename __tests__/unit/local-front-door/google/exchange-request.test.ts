import { ExchangeError, readExchange } from "../../../../packages/local-front-door/google/sts";

const NOW = Date.parse("2026-11-25T12:00:00Z");
const AUDIENCE = "//iam.googleapis.com/projects/7/locations/global/workloadIdentityPools/p/providers/q";

const SIGNED = {
  url: "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
  method: "POST",
  headers: [
    {
      key: "Authorization",
      value: "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host;x-amz-date;x-goog-cloud-target-resource, Signature=y",
    },
    { key: "host", value: "sts.eu-west-1.amazonaws.com" },
    { key: "x-amz-date", value: "20261125T120000Z" },
    { key: "x-goog-cloud-target-resource", value: AUDIENCE },
  ],
};

const FIELDS = {
  audience: AUDIENCE,
  grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
  requestedTokenType: "urn:ietf:params:oauth:token-type:access_token",
  scope: "https://www.googleapis.com/auth/iam",
  subjectTokenType: "urn:ietf:params:aws:token-type:aws4_request",
};

function read(fields: object = {}, signed: unknown = SIGNED, now = NOW) {
  const subjectToken = encodeURIComponent(JSON.stringify(signed));
  const body = JSON.stringify({ ...FIELDS, subjectToken, ...fields });
  return readExchange({ method: "POST", host: "x", target: "/v1/token", headers: [], body }, now);
}

/** Whether the request is read, or refused as by Google. */
function isRead(...parts: Parameters<typeof read>): boolean {
  try {
    read(...parts);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(ExchangeError);
    return false;
  }
}

test("the documented request is read", () => {
  expect(read()).toEqual({
    audience: AUDIENCE,
    scopes: ["https://www.googleapis.com/auth/iam"],
    signed: { url: SIGNED.url, headers: SIGNED.headers.map(({ key, value }) => [key, value]) },
  });
  expect(read({ scope: "https://www.googleapis.com/auth/cloud-platform" }).scopes).toHaveLength(1);
  expect(
    read(
      {},
      { ...SIGNED, url: SIGNED.url.replace(".eu-west-1", ""), headers: headers("host", () => "sts.amazonaws.com") },
    ),
  ).toBeDefined();
});

test("a form with the names of RFC 8693 is read like JSON, and other or repeated names are refused", () => {
  const subjectToken = encodeURIComponent(JSON.stringify(SIGNED));
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const form = Object.entries({ ...FIELDS, subjectToken }).map(([name, value]): [string, string] => [
    snake(name),
    value,
  ]);
  const headers = [["Content-Type", "application/x-www-form-urlencoded;charset=UTF-8"]] as const;
  const readForm = (pairs: [string, string][]) => {
    const body = new URLSearchParams(pairs).toString();
    return readExchange({ method: "POST", host: "x", target: "/v1/token", headers, body }, NOW);
  };
  expect(readForm(form)).toEqual(read());
  for (const odd of [
    ["options", "{}"],
    ["grantType", FIELDS.grantType],
    ["scope", FIELDS.scope],
  ] as [string, string][]) {
    expect(() => readForm([...form, odd])).toThrow(ExchangeError);
  }
  expect(() => readForm(form.slice(1))).toThrow("audience is missing");
});

function headers(name: string, value: (old: string) => string) {
  return SIGNED.headers.map(({ key, value: old }) => ({ key, value: key.toLowerCase() === name ? value(old) : old }));
}

const OTHER_FIELDS: readonly (readonly [string, object])[] = [
  ["audience", { audience: `${AUDIENCE}2` }],
  ["empty audience", { audience: "" }],
  ["audience that is not a text", { audience: [AUDIENCE] }],
  ["grant type", { grantType: "authorization_code" }],
  ["requested token type", { requestedTokenType: "urn:ietf:params:oauth:token-type:jwt" }],
  ["subject token type", { subjectTokenType: "urn:ietf:params:oauth:token-type:jwt" }],
  ["scope", { scope: "openid" }],
  ["scope in addition to a valid one", { scope: `${FIELDS.scope} openid` }],
  ["subject token that is not encoded", { subjectToken: JSON.stringify(SIGNED) }],
  ["subject token that is not JSON", { subjectToken: "x" }],
  ["field", { options: "{}" }],
  ["spelling of a field", { grant_type: FIELDS.grantType }],
];

test("a request with any other field or value is refused", () => {
  expect(OTHER_FIELDS.filter(([, fields]) => isRead(fields)).map(([name]) => name)).toEqual([]);
});

const OTHER_PARTS: readonly (readonly [string, object])[] = [
  ["method", { method: "GET" }],
  ["action", { url: SIGNED.url.replace("GetCallerIdentity", "AssumeRole") }],
  ["version", { url: SIGNED.url.replace("2011", "2012") }],
  ["scheme", { url: SIGNED.url.replace("https", "http") }],
  ["host", { url: SIGNED.url.replace("amazonaws.com", "amazonaws.com.evil.example") }],
  ["port", { url: SIGNED.url.replace(".com/", ".com:8443/") }],
  ["path", { url: SIGNED.url.replace(".com/", ".com/x") }],
  ["user", { url: SIGNED.url.replace("https://", "https://user@") }],
  ["host header", { headers: headers("host", () => "sts.us-east-1.amazonaws.com") }],
  ["target resource", { headers: headers("x-goog-cloud-target-resource", (old) => `${old}2`) }],
  [
    "list of signed headers",
    { headers: headers("authorization", (old) => old.replace(";x-goog-cloud-target-resource", "")) },
  ],
  ["date", { headers: headers("x-amz-date", () => "soon") }],
  ["kind of headers", { headers: { host: "x" } }],
  ["kind of header", { headers: [...SIGNED.headers, { key: "x", value: 7 }] }],
  ["part of a header", { headers: [...SIGNED.headers, { key: "x", value: "y", z: "" }] }],
  ["header of the same name", { headers: [...SIGNED.headers, { key: "HOST", value: "sts.eu-west-1.amazonaws.com" }] }],
  ["field", { body: "" }],
];

test("a signed request with any other part is refused", () => {
  expect(OTHER_PARTS.filter(([, part]) => isRead({}, { ...SIGNED, ...part })).map(([name]) => name)).toEqual([]);
});

test("a signed request is valid for fifteen minutes", () => {
  expect(read({}, SIGNED, NOW + 900_000)).toBeDefined();
  expect(() => read({}, SIGNED, NOW + 900_001)).toThrow("not fresh");
  expect(() => read({}, SIGNED, NOW - 900_001)).toThrow("not fresh");
});

test("a body that is not a JSON object is refused", () => {
  for (const body of ["", "null", "[]", "x"]) {
    const request = { method: "POST", host: "x", target: "/v1/token", headers: [], body };
    expect(() => readExchange(request, NOW)).toThrow("not a JSON object");
  }
});
