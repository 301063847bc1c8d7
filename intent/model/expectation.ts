import type { DeclaredCaller } from "./declared-callers";
import type { Place } from "./problem";

/** Reasons of a refusal that an expectation can name, as the authorizer logs them. */
export const EXPECTED_REASONS = ["scope", "path-claim", "client-revoked", "authorization-count"] as const;

export type ExpectedReason = (typeof EXPECTED_REASONS)[number];

/** What a principal does: call a route, read the value of a secret, or invoke a Cloud Run service past the gateway. */
export const ACTIONS = ["call", "readSecrets", "invoke"] as const;

export type Action = (typeof ACTIONS)[number];

/** One statement about access that a stack must keep. */
export interface Expectation {
  /** As in config: `anyone`, `agents`, `customers/*`, `customers/web`; or `gateway`, `service orders`, a role's ARN. */
  readonly principals: readonly string[];
  /** Whether no other principal may do it. */
  readonly only: boolean;
  readonly may: boolean;
  readonly action: Action;
  /** Routes (`GET /orders`, `ANY /orders`, `POST *`), ids of secrets, or ids of services. */
  readonly targets: readonly string[];
  /** With `call`: routes whose requests the statement leaves out, in the form of `targets`. */
  readonly except?: readonly string[];
  /** With `call`: only paths count in which this variable of the targets names what belongs to another caller. */
  readonly another?: string;
  readonly because?: ExpectedReason;
  readonly stated?: Stated;
  readonly place: Place;
}

/** What config states about grants that the program does not know. */
export interface Stated {
  /** Permissions by the role's full name. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** Addresses of resources and modules that give access to no secret and no service, and open no route. */
  readonly grantsNothing: readonly string[];
  /** Where config states them: the stack must have each. Unset: not stated in config. */
  readonly addresses?: readonly { readonly address: string; readonly place: Place }[];
}

/** A caller without a token. */
export const ANYONE = "anyone";

/** All clients with `kind: agent`. */
export const AGENTS = "agents";

/** The gateway as Google sees it: the service account that calls a service. */
export const GATEWAY = "gateway";

/** Names of the callers that an expectation's principal stands for. A name that is no group stands for itself. */
export function namedCallers(principal: string, callers: readonly DeclaredCaller[]): readonly string[] {
  if (principal === AGENTS) return callers.filter(({ isAgent }) => isAgent).map(({ name }) => name);
  const issuer = /^([^/]+)\/\*$/.exec(principal)?.[1];
  return issuer === undefined
    ? [principal]
    : callers.filter((caller) => caller.issuer === issuer).map(({ name }) => name);
}

/** The statement as a sentence: `only customers/web may call GET /orders`. */
export function sentence({ principals, only, may, action, targets, except, another, because }: Expectation): string {
  const verb = { call: "call", readSecrets: "read the secrets", invoke: "invoke" }[action];
  const who = `${only ? "only " : ""}${principals.join(", ")}`;
  const what = [targets, ...(except === undefined ? [] : [except])].map((some) => some.join(", ")).join(" except ");
  const of = another === undefined ? "" : ` of another ${another}`;
  return `${who} ${may ? "may" : "may not"} ${verb} ${what}${of}${because === undefined ? "" : ` (${because})`}`;
}
