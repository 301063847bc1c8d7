import type { Rule } from "./rule";
import { agentsHaveAQuota, agentsOnlyRead, writesAreMeant } from "./rules/agents";
import { auditorsAreNamed, auditorsAreNothingElse, auditorsFit } from "./rules/auditors";
import { attributeConditionFits, functionEnvironmentFits } from "./rules/budgets";
import { clientsHaveTheirIssuer, clientUrlsAreWhole, subjectsAreExact, subjectsAreUnique } from "./rules/clients";
import { cpuIsOffered, instancesFit, memoryFitsCpu, smallCpuTakesOneRequest } from "./rules/cloud-run";
import { healthPathIsPlain, variablesAreFree } from "./rules/containers";
import { certificatesHaveADomain, domainIsPublic, recordsAreMadeOnce, truststoreIsSound } from "./rules/domain";
import { envoyIsPinned, keysAreFound } from "./rules/envoy";
import { corsOriginsAreExact, throttlesFitTheAccount } from "./rules/gateway";
import { imagesArePinned } from "./rules/images";
import { domainPrefixIsFree, issuersAreKnownHosts, issuersAreUnique, tokenIssuersAreOurs } from "./rules/issuers";
import { namesFit, poolIdFits, serviceIdsAreFree, someService } from "./rules/names";
import { previousNamesAreGone } from "./rules/previous-names";
import { resourceServersFit, routesFit } from "./rules/quotas";
import {
  besideIsAnotherKind,
  planIdsAreFree,
  restAloneCounts,
  restIsFederated,
  restPathsAreATree,
  timesFitTheGateway,
} from "./rules/rest";
import { deployersAreNamed, rolesAreOfThisAccount } from "./rules/role-arns";
import { routesHaveOneAccess, servicesHaveRoutes } from "./rules/route-access";
import { routesAreDistinct } from "./rules/route-conflicts";
import { routeKeysAreValid } from "./rules/route-keys";
import { headIsNoWiderThanGet, twinRoutesHaveOneAccess } from "./rules/route-twins";
import { grantedScopesExist, routeScopesAreOwn, scopesHaveAnIssuer } from "./rules/scopes";
import { secretIdsFit, secretsHaveOneReader } from "./rules/secrets";
import { recoveryFits, stateHasOnePlace, tagsAreFree } from "./rules/settings";
import { authorizersFit, gatewayReadsScopes, routesHaveOneIssuer, throttlesAreABoundary } from "./rules/shared-issuer";
import {
  contentTypesFit,
  filtersAreABoundary,
  filtersAreOfOneMind,
  filtersAreOfRest,
  networksArePlain,
  networksFit,
} from "./rules/waf";

/** Every rule on one environment. */
export const rules: readonly Rule[] = [
  attributeConditionFits,
  authorizersFit,
  besideIsAnotherKind,
  certificatesHaveADomain,
  clientsHaveTheirIssuer,
  clientUrlsAreWhole,
  corsOriginsAreExact,
  cpuIsOffered,
  deployersAreNamed,
  domainIsPublic,
  domainPrefixIsFree,
  envoyIsPinned,
  filtersAreABoundary,
  auditorsAreNamed,
  auditorsAreNothingElse,
  auditorsFit,
  filtersAreOfOneMind,
  filtersAreOfRest,
  functionEnvironmentFits,
  gatewayReadsScopes,
  grantedScopesExist,
  headIsNoWiderThanGet,
  healthPathIsPlain,
  imagesArePinned,
  instancesFit,
  issuersAreKnownHosts,
  issuersAreUnique,
  keysAreFound,
  memoryFitsCpu,
  namesFit,
  networksArePlain,
  networksFit,
  contentTypesFit,
  planIdsAreFree,
  poolIdFits,
  previousNamesAreGone,
  recordsAreMadeOnce,
  recoveryFits,
  resourceServersFit,
  restAloneCounts,
  restIsFederated,
  restPathsAreATree,
  rolesAreOfThisAccount,
  routeKeysAreValid,
  routesAreDistinct,
  routesFit,
  routesHaveOneAccess,
  routesHaveOneIssuer,
  routeScopesAreOwn,
  scopesHaveAnIssuer,
  secretIdsFit,
  secretsHaveOneReader,
  serviceIdsAreFree,
  servicesHaveRoutes,
  smallCpuTakesOneRequest,
  someService,
  stateHasOnePlace,
  subjectsAreExact,
  subjectsAreUnique,
  tagsAreFree,
  throttlesAreABoundary,
  throttlesFitTheAccount,
  timesFitTheGateway,
  tokenIssuersAreOurs,
  truststoreIsSound,
  twinRoutesHaveOneAccess,
  variablesAreFree,
];
