import { traceIdOf } from "../../contract/trace-context";
import { usageError } from "../process/command-error";

/** The id by which a person looks for a request. */
export type RequestRef =
  | { readonly kind: "request"; readonly id: string }
  | { readonly kind: "trace"; readonly id: string }
  | { readonly kind: "xray"; readonly id: string };

/** The gateway's request ids: letters, digits and `=`, `-`, `_`, `+`, `/`. They become part of a query. */
const REQUEST = /^[\w=+/-]{8,64}$/;
/** A traceparent with another version, or one that is all zeros. */
const MALFORMED = /^[0-9a-f]{2}-[0-9a-f]{32}-/;
const XRAY = /^(?:Root=)?(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;.{0,100})?$/;

/** @throws CommandError for a text that is neither id, so that nothing else enters a query */
export function requestRef(text: string): RequestRef {
  const trace = traceIdOf(text) ?? /^(?!0{32})[0-9a-f]{32}$/.exec(text)?.[0];
  if (trace !== undefined) return { kind: "trace", id: trace };
  const xray = XRAY.exec(text)?.[1];
  if (xray !== undefined) return { kind: "xray", id: xray };
  if (REQUEST.test(text) && !MALFORMED.test(text)) return { kind: "request", id: text };
  throw usageError(
    `${JSON.stringify(text.slice(0, 80))}: expected a request id, a traceparent or a trace id`,
    "the response has the request id: apigw-requestid, or x-amz-apigw-id of a REST API",
  );
}
