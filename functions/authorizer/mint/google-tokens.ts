import { IDENTITY_REQUEST } from "../../../contract/aws-iam-token";
import type { AuthorizerPolicy, PolicyService } from "../../../contract/policy-file";
import { sessionNameOf } from "../../../contract/trace-context";
import type { HttpsCall } from "../request/https-call";
import type { Trace } from "../request/log";
import { elementsOf, unavailable } from "../request/outcome";
import { CLOCK_SKEW_SECONDS, nowSeconds } from "../token/clock";
import type { Environment } from "../token/issuers";
import { BUDGET_MILLISECONDS, MintBudget } from "./budget";
import { exchangeForGoogle, signedCallerIdentity } from "./google-sts";
import { generateIdToken, type IdToken } from "./id-token";
import { type AwsCredentials, signedRequest } from "./signed-request";

export interface GoogleTokensProps {
  readonly policy: AuthorizerPolicy;
  /** Read at every mint: Lambda renews its credentials there. */
  readonly environment: Environment;
  readonly call: HttpsCall;
  /** First part of the role session's name. */
  readonly functionName: "callers" | "public";
}

/**
 * Mints Google ID tokens for the policy's services without any key: each AWS role impersonates the Google account of
 * the same name.
 */
export class GoogleTokens {
  readonly #cache: TokenCache;

  readonly #props: GoogleTokensProps;

  constructor(props: GoogleTokensProps) {
    this.#props = props;
    this.#cache = new TokenCache(props.policy.cacheSeconds);
  }

  /**
   * Returns a promise only if the caller must wait.
   *
   * @param serviceId a key of the policy's services
   */
  tokenFor(serviceId: string, trace: Trace): string | Promise<string> {
    const found = trace.time("mint", () => this.#cache.get(serviceId, () => this.#mint(serviceId)));
    const said = ({ token, hit }: FoundToken) => {
      trace.cached("googleToken", hit);
      return token;
    };
    return found instanceof Promise ? found.then(said) : said(found);
  }

  async #mint(serviceId: string): Promise<IdToken> {
    const { policy, environment, call, functionName } = this.#props;
    const service: PolicyService | undefined = policy.services[serviceId];
    if (service === undefined) throw unavailable("internal");
    const provider = environment[policy.federation.providerFrom];
    if (!provider) throw unavailable("federation-provider");
    const providerResource = `//iam.googleapis.com/${provider}`;
    const { region } = policy.aws;
    const own = functionCredentials(environment);
    const budget = new MintBudget(call);
    const session = { region, role: service.role, sessionName: sessionNameOf(functionName, serviceId) };
    const invoker = await assumeRole(budget, own, session);
    const callerIdentity = signedCallerIdentity(invoker, region, providerResource);
    const accessToken = await exchangeForGoogle(budget, callerIdentity, providerResource);
    return generateIdToken(budget, accessToken, service);
  }
}

interface RoleSession {
  readonly region: string;
  /** ARN of the role to assume. */
  readonly role: string;
  /** `<function>.<service>`, 2-64 characters: it is in CloudTrail and, as part of the subject, in Google's audit logs. */
  readonly sessionName: string;
}

/** Role chaining allows one hour at most. The Google token that the session obtains lives as long. */
const SESSION_SECONDS = 3600;

/** The function's own credentials: Lambda replaces them in the environment, so they are read again for every mint. */
export function functionCredentials(environment: Environment): AwsCredentials {
  const accessKeyId = environment.AWS_ACCESS_KEY_ID;
  const secretAccessKey = environment.AWS_SECRET_ACCESS_KEY;
  const sessionToken = environment.AWS_SESSION_TOKEN;
  if (!accessKeyId || !secretAccessKey || !sessionToken) throw unavailable("aws-credentials");
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export async function assumeRole(
  budget: MintBudget,
  own: AwsCredentials,
  { region, role, sessionName }: RoleSession,
): Promise<AwsCredentials> {
  const body = new URLSearchParams({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: role,
    RoleSessionName: sessionName,
    DurationSeconds: String(SESSION_SECONDS),
  }).toString();
  const headers = { "content-type": IDENTITY_REQUEST.contentType };
  const { url, headers: signed } = signedRequest({ region, query: "", headers, body }, own);
  return readCredentials(await budget.fetch("assume-role", { method: "POST", url, headers: signed, body }));
}

/**
 * The four elements of `<Credentials>` in the documented reply, each exactly once and with its own alphabet. No XML
 * parser is needed, because none of them can contain an entity.
 */
function readCredentials(xml: string): AwsCredentials {
  const read = elementsOf(elementsOf(xml, "assume-role")("Credentials", "[^]*?"), "assume-role");
  const expiration = Date.parse(read("Expiration", "[0-9TZ:.+-]+"));
  if (!(expiration > Date.now())) throw unavailable("assume-role");
  return {
    accessKeyId: read("AccessKeyId", "\\w{16,128}"),
    secretAccessKey: read("SecretAccessKey", "[\\w/+=-]+"),
    sessionToken: read("SessionToken", "\\s*[\\w/+=-]+\\s*").trim(),
  };
}

/** How long API Gateway may take over a request after the answer: its integration's limit, in seconds. */
const INTEGRATION_SECONDS = 30;

/**
 * Remaining life at which a new token is fetched, in seconds. The old one is still valid, which bridges a short outage.
 */
const RENEWAL_SECONDS = 600;

/**
 * Pause after a failed renewal while the old token is still valid, in seconds. A renewal that hangs is abandoned after
 * this time.
 */
const RENEWAL_PAUSE_SECONDS = 30;

/**
 * How long requests get the last mint's failure instead of a new mint, in milliseconds, chosen at random between this
 * and twice as long. Otherwise every request during an outage would make up to six calls, on quotas that all instances
 * share.
 */
const FAILURE_MILLISECONDS = 1000;

/**
 * Caches one token per service, single-flight. A returned token outlives the gateway's cache time, plus the time that
 * the last such request may take, plus clock skew.
 */
export class TokenCache {
  readonly #entries = new Map<string, Entry>();
  readonly #requiredLifeSeconds: number;

  /** @param cacheSeconds longest time the gateway replays an answer */
  constructor(cacheSeconds: number) {
    this.#requiredLifeSeconds = cacheSeconds + INTEGRATION_SECONDS + CLOCK_SKEW_SECONDS;
  }

  /**
   * Returns the cached token if it lives long enough. If it is due for renewal, the renewal starts and no caller waits
   * for it: Lambda freezes it with the process, and later requests continue it. Without such a token, the request waits
   * for a new one.
   */
  get(service: string, mint: () => Promise<IdToken>): FoundToken | Promise<FoundToken> {
    const entry = this.#entry(service);
    const { held } = entry;
    const life = lifeOf(held);
    if (held && life >= this.#requiredLifeSeconds) {
      if (life <= RENEWAL_SECONDS && Date.now() >= entry.renewAfter) this.#renew(entry, mint);
      return { token: held.token, hit: true };
    }
    // A renewal that started before a freeze may hang, because its connections can be dead.
    const pending = this.#pending(entry, mint, BUDGET_MILLISECONDS);
    return pending.token.then(({ token }) => ({ token, hit: false }));
  }

  #renew(entry: Entry, mint: () => Promise<IdToken>): void {
    const { token } = this.#pending(entry, mint, RENEWAL_PAUSE_SECONDS * 1000);
    // The first request that gets no token reports the failure. Until then the old token is used.
    token.catch(() => {
      entry.renewAfter = Date.now() + RENEWAL_PAUSE_SECONDS * 1000;
    });
  }

  /** Returns the pending mint if it is no older than this, or the one that has just failed. Otherwise starts a new one. */
  #pending(entry: Entry, mint: () => Promise<IdToken>, milliseconds: number): Pending {
    const { pending } = entry;
    if (pending && Date.now() <= (pending.failedUntil ?? pending.startedAt + milliseconds)) return pending;
    const started: Pending = { startedAt: Date.now(), token: mint().then((fresh) => this.#hold(entry, fresh)) };
    entry.pending = started;
    started.token.then(
      () => {
        if (entry.pending === started) entry.pending = undefined;
      },
      () => {
        started.failedUntil = Date.now() + FAILURE_MILLISECONDS * (1 + Math.random());
      },
    );
    return started;
  }

  #hold(entry: Entry, fresh: IdToken): IdToken {
    if (lifeOf(fresh) < this.#requiredLifeSeconds) throw unavailable("id-token");
    entry.held = fresh;
    // A token issued with less life than RENEWAL_SECONDS must not cause a new mint for every request.
    entry.renewAfter = Date.now() + RENEWAL_PAUSE_SECONDS * 1000;
    return fresh;
  }

  #entry(service: string): Entry {
    const entry = this.#entries.get(service) ?? { renewAfter: 0 };
    this.#entries.set(service, entry);
    return entry;
  }
}

interface FoundToken {
  readonly token: string;
  /** Whether the token came from the cache, without waiting for a mint. */
  readonly hit: boolean;
}

interface Entry {
  held?: IdToken;
  pending?: Pending | undefined;
  /** Earliest time of the next renewal while the cached token is valid, in milliseconds since 1970. */
  renewAfter: number;
}

interface Pending {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly token: Promise<IdToken>;
  /** Set once it has failed: the end of the time in which requests get this failure, in milliseconds since 1970. */
  failedUntil?: number;
}

function lifeOf(token: IdToken | undefined): number {
  return (token?.expiresAt ?? 0) - nowSeconds();
}
