/** Single faults that a front door may have. */
export interface Faults {
  readonly routeKeyIsNoSource?: boolean;
  readonly mintFails?: boolean;
  readonly missingTokenStatus?: 403;
  readonly missingTokenPasses?: boolean;
  readonly refusalStatus?: 401;
  readonly junkPasses?: boolean;
  readonly scopesIgnored?: boolean;
  readonly catchAll?: boolean;
  readonly throttles?: boolean;
  /** Any caller may call this service past the gateway. */
  readonly openService?: string;
  /** Cloud Run has not learned of this service's invoker. */
  readonly invokerUnknown?: string;
  readonly acceptsCallersToken?: boolean;
  readonly acceptsAccessToken?: boolean;
  /** Cloud Run's status for a Google access token, instead of 401. */
  readonly accessTokenStatus?: 403;
  readonly forgedTokenPasses?: boolean;
  readonly forgedHintsStay?: boolean;
  readonly overrideHeadersPass?: boolean;
  readonly underscoresPass?: boolean;
  readonly emptyKeysVanish?: boolean;
  readonly noRequestId?: boolean;
  readonly oneRequestId?: boolean;
  readonly requestIdIsCached?: boolean;
  readonly pathStaysEncoded?: boolean;
  readonly pathChanges?: boolean;
  readonly noPathRule?: boolean;
  readonly preflightNeedsToken?: boolean;
  readonly anyOrigin?: boolean;
  readonly cacheIgnoresCaller?: boolean;
  /** One caller's answer is replayed to another caller, but not to an invalid token. */
  readonly cacheMixesCallers?: boolean;
  readonly cacheIgnoresRoute?: boolean;
  /** A refusal is replayed to every path of its route. */
  readonly refusalsSpread?: boolean;
  readonly cacheIgnoresPath?: boolean;
  readonly corsOnOwnAnswers?: boolean;
  readonly undecodablePasses?: boolean;
  readonly forwardedDropped?: boolean;
  /** The function is called for an empty Authorization header. */
  readonly emptySourceAsks?: boolean;
  readonly noEcho?: boolean;
  readonly serviceStatus?: number;
}
