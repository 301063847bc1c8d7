import { gzipSync } from "node:zlib";
import fc from "../../__tests__/support/properties";
import { WANTED, type WantedAnswer } from "./backend";
import type { SentRequest } from "./both-gateways";

/** What browsers and most programs send. */
const USUAL = ["User-Agent", "test/1.0", "Accept", "*/*", "Accept-Encoding", "identity", "Authorization", "Bearer x"];

function get(target: string, more: Partial<SentRequest> = {}): SentRequest {
  return { method: "GET", target, headers: USUAL, ...more };
}

const withHeaders = (target: string, ...headers: readonly string[]) => get(target, { headers: [...USUAL, ...headers] });

function post(target: string, body: string | Buffer, ...headers: readonly string[]): SentRequest {
  return { method: "POST", target, headers: [...USUAL, ...headers], body: Buffer.from(body) };
}

const answering = (wanted: WantedAnswer, more: Partial<SentRequest> = {}) =>
  get("/orders/7", { ...more, headers: [...USUAL, WANTED, JSON.stringify(wanted)] });

const base64 = (bytes: string | Buffer) => Buffer.from(bytes).toString("base64");
const preflight = (target: string, ...headers: readonly string[]): SentRequest => ({
  method: "OPTIONS",
  target,
  headers: [...headers, "Access-Control-Request-Method", "GET"],
});

const BINARY = Buffer.from([0, 1, 2, 0xff, 0xfe, 0x80, 0x0d, 0x0a, 0]);

/** Requests that gateways answer differently, each by its name. */
export const NAMED: Readonly<Record<string, SentRequest>> = {
  "a literal": get("/orders"),
  "a variable": get("/orders/7"),
  "a literal next to a variable": get("/orders/export"),
  "a greedy variable": get("/images/a/b/c.png"),
  "a greedy variable next to a literal": get("/wide/exact/more"),
  "a literal next to a greedy variable": get("/wide/exact"),
  "two variables": get("/pairs/first/second"),
  "the stage alone": get(""),
  "the root": get("/"),
  "an unknown route": get("/nowhere"),
  "an unknown route below a known one": get("/orders/7/items"),
  "a route that only has children": get("/images"),
  "a path outside the stage": get("/orders", { before: "/other/" }),
  "a trailing slash of a literal": get("/orders/"),
  "a trailing slash of a variable": get("/orders/7/"),
  "a trailing slash of a greedy variable": get("/images/a/"),
  "two trailing slashes": get("/orders//"),
  "two trailing slashes of a variable": get("/orders/7//"),
  "an empty variable": get("/pairs//second"),
  "a double slash before a literal": get("//orders"),
  "three slashes before a literal": get("///orders"),
  "a double slash before a variable": get("/orders//7"),
  "a double slash in a greedy variable": get("/images/a//b"),
  "a double slash before the stage": get("/orders", { before: "//" }),
  "a dot": get("/orders/."),
  "two dots": get("/orders/.."),
  "two dots in a greedy variable": get("/images/a/../b"),
  "a dot in a greedy variable": get("/images/./b"),
  "an escaped slash": get("/orders/a%2Fb"),
  "an escaped slash in lower case": get("/orders/a%2fb"),
  "an escaped slash in a greedy variable": get("/images/a%2Fb/c"),
  "an escaped slash in a literal": get("/orders%2Fexport"),
  "an escaped space": get("/orders/a%20b"),
  "a plus": get("/orders/a+b"),
  "an escaped plus": get("/orders/a%2Bb"),
  "an escaped percent sign": get("/orders/a%25b"),
  "a slash escaped twice": get("/orders/a%252Fb"),
  "a percent sign that escapes nothing": get("/orders/a%zzb"),
  "an escaped question mark": get("/orders/a%3Fb=c"),
  "an escaped hash": get("/orders/a%23b"),
  "an escaped letter of a literal": get("/%6Frders"),
  "an escaped letter of a variable": get("/orders/%37"),
  "escaped dots": get("/orders/%2e%2e"),
  "escaped UTF-8": get("/orders/caf%C3%A9"),
  "escaped bytes that are no UTF-8": get("/orders/%ff"),
  "characters that need no escape": get("/orders/a-b.c_d~e!$&'()*,;=:@"),
  "characters that need an escape": get("/orders/a[b]|c^d`e{f}"),
  "another case of a literal": get("/ORDERS"),
  "an escaped null byte": get("/orders/a%00b"),
  "a query": get("/orders?a=1&b=2"),
  "a repeated parameter": get("/orders?a=1&a=2"),
  "a repeated parameter around another": get("/orders?a=1&b=2&a=3"),
  "an empty value": get("/orders?a="),
  "no value": get("/orders?a"),
  "an empty name": get("/orders?=1"),
  "an empty query": get("/orders?"),
  "an escape in a query": get("/orders?a=b%20c"),
  "an escaped letter in a query": get("/orders?a=%61"),
  "a plus in a query": get("/orders?a=b+c"),
  "an escaped plus in a query": get("/orders?a=b%2Bc"),
  "an escaped ampersand in a query": get("/orders?a=b%26c"),
  "a question mark in a query": get("/orders?a=b?c"),
  "a slash in a query": get("/orders?a=b/c"),
  "an escaped slash in a query": get("/orders?a=b%2Fc"),
  "a semicolon in a query": get("/orders?a=1;b=2"),
  "UTF-8 in a query": get("/orders?a=caf%C3%A9"),
  "brackets in a query": get("/orders?a[]=1&a[]=2"),
  "a percent sign in a query": get("/orders?a=100%"),
  "a query of a trailing slash": get("/orders/?a=1"),
  "a colon and an at sign in a query": get("/orders?a=b:c@d"),
  "POST of ANY": { ...get("/wide"), method: "POST" },
  "PUT of ANY": { ...get("/wide/x"), method: "PUT", body: Buffer.from("x") },
  "DELETE of ANY": { ...get("/wide/x"), method: "DELETE" },
  "PATCH of ANY": { ...get("/wide/x"), method: "PATCH", body: Buffer.from("x") },
  "HEAD of ANY": { ...get("/wide/x"), method: "HEAD" },
  "OPTIONS of ANY": { ...get("/wide/x"), method: "OPTIONS" },
  "TRACE of ANY": { ...get("/wide/x"), method: "TRACE" },
  "a method that only the wider route has": { ...get("/wide/exact"), method: "POST", body: Buffer.from("x") },
  "a method that the route lacks": { ...get("/orders"), method: "DELETE" },
  "HEAD of a route with GET alone": { ...get("/orders"), method: "HEAD" },
  "HEAD of a route with HEAD": { ...get("/carts/7"), method: "HEAD" },
  "GET with a body": { ...get("/orders"), body: Buffer.from("abc") },
  "DELETE with a body": { ...get("/orders/7"), method: "DELETE", body: Buffer.from("abc") },
  "X-HTTP-Method-Override": withHeaders("/orders/7", "X-HTTP-Method-Override", "DELETE"),
  "a preflight of a declared origin": preflight("/orders", "Origin", "https://dev.shop.example.com"),
  "a preflight of another origin": preflight("/orders", "Origin", "https://other.example"),
  "a preflight without an origin": preflight("/orders"),
  "a preflight with origin in lower case": preflight("/orders", "origin", "https://dev.shop.example.com"),
  "a preflight with an origin in capitals": preflight("/orders", "ORIGIN", "https://dev.shop.example.com"),
  "a preflight of a variable": preflight("/orders/7", "Origin", "https://dev.shop.example.com"),
  "a preflight of a greedy variable": preflight("/images/a/b", "Origin", "https://dev.shop.example.com"),
  "a preflight of a route without one": preflight("/mapped", "Origin", "https://dev.shop.example.com"),
  "a preflight with a content type": preflight(
    "/orders",
    "Origin",
    "https://dev.shop.example.com",
    "Content-Type",
    "text/plain",
  ),
  "a preflight with a content type and its parameter": preflight(
    "/orders",
    ...["Origin", "https://dev.shop.example.com", "Content-Type", "application/json; charset=utf-8"],
  ),
  "a preflight with a body": { ...preflight("/orders"), body: Buffer.from("{}") },
  "a mapped request": post("/mapped?given=1", "{}", "X-Given", "2", "Content-Type", "application/json"),
  "mappings without their values": post("/mapped", "{}", "Content-Type", "application/json"),
  "a mapped parameter twice": post("/mapped?given=1&given=2", "{}", "Content-Type", "application/json"),
  "a mapped parameter with an escape": post("/mapped?given=a%20b%2B", "{}", "Content-Type", "application/json"),
  "a mapped parameter that is empty": post("/mapped?given=", "{}", "Content-Type", "application/json"),
  "a mapped header twice": post("/mapped", "{}", "X-Given", "1", "X-Given", "2", "Content-Type", "application/json"),
  "a mapped header in another case": post("/mapped", "{}", "x-given", "1", "Content-Type", "application/json"),
  "a mapped header that is empty": post("/mapped", "{}", "X-Given", "", "Content-Type", "application/json"),
  "a caller's own X-Static": post("/mapped", "{}", "X-Static", "forged", "Content-Type", "application/json"),
  "a caller's own x-static": post("/mapped", "{}", "x-static", "forged", "Content-Type", "application/json"),
  "a caller's own X-Empty": post("/mapped", "{}", "X-Empty", "forged", "Content-Type", "application/json"),
  "a caller's own X-Nothing": post("/mapped", "{}", "X-Nothing", "forged", "Content-Type", "application/json"),
  "a caller's own x-caller-subject": withHeaders("/orders/7", "x-caller-subject", "forged"),
  "a caller's own X-Caller-Subject": withHeaders("/orders/7", "X-Caller-Subject", "forged"),
  "a caller's own X-Original-URL": withHeaders("/orders/7", "X-Original-URL", "/admin"),
  "a header twice": withHeaders("/orders/7", "X-Twice", "1", "X-Twice", "2"),
  "a header in two cases": withHeaders("/orders/7", "X-Twice", "1", "x-twice", "2"),
  "a header with commas": withHeaders("/orders/7", "X-Comma", "a, b,c"),
  "a header that is empty": withHeaders("/orders/7", "X-Nil", ""),
  "a header with UTF-8": withHeaders("/orders/7", "X-Latin", Buffer.from("café").toString("latin1")),
  "a header with an underscore": withHeaders("/orders/7", "X_Under", "1"),
  "two cookies": withHeaders("/orders/7", "Cookie", "a=1", "Cookie", "b=2"),
  "X-Forwarded-For": withHeaders("/orders/7", "X-Forwarded-For", "192.0.2.1"),
  "X-Amzn-Trace-Id": withHeaders("/orders/7", "X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793"),
  "x-amzn-requestid": withHeaders("/orders/7", "x-amzn-requestid", "chosen"),
  "Via, Max-Forwards and TE": withHeaders("/orders/7", "Via", "1.1 x", "Max-Forwards", "3", "TE", "trailers"),
  "Content-MD5 and Content-Encoding": post("/orders", "x", "Content-MD5", "x", "Content-Encoding", "br"),
  "Expect-like names": withHeaders(
    "/orders/7",
    "Proxy-Authenticate",
    "Basic",
    "WWW-Authenticate",
    "Basic",
    "Server",
    "x",
  ),
  "Proxy-Authorization, Date and Range": withHeaders(
    "/orders/7",
    ...["Proxy-Authorization", "Basic x", "Date", "Mon, 30 Nov 2026 00:00:00 GMT", "Range", "bytes=0-1"],
  ),
  "no User-Agent, no Accept": { method: "GET", target: "/orders/7", headers: ["Authorization", "Bearer x"] },
  JSON: post("/orders", '{"a":1}', "Content-Type", "application/json"),
  "a form": post("/orders", "a=1&b=c+d", "Content-Type", "application/x-www-form-urlencoded"),
  "a body without a content type": post("/orders", "abc"),
  "an empty body": post("/orders", "", "Content-Type", "application/json"),
  "a binary body": post("/orders", BINARY, "Content-Type", "application/octet-stream"),
  "a binary body that claims to be JSON": post("/orders", BINARY, "Content-Type", "application/json"),
  "a body of 1 MB": post("/orders", Buffer.alloc(1_000_000, "x"), "Content-Type", "text/plain"),
  "a body of 10 MB": post("/orders", Buffer.alloc(10_000_000, "x"), "Content-Type", "text/plain"),
  "a body over 10 MB": post("/orders", Buffer.alloc(10_485_761, "x"), "Content-Type", "text/plain"),
  "headers over 10,240 bytes": withHeaders("/orders/7", "X-Long", "x".repeat(11_000)),
  "an answer of 201": answering({ status: 201 }),
  "an answer of 204": answering({ status: 204 }),
  "an answer of 304": answering({ status: 304 }),
  "an answer of 302": answering({ status: 302, headers: ["Location", "/elsewhere"] }),
  "an answer of 400": answering({ status: 400 }),
  "an answer of 404": answering({ status: 404 }),
  "an answer of 500": answering({ status: 500 }),
  "an answer of 503": answering({ status: 503 }),
  "a binary answer": answering({ headers: ["Content-Type", "image/png"], body: base64(BINARY) }),
  "an answer without a content type": answering({ headers: [] }),
  "an empty answer": answering({ body: "" }),
  "an answer without a length": answering({ length: false }),
  "an answer with two cookies": answering({ headers: ["Set-Cookie", "a=1", "Set-Cookie", "b=2"] }),
  "an answer with a header twice": answering({ headers: ["X-Twice", "1", "X-Twice", "2"] }),
  "an answer whose headers are remapped": answering({
    headers: ["WWW-Authenticate", "Bearer", "Date", "Mon, 30 Nov 2026 00:00:00 GMT", "Server", "x", "User-Agent", "x"],
  }),
  "an answer with more remapped headers": answering({
    headers: ["Authorization", "x", "Content-MD5", "x", "Max-Forwards", "1"],
  }),
  "an answer whose headers are dropped": answering({ headers: ["Via", "1.1 x", "Expect", "x", "TE", "x"] }),
  "an answer with Host, Upgrade and Proxy-Authenticate": answering({
    headers: ["Host", "x", "Upgrade", "h2c", "Proxy-Authenticate", "Basic"],
  }),
  "an answer with CORS headers": answering({
    headers: ["Access-Control-Allow-Origin", "https://x.example", "Vary", "Origin"],
  }),
  "an answer with gateway headers": answering({ headers: ["x-amzn-requestid", "x", "x-amz-apigw-id", "x"] }),
  "an answer in gzip": answering({ headers: ["Content-Encoding", "gzip"], body: base64(gzipSync("{}")) }),
  "an answer of 3 kB": answering({ body: base64(Buffer.alloc(3_000, "x")) }),
  "HEAD answered with a length": answering({}, { target: "/carts/7", method: "HEAD" }),
};

const PIECES = fc.constantFrom(
  ...[
    "7",
    "a",
    "exact",
    "export",
    "me",
    "orders",
    "A",
    "a.b",
    "a-b",
    "~",
    "a,b",
    "a;b",
    "a=b",
    "a:b",
    "a@b",
    "a+b",
    "*",
  ],
  ...["a%20b", "%41", "caf%C3%A9", "a%2Bb", "a%25b"],
);
const VALUES = fc.constantFrom("", "1", "a b".replace(" ", "%20"), "x+y", "caf%C3%A9", "a%2Fb", "%26", "a:b", "1,2");
const NAMES = fc.constantFrom("a", "b", "given", "page", "a.b", "a_b");
const QUERY = fc
  .array(fc.tuple(NAMES, VALUES), { maxLength: 4 })
  .map((pairs) => (pairs.length === 0 ? "" : `?${pairs.map(([name, value]) => `${name}=${value}`).join("&")}`));

const PATH = fc.oneof(
  fc.constantFrom(
    "/orders",
    "/orders/export",
    "/accounts/me",
    "/products",
    "/wide",
    "/wide/exact",
    "/mapped",
    "/searches",
  ),
  PIECES.map((id) => `/orders/${id}`),
  PIECES.map((id) => `/accounts/${id}`),
  PIECES.map((id) => `/carts/${id}`),
  PIECES.map((id) => `/products/${id}`),
  fc.tuple(PIECES, PIECES).map(([one, two]) => `/pairs/${one}/${two}`),
  fc.array(PIECES, { minLength: 1, maxLength: 4 }).map((parts) => `/images/${parts.join("/")}`),
  fc.array(PIECES, { minLength: 1, maxLength: 4 }).map((parts) => `/wide/${parts.join("/")}`),
  fc.array(PIECES, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join("/")}`),
);

const METHOD = fc.constantFrom("GET", "GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS");
const HEADERS = fc.subarray<readonly string[]>(
  [
    ["X-Given", "g"],
    ["Content-Type", "application/json"],
    ["Origin", "https://dev.shop.example.com"],
    ["Referer", "https://shop.example.com/"],
    ["If-None-Match", '"x"'],
    ["Cookie", "a=1; b=2"],
    ["X-Caller-Client", "forged"],
    ["Cache-Control", "no-cache"],
    ["Accept-Language", "de, en;q=0.5"],
  ],
  { maxLength: 4 },
);
const BODY = fc.option(
  fc.oneof(fc.constantFrom("", "{}", "a=1", "[1,2,3]", "ü"), fc.base64String({ maxLength: 200 })),
  { nil: undefined },
);

/** Requests as programs send them, with many combinations of what works: nothing in them is wrong on purpose. */
export function generated(count: number, seed: number): readonly SentRequest[] {
  const one = fc.record({ method: METHOD, path: PATH, query: QUERY, headers: HEADERS, body: BODY });
  return fc.sample(one, { numRuns: count, seed }).map(({ method, path, query, headers, body }) => ({
    method,
    target: `${path}${query}`,
    headers: [...USUAL, ...headers.flat()],
    ...(body !== undefined && !["GET", "HEAD", "OPTIONS"].includes(method) && { body: Buffer.from(body) }),
  }));
}
