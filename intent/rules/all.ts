import type { CrossRule, Rule } from "../derived/rule";
import { preflightsDiffer, resourceServersDiffer, usageKeysDiffer } from "./addresses";
import { agentsHaveAQuota, agentsOnlyRead, writesAreMeant } from "./agents";
import { alarmsAreToldHere, alarmsHaveASource, slosFitTheLog, slosHaveAnObjective } from "./alarms";
import { auditorsAreNamed, auditorsAreNothingElse, auditorsFit } from "./auditors";
import { awsIamCallersAreArns, awsIamIsOneIssuer, sidecarsKnowNoAwsPrincipals } from "./aws-iam";
import { attributeConditionFits, functionEnvironmentFits, readersFit } from "./budgets";
import { claimsNameTheTenant, claimsSayWhoCalls } from "./caller-claims";
import {
  callersHaveOneName,
  clientsHaveTheirIssuer,
  clientUrlsAreWhole,
  externalsAreIdentified,
  sidecarsKnowNoClaims,
  subjectsAreExact,
  subjectsAreUnique,
} from "./clients";
import { cpuIsOffered, instancesFit, memoryFitsCpu, sidecarFits, smallCpuTakesOneRequest } from "./cloud-run";
import { healthPathIsPlain, variablesAreFree } from "./containers";
import { audiencesAreApart } from "./cross/audiences";
import { domainsAreUnique, oneOwnerPerAccount, statesAreApart } from "./cross/one-owner";
import { oneOwnerPerProject, serviceAccountsFit } from "./cross/projects";
import { domainPrefixesAreUnique, googleNamesAreUnique, roleNamesAreUnique } from "./cross/unique-names";
import { usagePlansFit } from "./cross/usage-plans";
import { derivedNamesFit } from "./derived-names";
import { certificatesHaveADomain, domainIsPublic, recordsAreMadeOnce, truststoreIsSound } from "./domain";
import { envoyIsPinned, keysAreFound } from "./envoy";
import { corsOriginsAreExact, throttlesFitTheAccount } from "./gateway";
import { imagesArePinned, rolloutsHaveTwoImages } from "./images";
import {
  domainPrefixIsFree,
  issuersAreKnownHosts,
  issuersAreOnTheirPort,
  issuersAreUnique,
  tokenIssuersAreOurs,
} from "./issuers";
import { namesFit, poolIdFits, serviceIdsAreFree, someService } from "./names";
import { previousNamesAreGone } from "./previous-names";
import { resourceServersFit, routesFit } from "./quotas";
import {
  alsoServeIsAnotherKind,
  planIdsAreFree,
  restAloneCounts,
  restIsFederated,
  restPathsAreATree,
  timesFitTheGateway,
} from "./rest";
import { deployersAreNamed, rolesAreOfThisAccount } from "./role-arns";
import { rotationNamesFit, rotationsAreFree } from "./rotation";
import { routesHaveOneAccess, servicesHaveRoutes } from "./route-access";
import { routeKeysAreValid, routesAreDistinct } from "./route-conflicts";
import { headIsNoWiderThanGet, twinRoutesHaveOneAccess } from "./route-twins";
import { grantedScopesExist, routeScopesAreOwn, scopesHaveAnIssuer } from "./scopes";
import {
  addersOnlyAdd,
  rotationKnowsTheProject,
  secretAddressesDiffer,
  secretIdsFit,
  secretsAreNoConfigurations,
  secretsArePinned,
  secretsHaveOneReader,
} from "./secrets";
import { recoveryFits, stateHasOnePlace, tagsAreFree } from "./settings";
import {
  authorizersFit,
  gatewayLogsClients,
  gatewayReadsScopes,
  routesHaveOneIssuer,
  routesNeedOneScope,
  throttlesAreABoundary,
} from "./shared-issuer";
import {
  contentTypesFit,
  filtersAreABoundary,
  filtersAreOfOneMind,
  filtersAreOfRest,
  networksArePlain,
  networksFit,
} from "./waf";

/** Every rule on one environment. */
export const rules: readonly Rule[] = [
  addersOnlyAdd,
  agentsHaveAQuota,
  agentsOnlyRead,
  alarmsAreToldHere,
  alarmsHaveASource,
  attributeConditionFits,
  awsIamCallersAreArns,
  awsIamIsOneIssuer,
  readersFit,
  auditorsAreNamed,
  auditorsAreNothingElse,
  auditorsFit,
  authorizersFit,
  alsoServeIsAnotherKind,
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
  externalsAreIdentified,
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
  rolloutsHaveTwoImages,
  rotationKnowsTheProject,
  rotationNamesFit,
  rotationsAreFree,
  routeKeysAreValid,
  routesAreDistinct,
  routesFit,
  routesHaveOneAccess,
  routesHaveOneIssuer,
  routesNeedOneScope,
  routeScopesAreOwn,
  scopesHaveAnIssuer,
  secretAddressesDiffer,
  secretIdsFit,
  secretsAreNoConfigurations,
  secretsArePinned,
  secretsHaveOneReader,
  serviceIdsAreFree,
  servicesHaveRoutes,
  sidecarsKnowNoAwsPrincipals,
  sidecarsKnowNoClaims,
  slosFitTheLog,
  slosHaveAnObjective,
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

/** Every rule on the environments together. */
export const crossRules: readonly CrossRule[] = [
  audiencesAreApart,
  domainPrefixesAreUnique,
  domainsAreUnique,
  googleNamesAreUnique,
  oneOwnerPerAccount,
  oneOwnerPerProject,
  roleNamesAreUnique,
  serviceAccountsFit,
  statesAreApart,
  usagePlansFit,
];
