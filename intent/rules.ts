import type { Rule } from "./rule";
import { preflightsDiffer, resourceServersDiffer, usageKeysDiffer } from "./rules/addresses";
import { agentsHaveAQuota, agentsOnlyRead, writesAreMeant } from "./rules/agents";
import { auditorsAreNamed, auditorsAreNothingElse, auditorsFit } from "./rules/auditors";
import { attributeConditionFits, functionEnvironmentFits, readersFit } from "./rules/budgets";
import { claimsNameTheTenant, claimsSayWhoCalls } from "./rules/caller-claims";
import {
  callersHaveOneName,
  clientsHaveTheirIssuer,
  clientUrlsAreWhole,
  externalsAreTold,
  sidecarsKnowNoClaims,
  subjectsAreExact,
  subjectsAreUnique,
} from "./rules/clients";
import { cpuIsOffered, instancesFit, memoryFitsCpu, sidecarFits, smallCpuTakesOneRequest } from "./rules/cloud-run";
import { healthPathIsPlain, variablesAreFree } from "./rules/containers";
import { derivedNamesFit } from "./rules/derived-names";
import { certificatesHaveADomain, domainIsPublic, recordsAreMadeOnce, truststoreIsSound } from "./rules/domain";
import { envoyIsPinned, keysAreFound } from "./rules/envoy";
import { corsOriginsAreExact, throttlesFitTheAccount } from "./rules/gateway";
import { imagesArePinned } from "./rules/images";
import {
  domainPrefixIsFree,
  issuersAreKnownHosts,
  issuersAreOnTheirPort,
  issuersAreUnique,
  tokenIssuersAreOurs,
} from "./rules/issuers";
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
import { alarmsAreToldHere, rotationNamesFit, rotationsAreFree } from "./rules/rotation";
import { routesHaveOneAccess, servicesHaveRoutes } from "./rules/route-access";
import { routesAreDistinct } from "./rules/route-conflicts";
import { routeKeysAreValid } from "./rules/route-keys";
import { headIsNoWiderThanGet, twinRoutesHaveOneAccess } from "./rules/route-twins";
import { grantedScopesExist, routeScopesAreOwn, scopesHaveAnIssuer } from "./rules/scopes";
import {
  addersOnlyAdd,
  rotationKnowsTheProject,
  secretAddressesDiffer,
  secretIdsFit,
  secretsAreNoConfigurations,
  secretsArePinned,
  secretsHaveOneReader,
} from "./rules/secrets";
import { recoveryFits, stateHasOnePlace, tagsAreFree } from "./rules/settings";
import {
  authorizersFit,
  gatewayLogsClients,
  gatewayReadsScopes,
  routesHaveOneIssuer,
  throttlesAreABoundary,
} from "./rules/shared-issuer";
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
  addersOnlyAdd,
  agentsHaveAQuota,
  agentsOnlyRead,
  alarmsAreToldHere,
  attributeConditionFits,
  readersFit,
  auditorsAreNamed,
  auditorsAreNothingElse,
  auditorsFit,
  authorizersFit,
  besideIsAnotherKind,
  callersHaveOneName,
  certificatesHaveADomain,
  claimsNameTheTenant,
  claimsSayWhoCalls,
  clientsHaveTheirIssuer,
  clientUrlsAreWhole,
  corsOriginsAreExact,
  cpuIsOffered,
  deployersAreNamed,
  derivedNamesFit,
  domainIsPublic,
  domainPrefixIsFree,
  envoyIsPinned,
  externalsAreTold,
  filtersAreABoundary,
  filtersAreOfOneMind,
  filtersAreOfRest,
  functionEnvironmentFits,
  gatewayLogsClients,
  gatewayReadsScopes,
  grantedScopesExist,
  headIsNoWiderThanGet,
  healthPathIsPlain,
  imagesArePinned,
  instancesFit,
  issuersAreKnownHosts,
  issuersAreOnTheirPort,
  issuersAreUnique,
  keysAreFound,
  memoryFitsCpu,
  sidecarFits,
  namesFit,
  networksArePlain,
  networksFit,
  contentTypesFit,
  planIdsAreFree,
  poolIdFits,
  preflightsDiffer,
  previousNamesAreGone,
  recordsAreMadeOnce,
  recoveryFits,
  resourceServersDiffer,
  resourceServersFit,
  restAloneCounts,
  restIsFederated,
  restPathsAreATree,
  rolesAreOfThisAccount,
  rotationKnowsTheProject,
  rotationNamesFit,
  rotationsAreFree,
  routeKeysAreValid,
  routesAreDistinct,
  routesFit,
  routesHaveOneAccess,
  routesHaveOneIssuer,
  routeScopesAreOwn,
  scopesHaveAnIssuer,
  secretAddressesDiffer,
  secretIdsFit,
  secretsAreNoConfigurations,
  secretsArePinned,
  secretsHaveOneReader,
  serviceIdsAreFree,
  servicesHaveRoutes,
  sidecarsKnowNoClaims,
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
  usageKeysDiffer,
  variablesAreFree,
  writesAreMeant,
];
