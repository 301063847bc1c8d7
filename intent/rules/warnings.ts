import { type Draft, issuersOf } from "../derived/draft";
import type { Allowance } from "../model/intent";
import { nearest } from "../model/nearest";
import { formatProblem, type Problem } from "../model/problem";
import { ALWAYS_ENABLED_REGIONS, REGIONS, REGIONS_DATE } from "../model/regions";
import { findingAt, type Verdict } from "../source/finding";
import { formatPath, type Path } from "../source/located";

/** Rule ids with which config allows what a warning reports. */
const RULES = ["known-region", "opt-in-region", "rollout-instances"] as const;

export function isWarningRule(rule: string): boolean {
  return RULES.some((each) => each === rule);
}

/** Probable mistakes that may be correct. They stop nothing. */
export interface Warnings {
  readonly texts: readonly string[];
  /** Unused allowances of these rules: each would silently cover the next mistake. */
  readonly unused: readonly Problem[];
}

interface Warning {
  readonly rule: (typeof RULES)[number];
  /** What an allowance names: `aws.eu-west-9`. */
  readonly address: string;
  readonly path: Path;
  /** The remedy is completed by the allowance that silences the warning. */
  readonly verdict: Verdict;
}

/** Every probable mistake of an environment that its allowances do not name. */
export function warningsOn(draft: Draft, allowances: readonly Allowance[]): Warnings {
  const found = [...unknownRegions(draft), ...optInRegion(draft), ...rolloutInstances(draft)];
  const own = allowances.filter(({ rule }) => isWarningRule(rule));
  const [needed, allowed] = [found, own].map((some) => new Set(some.map(keyOf)));
  return {
    texts: found.filter((each) => !allowed?.has(keyOf(each))).map((each) => textOf(draft, each)),
    unused: own
      .filter((each) => !needed?.has(keyOf(each)))
      .map(({ rule, address, place }) => ({
        ...place,
        message: `got an unused allowance for ${address} and the rule ${rule}, expected one that a warning needs`,
        remedy: "remove the entry, or correct its address, as in aws.eu-west-9",
      })),
  };
}

function keyOf({ rule, address }: Pick<Allowance, "address" | "rule">): string {
  return `${rule} ${address}`;
}

function textOf({ root }: Draft, { rule, address, path, verdict }: Warning): string {
  const remedy = `${verdict.remedy}, allow it: rule ${rule}, address ${address}`;
  const { origin, message } = findingAt(root, path, verdict);
  return `warning: ${formatProblem({ ...origin, path: formatPath(path), message, remedy })}`;
}

interface Region {
  readonly path: Path;
  readonly cloud: "aws" | "google";
  readonly region: string;
}

function unknownRegions(draft: Draft): readonly Warning[] {
  return regionsIn(draft).flatMap(({ path, cloud, region }): readonly Warning[] => {
    if (REGIONS[cloud].includes(region)) return [];
    const near = nearest(region, REGIONS[cloud]);
    const verdict = {
      got: JSON.stringify(region),
      expected: `a region that ${cloud === "aws" ? "AWS" : "Google"} had on ${REGIONS_DATE}`,
      remedy: `${near === undefined ? "" : `did you mean ${JSON.stringify(near)}? `}If it is a newer one`,
    };
    return [{ rule: "known-region", address: `${cloud}.${region}`, path, verdict }];
  });
}

function regionsIn({ aws, google, state, services }: Draft): readonly Region[] {
  const replicas = [...services].flatMap(([service, { secrets }]) =>
    Object.entries(secrets).flatMap(([variable, secret]) =>
      (Array.isArray(secret.replicas) ? secret.replicas : []).map((region: string, index): Region => {
        return { path: ["services", service, "secrets", variable, "replicas", index], cloud: "google", region };
      }),
    ),
  );
  return [
    { path: ["aws", "region"], cloud: "aws", region: aws.region },
    { path: ["google", "region"], cloud: "google", region: google.region },
    ...(state.region === undefined ? [] : [{ path: ["state", "region"], cloud: "aws", region: state.region } as const]),
    ...replicas,
  ];
}

/**
 * Callers that prove their AWS identity are verified by AWS STS of the environment's region. In a region that an account
 * must enable, it refuses callers of accounts that have not (IAM, "Managing AWS STS in an AWS Region").
 */
function optInRegion(draft: Draft): readonly Warning[] {
  const { region } = draft.aws;
  const [[issuer] = []] = issuersOf(draft, "aws-iam");
  if (issuer === undefined || ALWAYS_ENABLED_REGIONS.includes(region) || !REGIONS.aws.includes(region)) return [];
  const verdict = {
    got: `${JSON.stringify(region)} with issuers.${issuer}, of kind aws-iam`,
    expected: "a region that is enabled in each account (AWS STS of this one refuses callers of other accounts)",
    remedy: "enable it in the accounts of all callers, whose credentials must come from a regional endpoint. Then",
  };
  return [{ rule: "opt-in-region", address: `aws.${region}`, path: ["aws", "region"], verdict }];
}

/** Cloud Run scales each revision by itself, so two revisions of a rollout may have twice `scaling.max` instances. */
function rolloutInstances({ services, limits }: Draft): readonly Warning[] {
  const quota = limits.cloudRunMaxInstances;
  return [...services].flatMap(([id, { rollout, scaling }]): readonly Warning[] => {
    // More than the quota is an error of its own.
    if (rollout === undefined || scaling.max > quota || 2 * scaling.max <= quota) return [];
    const verdict = {
      got: `${scaling.max}, which a rollout doubles to ${2 * scaling.max}: each of its two revisions scales by itself`,
      expected: `at most ${quota} instances together (limits.cloudRunMaxInstances)`,
      remedy: `lower it to ${Math.floor(quota / 2)}, or raise the limit with Google's quota. If the service may be short of instances`,
    };
    return [
      { rule: "rollout-instances", address: `services.${id}`, path: ["services", id, "scaling", "max"], verdict },
    ];
  });
}
