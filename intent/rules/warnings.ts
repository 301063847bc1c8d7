import type { Draft } from "../derived/draft";
import type { Allowance } from "../model/intent";
import { nearest } from "../model/nearest";
import { formatProblem, type Problem } from "../model/problem";
import { REGIONS, REGIONS_DATE } from "../model/regions";
import { findingAt } from "../source/finding";
import { formatPath, type Path } from "../source/located";

/** Rule id with which config allows a region that is not in the lists. */
export const KNOWN_REGION = "known-region";

/** Probable mistakes that may be correct. They stop nothing. */
export interface Warnings {
  readonly texts: readonly string[];
  /** Unused allowances of `known-region`: each would silently cover the next unknown region. */
  readonly unused: readonly Problem[];
}

interface Region {
  readonly path: Path;
  readonly cloud: "aws" | "google";
  readonly region: string;
}

/** Every region of an environment that is in neither the lists nor its allowances. */
export function warningsOn(draft: Draft, allowances: readonly Allowance[]): Warnings {
  const unknown = regionsIn(draft).filter(({ cloud, region }) => !REGIONS[cloud].includes(region));
  const addresses = new Set(unknown.map(addressOf));
  const own = allowances.filter(({ rule }) => rule === KNOWN_REGION);
  const allowed = new Set(own.map(({ address }) => address));
  return {
    texts: unknown
      .filter((each) => !allowed.has(addressOf(each)))
      .map((each) => {
        const { origin, message, remedy } = findingAt(draft.root, each.path, verdictOn(each));
        return `warning: ${formatProblem({ ...origin, path: formatPath(each.path), message, remedy })}`;
      }),
    unused: own
      .filter(({ address }) => !addresses.has(address))
      .map(({ address, place }) => ({
        ...place,
        message: `got an unused allowance for ${address} and the rule ${KNOWN_REGION}, expected one that a region needs`,
        remedy: "remove the entry, or correct its address, as in aws.eu-west-9",
      })),
  };
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

function verdictOn(each: Region) {
  const near = nearest(each.region, REGIONS[each.cloud]);
  const hint = near === undefined ? "" : `did you mean ${JSON.stringify(near)}? `;
  return {
    got: JSON.stringify(each.region),
    expected: `a region that ${each.cloud === "aws" ? "AWS" : "Google"} had on ${REGIONS_DATE}`,
    remedy: `${hint}If it is a newer one, allow it: rule ${KNOWN_REGION}, address ${addressOf(each)}`,
  };
}

function addressOf({ cloud, region }: Region): string {
  return `${cloud}.${region}`;
}
