import { cachePerCaller, cachePerPath, cachePerRoute } from "./cache";
import { directCall, directCallAsCaller, directCallWithAccessToken } from "./direct-call";
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
import { corsOwnAnswers, forwarded, pathUndecodable } from "./gateway-choices";
import { mappingKeys, requestId } from "./gateway-headers";
import {
  clientRegistration,
  otherBindings,
  otherClients,
  otherCopies,
  otherInvokers,
  otherProviders,
  otherRoutes,
  serviceAccountKeys,
  unreadSettings,
} from "./inventory";
import { logsJoin, refusalInAccessLog } from "./logs";
import { mcpChallenge, mcpMetadata } from "./mcp";
import { pathDecoding, pathQuestionMark, pathTricks } from "./paths";
import { preflight } from "./preflight";
import type { Probe } from "./probe";
import { narrowRole, publicRouteKey } from "./public-routes";
import { secondPlan } from "./second-plan";
import { junkToken, junkTokenOfRest, missingScope, noToken, unknownRoute, unknownRouteOfRest } from "./status-codes";

/**
 * Kinds of deployed environments. `http`: functions decide behind an HTTP API. `jwt`: the gateway's own authorizer
 * answers, so nothing is minted or cached, and Envoy is probed past the gateway. `rest`: a REST API, which passes the
 * path on encoded, so its decoding is not probed, and whose refusals carry CORS headers, as declared.
 */
type Kind = "http" | "jwt" | "rest";

/**
 * Every probe, in the order they run, with the kinds that it is for. The first ones show whether the door opens at all.
 * The cache is next, while it holds no refusal yet. The logs come after all requests, because their lines take a while to
 * arrive. The probes that send no request come last.
 */
const ALL: readonly (readonly [Probe, ...Kind[]])[] = [
  [publicRouteKey, "http", "rest"],
  [narrowRole, "http", "rest"],
  [cachePerCaller, "http", "rest"],
  [cachePerRoute, "http", "rest"],
  [cachePerPath, "http"],
  [noToken, "http", "jwt", "rest"],
  [junkTokenOfJwt, "jwt"],
  [junkTokenOfRest, "rest"],
  [junkToken, "http"],
  [missingScope, "http", "jwt", "rest"],
  [unknownRoute, "http", "jwt"],
  [envoyRefuses, "jwt"],
  [envoyDecides, "jwt"],
  [unknownRouteOfRest, "rest"],
  [directCall, "http", "rest"],
  [envoyHints, "jwt"],
  [directCallAsCaller, "http", "rest"],
  [directCallWithAccessToken, "http", "rest"],
  [forgedGoogleToken, "http", "rest"],
  [googleTokenTwin, "rest"],
  [forgedHints, "http", "jwt", "rest"],
  [headerTwins, "rest"],
  [overrideHeaders, "http", "jwt", "rest"],
  [underscoreNames, "http", "jwt", "rest"],
  [overrideTwins, "rest"],
  [tokenWithheld, "rest"],
  [mappingKeys, "http", "rest"],
  [requestId, "http", "jwt"],
  [pathDecoding, "http"],
  [pathTricks, "http", "jwt", "rest"],
  [pathQuestionMark, "http"],
  [preflight, "http", "jwt", "rest"],
  [corsOwnAnswers, "http", "jwt"],
  [pathUndecodable, "http"],
  [forwarded, "http", "jwt"],
  [mcpMetadata, "rest"],
  [mcpChallenge, "rest"],
  [keptExpectations, "http", "jwt", "rest"],
  [logsJoin, "http", "jwt", "rest"],
  [refusalInAccessLog, "http", "rest"],
  [secondPlan, "http", "jwt", "rest"],
  [otherProviders, "http", "rest"],
  [otherBindings, "http", "jwt", "rest"],
  [serviceAccountKeys, "http", "jwt", "rest"],
  [unreadSettings, "http", "jwt", "rest"],
  [otherRoutes, "http", "jwt", "rest"],
  [otherInvokers, "http", "jwt", "rest"],
  [otherClients, "http", "jwt", "rest"],
  [clientRegistration, "http", "jwt", "rest"],
  [otherCopies, "http", "jwt", "rest"],
];

function probesOf(kind: Kind): readonly Probe[] {
  return ALL.flatMap(([probe, ...kinds]) => (kinds.includes(kind) ? [probe] : []));
}

export const PROBES = probesOf("http");
export const SHARED_ISSUER_PROBES = probesOf("jwt");
export const REST_PROBES = probesOf("rest");
