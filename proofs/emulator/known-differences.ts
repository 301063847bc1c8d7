import type { Difference } from "./differences";

/** Who does what API Gateway does. */
export type Verdict = "local front door" | "LocalStack" | "not documented";

/** A known difference between the local front door and LocalStack 4.12.0. */
export interface KnownDifference {
  /** What the local front door does. */
  readonly ours: string;
  readonly theirs: string;
  readonly right: Verdict;
  /** The source of the verdict, or why there is none. */
  readonly source: string;
  /** Whether this, and nothing else, makes the difference. */
  readonly explains: (difference: Difference) => boolean;
}

const GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide";
const NOTES = `${GUIDE}/api-gateway-known-issues.html`;
const QUOTAS = `${GUIDE}/api-gateway-execution-service-limits-table.html`;
const RECORDED = "docs/reference/facts.md#rest-recorded";

type Explains = KnownDifference["explains"];

const field =
  (...names: readonly string[]): Explains =>
  (difference) =>
    names.includes(difference.field);

/** The field has exactly these values. */
const values =
  (name: string, ours: string | undefined, theirs: string | undefined): Explains =>
  (difference) =>
    difference.field === name && difference.ours === ours && difference.theirs === theirs;

const answered = (name: string, ours: string | undefined, theirs: string | undefined) =>
  values(`answer.header.${name}`, ours, theirs);
const arrived = (name: string, ours: string | undefined, theirs: string | undefined) =>
  values(`arrived.header.${name}`, ours, theirs);

const any =
  (...each: readonly Explains[]): Explains =>
  (difference) =>
    each.some((explains) => explains(difference));

/** Only differences of requests that meet a condition. */
const when =
  (condition: (sent: Difference["sent"]) => boolean, explains: Explains): Explains =>
  (difference) =>
    condition(difference.sent) && explains(difference);

/** The value that the request has for this exact name. */
function sentValue({ headers }: Difference["sent"], name: string): string | undefined {
  const at = headers.findIndex((each, index) => index % 2 === 0 && each === name);
  return at < 0 ? undefined : headers[at + 1];
}

/** What LocalStack does to the path and the query of the backend's URL, step by step. */
const TARGET_STEPS = {
  /** It takes parameters of the last segment for something other than the path. */
  semicolon: (target: string, sentPath: string) => {
    const [lost = ""] = /;[^/]*$/.exec(sentPath) ?? [];
    const at = target.lastIndexOf(lost);
    return lost === "" ? target : target.slice(0, at) + target.slice(at + lost.length);
  },
  dots: (target: string) => {
    const [path = "", query] = split(target);
    const kept: string[] = [];
    for (const each of path.split("/").slice(1)) {
      if (each === "..") kept.pop();
      else if (each !== ".") kept.push(each);
    }
    const last = path.split("/").at(-1);
    const end = last === "." || last === ".." ? [""] : [];
    return joined(`/${[...kept, ...end].join("/")}`, query);
  },
  query: (target: string) => {
    const [path = "", query] = split(target);
    if (query === undefined) return target;
    const grouped = new Map<string, string[]>();
    for (const [name, value] of new URLSearchParams(query)) grouped.set(name, [...(grouped.get(name) ?? []), value]);
    const pairs = [...grouped].flatMap(([name, all]) => all.map((value) => `${quoted(name)}=${quoted(value)}`));
    return joined(path, pairs.length === 0 ? undefined : pairs.join("&"));
  },
} as const;

/** As Python's `quote_plus` writes it. */
function quoted(text: string): string {
  const escaped = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return escaped.replaceAll("%20", "+");
}

function split(target: string): readonly [path: string, query?: string] {
  const at = target.indexOf("?");
  return at < 0 ? [target] : [target.slice(0, at), target.slice(at + 1)];
}

function joined(path: string, query: string | undefined): string {
  return query === undefined ? path : `${path}?${query}`;
}

type Step = keyof typeof TARGET_STEPS | "escapes" | "bytes" | "unescaped";

/** Returns the steps that make theirs out of ours; undefined if other steps are needed. */
function stepsOf({ field: name, ours, theirs, sent }: Difference): readonly Step[] | undefined {
  if (name !== "arrived.target" || ours === undefined || theirs === undefined) return undefined;
  const steps: Step[] = [];
  const [sentPath = ""] = split(sent.target);
  // An escaped question mark, decoded, begins a query at our backend.
  let target = /%3F/i.test(sentPath) ? ours.replace("?", "%3F") : ours;
  if (target !== ours) steps.push("escapes");
  for (const [step, apply] of Object.entries(TARGET_STEPS)) {
    const after = apply(target, sentPath);
    if (after !== target) steps.push(step as Step);
    target = after;
  }
  const [[path = "", query], [theirPath = "", theirQuery]] = [split(target), split(theirs)];
  if (query !== theirQuery) return undefined;
  if (path === theirPath) return steps;
  // They keep an escape that we decode, and write it in capitals. Both name the same path.
  if (/%ff/i.test(sentPath)) return path.replace("%25ff", "%FF") === theirPath ? [...steps, "bytes"] : undefined;
  if (decodeURIComponent(path) !== decodeURIComponent(theirPath)) return undefined;
  return [...steps, /%/.test(sentPath) ? "escapes" : "unescaped"];
}

const step =
  (name: Step): Explains =>
  (difference) =>
    stepsOf(difference)?.includes(name) === true;

const isTo =
  (...targets: readonly string[]) =>
  (sent: Difference["sent"]) =>
    targets.includes(sent.target);
const has = (name: string) => (sent: Difference["sent"]) => sentValue(sent, name) !== undefined;
const wants = (text: string) => (sent: Difference["sent"]) => sentValue(sent, "X-Wanted")?.includes(text) === true;

/** Headers that no backend of an HTTP proxy integration may get back to a caller under their own name. */
const REMAPPED = ["authorization", "content-md5", "max-forwards", "user-agent", "www-authenticate"];

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    ours: "a gateway response's headers are sent",
    theirs: "they are not",
    right: "local front door",
    source: `${GUIDE}/api-gateway-gatewayResponse-definition.html`,
    explains: answered("access-control-allow-origin", "*", undefined),
  },
  {
    ours: "a mapping of '' empties the header",
    theirs: "such a mapping is ignored, and the caller's own header passes",
    right: "not documented",
    source: "choice rest-header-empty, probe token-withheld",
    explains: ({ field: name, ours, theirs, sent }) => {
      const [, own = ""] = /^([\w-]+): $/.exec(ours ?? "") ?? [];
      const passed = sentValue(sent, own);
      return (
        name.startsWith("arrived.header.") &&
        own !== "" &&
        theirs === (passed === undefined ? undefined : `${own}: ${passed}`)
      );
    },
  },
  {
    ours: "the caller's address is added as X-Forwarded-*",
    theirs: "it is not",
    right: "not documented",
    source: "choice rest-forwarded; the recordings' backend hides these headers",
    explains: any(
      arrived("x-forwarded-port", "X-Forwarded-Port: 443", undefined),
      arrived("x-forwarded-proto", "X-Forwarded-Proto: https", undefined),
      arrived("x-forwarded-for", "X-Forwarded-For: 127.0.0.1", undefined),
      arrived("x-forwarded-for", "X-Forwarded-For: 192.0.2.1, 127.0.0.1", "X-Forwarded-For: 192.0.2.1"),
    ),
  },
  {
    ours: "the header Connection of a service is dropped before it reaches the gateway",
    theirs: "it becomes x-amzn-remapped-connection",
    right: "LocalStack",
    source: `${RECORDED}; the stand-in for Cloud Run sends no such header, so the local front door has none to rename`,
    explains: answered("x-amzn-remapped-connection", undefined, "keep-alive"),
  },
  {
    ours: "an answer to HEAD has the service's Content-Length",
    theirs: "it has x-amzn-remapped-content-length as well",
    right: "not documented",
    source: "recorded for GET and POST alone",
    explains: when(({ method }) => method === "HEAD", answered("x-amzn-remapped-content-length", undefined, "11")),
  },
  {
    ours: "escapes of a path variable are decoded",
    theirs: "they are kept",
    right: "local front door",
    source: `${NOTES} (REST APIs decode parameters); choice rest-path-handed-on`,
    explains: step("escapes"),
  },
  {
    ours: "an escape that is no UTF-8 keeps its percent sign, escaped",
    theirs: "it is kept as an escape",
    right: "not documented",
    source: "the notes name UTF-8 alone",
    explains: step("bytes"),
  },
  {
    ours: "characters of a path that the caller did not escape pass unchanged",
    theirs: "some are escaped",
    right: "not documented",
    source: "both mean the same path",
    explains: step("unescaped"),
  },
  {
    ours: "dots in a path pass unchanged",
    theirs: "they are resolved, by its client",
    right: "not documented",
    source: "the local front door leaves them to the service, which is worse",
    explains: step("dots"),
  },
  {
    ours: "a semicolon in the last segment passes",
    theirs: "it and what follows are lost",
    right: "local front door",
    source: "RFC 3986, section 3.3: it is part of the path",
    explains: step("semicolon"),
  },
  {
    ours: "the query passes as sent",
    theirs: "it is written again from its parameters, grouped by name",
    right: "not documented",
    source: `the parameters are the same; ${NOTES} names only what splits them`,
    explains: step("query"),
  },
  {
    ours: "one trailing slash is ignored",
    theirs: "all are",
    right: "not documented",
    source: "choice rest-path-match; recorded for one slash alone",
    explains: when(
      isTo("/orders//", "/orders/7//"),
      any(values("calls", "0", "1"), values("answer.status", "403", "200")),
    ),
  },
  {
    ours: "an escaped letter of a literal matches",
    theirs: "it does not",
    right: "not documented",
    source: "choice rest-path-match",
    explains: when(isTo("/%6Frders"), any(values("calls", "1", "0"), values("answer.status", "200", "403"))),
  },
  {
    ours: "a path outside the stage is 403 with an id",
    theirs: "404 without one, in its own words",
    right: "local front door",
    source: "choice rest-outside-stage; LocalStack's own tests call theirs an invention",
    explains: when(
      ({ before }) => before === "/other/",
      any(
        values("answer.status", "403", "404"),
        field("answer.body", "answer.header.x-amz-apigw-id", "answer.header.x-amzn-requestid"),
      ),
    ),
  },
  {
    ours: "a body of GET passes",
    theirs: "it is dropped",
    right: "not documented",
    source: "LocalStack's source asks for validation of it",
    explains: when(({ method }) => method === "GET", values("arrived.body", "abc", "")),
  },
  {
    ours: "X-HTTP-Method-Override replaces the method",
    theirs: "it is a header like others",
    right: "local front door",
    source: NOTES,
    explains: when(
      has("X-HTTP-Method-Override"),
      any(
        values("arrived.method", "DELETE", "GET"),
        arrived("x-gateway-route", "X-Gateway-Route: DELETE /orders/{id}", "X-Gateway-Route: GET /orders/{id}"),
      ),
    ),
  },
  {
    ours: "a template finds Origin and origin, as it is written",
    theirs: "it finds the name in any case",
    right: "not documented",
    source: "the stack's template names both common spellings for this reason",
    explains: when(has("ORIGIN"), answered("access-control-allow-origin", undefined, "https://dev.shop.example.com")),
  },
  {
    ours: "parameters of a content type do not count when a template is selected",
    theirs: "they do, so the mock has none and answers 500",
    right: "not documented",
    source: "choice rest-mock-body: without a template both answer 500",
    explains: when(
      (sent) => sentValue(sent, "Content-Type") === "application/json; charset=utf-8" && sent.method === "OPTIONS",
      any(
        values("answer.status", "204", "500"),
        values("answer.body", "", '{"message":"Internal server error"}'),
        answered("x-amzn-errortype", undefined, "InternalServerErrorException"),
        (each) => /^answer\.header\.(access-control-|vary)/.test(each.field) && each.theirs === undefined,
      ),
    ),
  },
  {
    ours: "a header that occurs twice passes twice",
    theirs: "its values are joined, without a space",
    right: "not documented",
    source: `${NOTES}: a REST API does not support it`,
    explains: any(
      arrived("x-given", "X-Given: 1 | X-Given: 2", "X-Given: 1,2"),
      arrived("x-twice", "X-Twice: 1 | X-Twice: 2", "X-Twice: 1,2"),
      arrived("cookie", "Cookie: a=1 | Cookie: b=2", "Cookie: a=1,b=2"),
    ),
  },
  {
    ours: "a mapping finds a header of the caller in any case",
    theirs: "it finds the exact name alone",
    right: "not documented",
    source: "the local front door passes the value, which is worse",
    explains: arrived("x-from-header", "X-From-Header: 1", undefined),
  },
  {
    ours: "a header in another case than a mapping passes too",
    theirs: "the last one of any case replaces the others",
    right: "not documented",
    source: "choice rest-header-twin, probe forged-hints",
    explains: any(
      arrived("x-twice", "X-Twice: 1 | x-twice: 2", "x-twice: 2"),
      arrived("x-caller-subject", "x-caller-subject: forged | X-Caller-Subject: user-1", "X-Caller-Subject: user-1"),
      ({ field: name, ours, theirs }) => name === "arrived.header.x-static" && ours === `x-static: forged | ${theirs}`,
    ),
  },
  {
    ours: "headers that the caller does not send are not made up",
    theirs: "its client adds them",
    right: "not documented",
    source: "recorded with all three of them sent; Accept-Encoding is an artefact of its client",
    explains: any(
      arrived("accept", undefined, "Accept: application/json"),
      arrived("accept-encoding", undefined, "Accept-Encoding: gzip, deflate"),
      arrived("user-agent", undefined, "User-Agent: AmazonAPIGateway_<id>"),
    ),
  },
  {
    ours: "a body over 10 MB is 413",
    theirs: "it passes",
    right: "local front door",
    source: QUOTAS,
    explains: when(
      ({ body }) => (body?.length ?? 0) > 10_000_000,
      any(values("calls", "0", "1"), values("answer.status", "413", "200")),
    ),
  },
  {
    ours: "headers over 10,240 bytes are 431",
    theirs: "they pass",
    right: "local front door",
    source: `${QUOTAS}; choice rest-head-size`,
    explains: when(has("X-Long"), any(values("calls", "0", "1"), values("answer.status", "431", "200"))),
  },
  {
    ours: "a redirect passes to the caller",
    theirs: "its client follows it",
    right: "local front door",
    source: `${GUIDE}/setup-http-integrations.html: a proxy integration passes the response through`,
    explains: when(wants('"status":302'), any(values("calls", "1", "31"), values("answer.status", "302", "500"))),
  },
  {
    ours: "an answer of 304 has a content type",
    theirs: "it has none",
    right: "not documented",
    source: "RFC 9110, section 15.4.5, allows both",
    explains: when(wants('"status":304'), answered("content-type", "application/json", undefined)),
  },
  {
    ours: "two cookies are two headers",
    theirs: "they are joined, by its client",
    right: "local front door",
    source: "RFC 6265, section 3: a gateway must not fold them",
    explains: answered("set-cookie", "a=1 | b=2", "a=1, b=2"),
  },
  {
    ours: "Authorization, WWW-Authenticate and others of an answer are renamed",
    theirs: "only Connection, Content-Length, Date and Server are",
    right: "local front door",
    source: `${NOTES}, docs/adr/0046-mcp-servers-on-rest-apis.md`,
    explains: ({ field: name, ours, theirs }) =>
      REMAPPED.some((each) =>
        name === `answer.header.${each}`
          ? ours === undefined
          : name === `answer.header.x-amzn-remapped-${each}` && theirs === undefined,
      ),
  },
  {
    ours: "Expect, Host, Proxy-Authenticate, TE and Upgrade of an answer are dropped",
    theirs: "they pass",
    right: "local front door",
    source: NOTES,
    explains: any(
      ...["expect", "te", "host"].map((name) => answered(name, undefined, "x")),
      answered("proxy-authenticate", undefined, "Basic"),
      answered("upgrade", undefined, "h2c"),
    ),
  },
  {
    ours: "an answer in gzip passes as it is",
    theirs: "its client decodes it",
    right: "local front door",
    source: `${GUIDE}/api-gateway-payload-encodings-workflow.html: binary bodies pass through`,
    explains: when(wants("gzip"), field("answer.body", "answer.header.content-encoding")),
  },
];
