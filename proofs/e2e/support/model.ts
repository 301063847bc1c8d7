/** A call of a command-line tool. */
export interface ToolCall {
  readonly args: readonly string[];
  /** `--region` and so on, by name without dashes. */
  readonly options: Readonly<Record<string, string>>;
}

/** What a tool prints as JSON; undefined: the tool fails. */
export type Answer = object | string | undefined;

/** An object that exists in a cloud: from a state, or made past every state. */
export interface Existing {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: attributes of any resource
  readonly values: Record<string, any>;
}

export const ACCOUNT = "111122223333";
export const PROJECT = "sandbox-project";
export const PERSON = "me@example.com";

/** What happened past Terraform: an event of the stand-in providers. */
export interface CloudEvent {
  readonly type: string;
  readonly where: Readonly<Record<string, string>>;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly gone?: boolean;
}

export const ROTATED = "rotated-";

/** What the tools of a sandbox read and change. */
export interface SandboxClouds {
  /** Calls of the tools that changed something, and steps of Terraform. */
  readonly changes: string[];
  /** Objects that no state knows. */
  readonly lost: Existing[];
  /** Removals of objects that are not of a run. */
  readonly forbidden: string[];
  /** By environment: what its function's variable lists, as AWS has it. */
  readonly revoked: Map<string, string>;
  /** By ARN of a secret: how often it was rotated. */
  readonly rotations: Map<string, number>;
  /** Everything that exists. */
  existing(): readonly Existing[];
  /** What the next refresh finds in addition. */
  happens(event: CloudEvent): void;
  /** The clients of a deployed environment. */
  door(environment: string): { clientId(client: string): string; clientSecret(client: string): string };
  /** Opens an environment's door again, after a change past Terraform. */
  reopen(environment: string): Promise<void>;
}
