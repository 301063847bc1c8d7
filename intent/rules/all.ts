import type { CrossRule, Rule } from "../derived/rule";
import * as addresses from "./addresses";
import * as agents from "./agents";
import * as alarms from "./alarms";
import * as auditors from "./auditors";
import * as awsIam from "./aws-iam";
import * as budgets from "./budgets";
import * as callerClaims from "./caller-claims";
import * as clients from "./clients";
import * as cloudRun from "./cloud-run";
import * as concurrency from "./concurrency";
import * as containers from "./containers";
import * as audiences from "./cross/audiences";
import * as oneOwner from "./cross/one-owner";
import * as projects from "./cross/projects";
import * as uniqueNames from "./cross/unique-names";
import * as usagePlans from "./cross/usage-plans";
import * as derivedNames from "./derived-names";
import * as domain from "./domain";
import * as envoy from "./envoy";
import * as gateway from "./gateway";
import * as images from "./images";
import * as issuers from "./issuers";
import * as names from "./names";
import * as previousNames from "./previous-names";
import * as quotas from "./quotas";
import * as rest from "./rest";
import * as roleArns from "./role-arns";
import * as rotation from "./rotation";
import * as routeAccess from "./route-access";
import * as routeConflicts from "./route-conflicts";
import * as routeTwins from "./route-twins";
import * as scopes from "./scopes";
import * as secrets from "./secrets";
import * as settings from "./settings";
import * as sharedIssuer from "./shared-issuer";
import * as waf from "./waf";

/** Each file of `rules/` exports its rules and nothing else. */
const FILES: readonly Readonly<Record<string, Rule>>[] = [
  addresses,
  agents,
  alarms,
  auditors,
  awsIam,
  budgets,
  callerClaims,
  clients,
  cloudRun,
  concurrency,
  containers,
  derivedNames,
  domain,
  envoy,
  gateway,
  images,
  issuers,
  names,
  previousNames,
  quotas,
  rest,
  roleArns,
  rotation,
  routeAccess,
  routeConflicts,
  routeTwins,
  scopes,
  secrets,
  settings,
  sharedIssuer,
  waf,
];
const CROSS_FILES: readonly Readonly<Record<string, CrossRule>>[] = [
  audiences,
  oneOwner,
  projects,
  uniqueNames,
  usagePlans,
];

/** Every rule on one environment. */
export const rules: readonly Rule[] = FILES.flatMap((file) => Object.values(file));

/** Every rule on the environments together. */
export const crossRules: readonly CrossRule[] = CROSS_FILES.flatMap((file) => Object.values(file));
