import { stsHost } from "../../contract/aws-iam-token";
import type { AuthorizerPolicy } from "../../contract/policy-file";
import { EXCHANGE_URL } from "./mint/google-sts";
import { ACCOUNTS_URL } from "./mint/id-token";
import { openConnections } from "./request/https-call";
import type { Environment } from "./token/issuers";
import type { TokenVerifier } from "./token/verify-token";

/** Longest time that a start waits for other hosts, in milliseconds. Lambda allows ten seconds for all of it. */
export const START_MILLISECONDS = 1000;

/** Most issuers that a start connects to. Each connection takes about 2 ms of processor time. */
const MOST_ISSUERS = 8;

export interface StartProps {
  readonly policy: AuthorizerPolicy;
  readonly verifier: TokenVerifier;
  /** Without Lambda's own variable `_HANDLER` the start is skipped: nothing is connected or fetched. */
  readonly environment: Environment;
}

/**
 * Prepares an instance before its first event: it connects to the three clouds and, for `callers`, to the issuers. It
 * fetches only the keys of a single issuer, which every caller needs. The keys of several issuers wait for their
 * callers, role sessions and tokens for a caller with the scope. So an instance makes no more calls than its callers
 * need, and holds no credential before its first caller. Never rejects: the first event does what could not be done
 * here.
 */
export async function start({ policy, verifier, environment }: StartProps): Promise<void> {
  const handler = environment._HANDLER;
  if (!handler) return;
  const issuers = handler.endsWith(".callers") ? verifier.issuers : [];
  const clouds = [`https://${stsHost(policy.aws.region)}/`, EXCHANGE_URL, ACCOUNTS_URL];
  const fetching = issuers.length === 1;
  await Promise.all([
    openConnections([...clouds, ...(fetching ? [] : issuers.slice(0, MOST_ISSUERS))], START_MILLISECONDS),
    fetching && verifier.fetchKeys(START_MILLISECONDS),
  ]).catch(() => {});
}
