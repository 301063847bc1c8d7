import { cachePerCaller, cachePerPath, cachePerRoute } from "./cache";
import { directCall, directCallAsCaller } from "./direct-call";
import { envoyDecides, envoyHints, envoyRefuses, junkTokenOfJwt } from "./envoy";
import { forgedGoogleToken, forgedHints, overrideHeaders, overrideTwins, underscoreNames } from "./forged-headers";
import { corsOwnAnswers, forwarded, identitySourceEmpty, pathUndecodable } from "./gateway-choices";
import { logsJoin, refusalInAccessLog } from "./logs";
import { mappingKeys } from "./mapping-keys";
import { pathDecoding, pathQuestionMark, pathTricks } from "./paths";
import { preflight } from "./preflight";
import type { Probe } from "./probe";
import { narrowRole, publicRouteKey } from "./public-routes";
import { requestId } from "./request-id";
import { googleTokenTwin, headerTwins, tokenWithheld } from "./rest";
import { secondPlan } from "./second-plan";
import { junkToken, junkTokenOfRest, missingScope, noToken, unknownRoute, unknownRouteOfRest } from "./status-codes";

/**
 * Every probe, in the order they run: whether the door opens at all, then the cache while no refusal is in it yet, and
 * the logs last, since their lines take a while to arrive.
 */
export const PROBES: readonly Probe[] = [
  publicRouteKey,
  narrowRole,
  cachePerCaller,
  cachePerRoute,
  cachePerPath,
  noToken,
  junkToken,
  missingScope,
  unknownRoute,
  directCall,
  directCallAsCaller,
  forgedGoogleToken,
  forgedHints,
  overrideHeaders,
  underscoreNames,
  mappingKeys,
  requestId,
  pathDecoding,
  pathTricks,
  pathQuestionMark,
  preflight,
  corsOwnAnswers,
  pathUndecodable,
  forwarded,
  identitySourceEmpty,
  logsJoin,
  refusalInAccessLog,
  secondPlan,
];

/**
 * Those of an environment in which no function decides, in their order: nothing is minted and nothing kept there, the
 * gateway's own authorizer answers, and Envoy is asked past it.
 */
export const SHARED_ISSUER_PROBES: readonly Probe[] = [
  noToken,
  junkTokenOfJwt,
  missingScope,
  unknownRoute,
  envoyRefuses,
  envoyDecides,
  envoyHints,
  forgedHints,
  overrideHeaders,
  underscoreNames,
  requestId,
  pathTricks,
  preflight,
  corsOwnAnswers,
  forwarded,
  identitySourceEmpty,
  logsJoin,
  secondPlan,
];

/**
 * Those of a REST API, in their order. It hands the path on encoded, so that what an HTTP API decodes is no question; its
 * refusals carry CORS headers, by declaration.
 */
export const REST_PROBES: readonly Probe[] = [
  publicRouteKey,
  narrowRole,
  cachePerCaller,
  cachePerRoute,
  noToken,
  junkTokenOfRest,
  missingScope,
  unknownRouteOfRest,
  directCall,
  directCallAsCaller,
  forgedGoogleToken,
  googleTokenTwin,
  forgedHints,
  headerTwins,
  overrideHeaders,
  underscoreNames,
  overrideTwins,
  tokenWithheld,
  mappingKeys,
  pathTricks,
  preflight,
  logsJoin,
  refusalInAccessLog,
  secondPlan,
];
