/** What joins a line to the request. */
export interface Joined {
  /** Whether an id alone joins it. Otherwise another request's line could fit as well. */
  readonly exact: boolean;
  /** The id's name, or why the line is taken for this request's. */
  readonly by: string;
}

/** One log line of a request, in words. */
export interface StoryEvent {
  readonly at: "gateway" | "authorizer" | "exchange" | "token" | "cloud-run" | "envoy" | "service";
  /** Start, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Duration in milliseconds. Undefined for a single point in time. */
  readonly milliseconds?: number;
  readonly text: string;
  readonly joined: Joined;
  /** The decision that the gateway replayed. It belongs to an earlier request. */
  readonly filledTheCache?: true;
  /** Name of the log group, or id of the log. */
  readonly log: string;
}

/** A cloud whose logs could not be read. */
export interface Unread {
  readonly half: "CloudWatch" | "Cloud Logging";
  readonly message: string;
  readonly remedy: string;
}

/** One request, from the logs of both clouds. */
export interface Story {
  readonly environment: string;
  readonly requestId?: string;
  readonly traceId?: string;
  readonly xrayTraceId?: string;
  readonly route?: string;
  readonly status?: number;
  readonly startedAt?: number;
  readonly milliseconds?: number;
  /** Name of the caller, as far as a verified token names one. */
  readonly who?: string;
  /** Name of the party that acted for the caller's subject. */
  readonly actor?: string;
  readonly why: string;
  /** `config/base.yaml:49`, where the route is declared. */
  readonly place?: string;
  /** By start. */
  readonly events: readonly StoryEvent[];
  /** What is missing, and why. */
  readonly notes: readonly string[];
  readonly unread: readonly Unread[];
}
