import type { AuthorizerPolicy, PolicyService } from "../../../contract/policy-file";
import { sessionNameOf } from "../../../contract/trace-context";
import type { HttpsCall } from "../request/https-call";
import type { Trace } from "../request/log";
import { unavailable } from "../request/outcome";
import type { Environment } from "../token/issuers";
import { assumeRole, functionCredentials } from "./assume-role";
import { MintBudget } from "./budget";
import { exchangeForGoogle, signedCallerIdentity } from "./google-sts";
import { generateIdToken, type IdToken } from "./id-token";
import { type FoundToken, TokenCache } from "./token-cache";

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
