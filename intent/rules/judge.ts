import type { CrossRule, Draft, Rule } from "../derived/draft";
import type { Problem } from "../model/problem";
import type { BootstrapFile } from "../schema/bootstrap";
import { collapse, problemAt } from "../schema/collapse";
import { type Finding, findingAt, placeOf } from "../source/finding";
import * as addresses from "./addresses";
import * as agents from "./agents";
import * as alarms from "./alarms";
import * as auditors from "./auditors";
import * as awsIam from "./aws-iam";
import { bootstrapRules } from "./bootstrap";
import * as budgets from "./budgets";
import * as callerClaims from "./caller-claims";
import * as clients from "./clients";
import * as cloudRun from "./cloud-run";
import * as containers from "./containers";
import * as oneOwner from "./cross/one-owner";
import * as sharedPlaces from "./cross/shared-places";
import * as twins from "./cross/twins";
import * as uniqueNames from "./cross/unique-names";
import * as derivedNames from "./derived-names";
import * as domain from "./domain";
import * as existing from "./existing";
import * as images from "./images";
import * as issuers from "./issuers";
import * as mcp from "./mcp";
import * as names from "./names";
import * as ownPaths from "./own-paths";
import * as placeholders from "./placeholders";
import * as providers from "./providers";
import * as rest from "./rest";
import * as routes from "./routes";
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
  containers,
  derivedNames,
  domain,
  existing,
  images,
  issuers,
  mcp,
  names,
  ownPaths,
  placeholders,
  providers,
  rest,
  routes,
  scopes,
  secrets,
  settings,
  sharedIssuer,
  waf,
];
const CROSS_FILES: readonly Readonly<Record<string, CrossRule>>[] = [oneOwner, sharedPlaces, twins, uniqueNames];

/** Every rule on one environment. */
export const rules: readonly Rule[] = FILES.flatMap((file) => Object.values(file));

/** Every rule on the environments together. */
export const crossRules: readonly CrossRule[] = CROSS_FILES.flatMap((file) => Object.values(file));

/** All rule findings: in each environment, across environments, and in the bootstrap. */
export function judge(drafts: readonly Draft[], bootstrap: BootstrapFile | undefined): Problem[] {
  const judged = drafts.map((draft) => {
    const findings: Finding[] = [];
    for (const rule of rules) rule(draft, (path, verdict) => findings.push(findingAt(draft.root, path, verdict)));
    return { environment: draft.environment, root: draft.root, findings };
  });
  for (const rule of crossRules) {
    const clashing = new Map<string, string>();
    rule(drafts, (environment, path, verdict) => {
      const found = judged.find((each) => each.environment === environment);
      if (found === undefined) return;
      const finding = findingAt(found.root, path, verdict);
      // If one line of the base file makes two environments clash, it is reported once.
      const said = clashing.get(placeOf(finding)) ?? finding.message;
      clashing.set(placeOf(finding), said);
      if (said === finding.message) found.findings.push(finding);
    });
  }
  return [...collapse(judged), ...(bootstrap ? judgeBootstrap(bootstrap, drafts) : [])];
}

function judgeBootstrap({ tree, config }: BootstrapFile, drafts: readonly Draft[]): Problem[] {
  const findings: Finding[] = [];
  for (const rule of bootstrapRules) {
    rule(config, drafts, (path, verdict) => findings.push(findingAt(tree, path, verdict)));
  }
  return findings.map((finding) => problemAt(finding.origin, finding));
}
