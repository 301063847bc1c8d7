import { randomFillSync } from "node:crypto";
import { CLOUD_TRACE_HEADER, TRACEPARENT_HEADER, traceIdOf } from "../../../contract/trace-context";
import { headerValues, type LocalRequest } from "./local-http";

const TRACE = CLOUD_TRACE_HEADER.toLowerCase();

/**
 * Adds the trace that Cloud Run puts on every request: the caller's own if it sends a well-formed `traceparent`,
 * otherwise a new one (https://cloud.google.com/trace/docs/trace-context).
 */
export function traced<T extends LocalRequest>(request: T): T {
  if (headerValues(request, TRACE).length > 0) return request;
  const [given, second] = headerValues(request, TRACEPARENT_HEADER);
  const own = second === undefined ? traceIdOf(given) : undefined;
  const begun = `${own ?? pooledRandomBytes(16).toString("hex")}/${pooledRandomBytes(6).readUIntBE(0, 6)};o=0`;
  return { ...request, headers: [...request.headers, [TRACE, begun]] };
}

/** Id of the trace that a request belongs to. */
export function traceOf(request: LocalRequest): string | undefined {
  return headerValues(request, TRACE)[0]?.split("/")[0];
}

const pool = Buffer.alloc(4096);
let used = pool.length;

/** Returns a few random bytes from a larger block of the system's. Valid until the next call. */
export function pooledRandomBytes(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}
