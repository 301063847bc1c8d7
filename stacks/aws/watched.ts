import type { AccessLog } from "./access-log";
import type { AuthorizerFunction } from "./authorizer-function";

/** An API whose metrics and access log are watched. */
export interface WatchedGateway {
  /** Start of the names and addresses of a REST API's alarms, which are a contract. Empty for an HTTP API. */
  readonly kindPrefix: "" | "rest-";
  /** Dimensions of its CloudWatch metrics. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly accessLog: AccessLog;
}

export interface WatchedFunction extends Pick<AuthorizerFunction, "log"> {
  readonly name: string;
  /** `callers` or `public`. */
  readonly id: string;
  /** Undefined: it shares the account's concurrency with all other functions. */
  readonly reservedConcurrency?: number;
}
