import { nearest } from "../../intent/model/nearest";
import type { Clouds } from "../../packages/local-front-door/clouds";
import { cognitoToken } from "./cognito-token";

/** What `npm run token` requests from an open front door. */
export interface TokenOrder {
  /** A declared caller, or the id of an issuer other than a user pool. */
  readonly as: string;
  /** Claims that add to or replace the caller's own. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Seconds from now; a value below 0 lies in the past. Default: the caller's own. */
  readonly expires?: number;
  /** Who signs in, for a person's client. Default: `ann`. */
  readonly user?: string;
}

/** An order that cannot be filled, explained for the person who gave it. */
export class OrderRefused extends Error {}

type Signers = Pick<Clouds, "callers" | "externalIssuers" | "cognitoUrl">;

/** Signs only for callers and issuers that the stack declares. The order must state every other claim. */
export async function fillOrder(clouds: Signers, order: TokenOrder): Promise<string> {
  const claims = { ...order.claims, ...lifetime(order) };
  const given = Object.keys(claims).length > 0;
  const caller = clouds.callers.find(({ name }) => name === order.as);
  if (order.user !== undefined && caller?.kind !== "person") {
    throw new OrderRefused(`--user ${order.user}: people do not sign in to ${order.as}\n    leave out --user`);
  }
  if (caller?.sign) return given ? caller.sign(claims) : caller.token();
  if (caller?.kind === "aws") {
    if (!given) return caller.token();
    const why = "an AWS principal signs no claims, and for five minutes";
    throw new OrderRefused(`--as ${order.as}: ${why}\n    leave out --claim and --expires`);
  }
  if (caller !== undefined) {
    if (!given) return cognitoToken(clouds.cognitoUrl, caller, order.user);
    const why = "Cognito decides what its tokens say and how long they live";
    throw new OrderRefused(`--as ${order.as}: ${why}\n    leave out --claim and --expires`);
  }
  const issuer = clouds.externalIssuers.find(({ id }) => id === order.as);
  if (issuer === undefined) throw unknown(clouds, order.as);
  if (Object.keys(order.claims).length > 0) return issuer.sign(claims);
  const own = clouds.callers.map(({ name }) => name).filter((name) => name.startsWith(`${issuer.id}/`));
  throw new OrderRefused(
    `--as ${order.as}: an issuer: add the claims that it signs: --claim sub=ada\n    or name a caller: ${own.join(", ")}`,
  );
}

function lifetime({ expires }: TokenOrder): Readonly<Record<string, number>> {
  if (expires === undefined) return {};
  const now = Math.floor(Date.now() / 1000);
  // An expired token was valid earlier. If it were issued at its own expiry, it would be malformed and not expired.
  return { exp: now + expires, ...(expires <= 0 && { iat: now + expires - 3600 }) };
}

function unknown({ callers, externalIssuers }: Signers, as: string): OrderRefused {
  const names = callers.map(({ name }) => name);
  const issuers = externalIssuers.map(({ id }) => id);
  const near = nearest(as, [...names, ...issuers]);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  const others = issuers.length === 0 ? "" : `\n    with claims of your own (--claim): ${issuers.join(", ")}`;
  return new OrderRefused(
    `--as ${as}: the stack declares no such caller${hint}\n    callers: ${names.join(", ")}${others}`,
  );
}
