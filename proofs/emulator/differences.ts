import type { Outcome, SentRequest } from "./both-gateways";

/** One difference between what the two gateways did with a request. */
export interface Difference {
  /** `answer.status`, `answer.header.vary`, `arrived.target`. */
  readonly field: string;
  /** In the local front door. Undefined if it has none. */
  readonly ours: string | undefined;
  /** In LocalStack. */
  readonly theirs: string | undefined;
  readonly sent: SentRequest;
}

/**
 * Headers of an answer that say nothing about the gateway: those of the connection, and marks of the two programs. The
 * length of a body is compared as the body.
 */
const UNCOMPARED_ANSWER = [
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "server",
  "transfer-encoding",
  "x-localstack",
];
/** The same for the backend. Its host differs, because a backend on this machine has a port. */
const UNCOMPARED_ARRIVED = [
  ...["connection", "content-length", "host", "transfer-encoding"],
  // Cloud Run's, not the gateway's.
  ...["traceparent", "x-cloud-trace-context"],
];

/** Names of headers whose value is made up for each request or API. */
const IDS = ["x-amz-apigw-id", "x-amzn-apigateway-api-id", "x-amzn-requestid", "x-amzn-trace-id", "x-request-id"];

export function differencesOf(sent: SentRequest, ours: Outcome, theirs: Outcome): readonly Difference[] {
  const [one, other] = [fieldsOf(ours), fieldsOf(theirs)];
  const isCalledByBoth = ours.arrived.length === theirs.arrived.length;
  const names = isCalledByBoth ? [...new Set([...one.keys(), ...other.keys()])].sort() : ["calls", "answer.status"];
  return names.flatMap((field) => {
    const [own, foreign] = [one.get(field), other.get(field)];
    return own === foreign ? [] : [{ field, ours: own, theirs: foreign, sent }];
  });
}

/** If only one of them called the backend, everything else differs too. */
function fieldsOf({ answer, arrived }: Outcome): ReadonlyMap<string, string> {
  const fields = new Map([
    ["calls", String(arrived.length)],
    ["answer.status", String(answer.status)],
    ["answer.body", arrived.length === 0 ? asJson(answer.body) : printed(answer.body)],
  ]);
  for (const [name, value] of headersOf(answer.headers, UNCOMPARED_ANSWER)) {
    fields.set(`answer.header.${name}`, value.map(([, each]) => each).join(" | "));
  }
  for (const { method, target, headers, body } of arrived) {
    fields.set("arrived.method", method).set("arrived.target", target).set("arrived.body", printed(body));
    for (const [name, value] of headersOf(headers, UNCOMPARED_ARRIVED)) {
      fields.set(`arrived.header.${name}`, value.map((each) => each.join(": ")).join(" | "));
    }
  }
  return fields;
}

/** By the name in lower case, each with its own case and value. */
function headersOf(
  headers: readonly (readonly [name: string, value: string])[],
  uncompared: readonly string[],
): ReadonlyMap<string, readonly (readonly [name: string, value: string])[]> {
  const found = new Map<string, (readonly [string, string])[]>();
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (uncompared.includes(lower)) continue;
    const shown = IDS.includes(lower) ? "<id>" : value.replace(/^(AmazonAPIGateway)_\w+$/, "$1_<id>");
    found.set(lower, [...(found.get(lower) ?? []), [name, shown]]);
  }
  return found;
}

/** A gateway's own answer; white space in JSON does not count. */
function asJson(body: Buffer): string {
  const text = body.toString();
  return text.startsWith("{") ? JSON.stringify(JSON.parse(text)) : text;
}

function printed(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) && bytes.length < 500
    ? text
    : `${bytes.length} bytes ${bytes.toString("base64").slice(0, 40)}`;
}
