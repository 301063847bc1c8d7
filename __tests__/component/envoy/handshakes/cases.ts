import { type Claims, type SigningPair, signingPair } from "../../../system/attack/support/forged-issuer";
import type { HandshakeCall } from "./call";

/** One row of the table: a name that differences refer to, and the request. */
export interface Case {
  readonly name: string;
  /** Method and target. */
  readonly line: string;
  /** Made when it is sent: tokens count seconds. Default: none. */
  readonly headers?: () => HandshakeCall["headers"];
}

/** How a token differs from the valid one. */
export interface TokenParts {
  readonly claims?: Claims;
  readonly header?: Claims;
  readonly pair?: SigningPair;
}

export function authorization(...values: readonly string[]): HandshakeCall["headers"] {
  return values.map((value) => ["Authorization", value]);
}

export function bearer(token: string): HandshakeCall["headers"] {
  return authorization(`Bearer ${token}`);
}

/** An unpublished key, under the name of the published one. */
export function unpublishedKey(): Promise<SigningPair> {
  return signingPair("customers-1");
}
