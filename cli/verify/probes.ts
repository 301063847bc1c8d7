import type { Probe } from "./probe";
import { cachePerCaller, cachePerPath, cachePerRoute } from "./probes/cache";
import { directCall, directCallAsCaller } from "./probes/direct-call";
import { envoyDecides, envoyHints, envoyRefuses, junkTokenOfJwt } from "./probes/envoy";
import {
  forgedGoogleToken,
  forgedHints,
  overrideHeaders,
  overrideTwins,
  underscoreNames,
} from "./probes/forged-headers";
import { corsOwnAnswers, forwarded, identitySourceEmpty, pathUndecodable } from "./probes/gateway-choices";
import { logsJoin, refusalInAccessLog } from "./probes/logs";
import { mappingKeys } from "./probes/mapping-keys";
import { pathDecoding, pathQuestionMark, pathTricks } from "./probes/paths";
import { preflight } from "./probes/preflight";
import { narrowRole, publicRouteKey } from "./probes/public-routes";
import { requestId } from "./probes/request-id";
import { googleTokenTwin, headerTwins, tokenWithheld } from "./probes/rest";
import { secondPlan } from "./probes/second-plan";
import {
  junkToken,
  junkTokenOfRest,
  missingScope,
  noToken,
  unknownRoute,
  unknownRouteOfRest,
} from "./probes/status-codes";

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
