import { cachePerCaller, cachePerPath, cachePerRoute } from "./cache";
import { directCall, directCallAsCaller } from "./direct-call";
import { envoyDecides, envoyHints, envoyRefuses, junkTokenOfJwt } from "./envoy";
import { keptExpectations } from "./expectations";
import {
  forgedGoogleToken,
  forgedHints,
  googleTokenTwin,
  headerTwins,
  overrideHeaders,
  overrideTwins,
  tokenWithheld,
  underscoreNames,
} from "./forged-headers";
import { corsOwnAnswers, forwarded, identitySourceEmpty, pathUndecodable } from "./gateway-choices";
import { mappingKeys, requestId } from "./gateway-headers";
import { logsJoin, refusalInAccessLog } from "./logs";
import { pathDecoding, pathQuestionMark, pathTricks } from "./paths";
import { preflight } from "./preflight";
import type { Probe } from "./probe";
import { narrowRole, publicRouteKey } from "./public-routes";
import { secondPlan } from "./second-plan";
import { junkToken, junkTokenOfRest, missingScope, noToken, unknownRoute, unknownRouteOfRest } from "./status-codes";

/**
 * Every probe, in the order they run. First, whether the door opens at all. Then the cache, while it holds no refusal
 * yet. The logs come last, because their lines take a while to arrive.
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
  keptExpectations,
  logsJoin,
  refusalInAccessLog,
  secondPlan,
];

/**
 * The probes of an environment without deciding functions, in their order. Nothing is minted or cached there: the
 * gateway's own authorizer answers, and Envoy is probed past the gateway.
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
  keptExpectations,
  logsJoin,
  secondPlan,
];

/**
 * The probes of a REST API, in their order. It passes the path on encoded, so the decoding of an HTTP API is not
 * probed. Its refusals carry CORS headers, as declared.
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
  keptExpectations,
  logsJoin,
  refusalInAccessLog,
  secondPlan,
];
