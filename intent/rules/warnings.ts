import type { Draft } from "../derived/draft";
import type { Allowance } from "../model/intent";
import { nearest } from "../model/nearest";
import { formatProblem, type Problem } from "../model/problem";
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
  const unknown = regionsIn(draft).filter(({ cloud, region }) => !listOf(cloud).includes(region));
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
  const near = nearest(each.region, listOf(each.cloud));
  const hint = near === undefined ? "" : `did you mean ${JSON.stringify(near)}? `;
  return {
    got: JSON.stringify(each.region),
    expected: `a region that ${each.cloud === "aws" ? "AWS" : "Google"} had on ${REGIONS_DATE}`,
    remedy: `${hint}If it is a newer one, allow it: rule ${KNOWN_REGION}, address ${addressOf(each)}`,
  };
}

function listOf(cloud: Region["cloud"]): readonly string[] {
  return cloud === "aws" ? AWS_REGIONS : GOOGLE_REGIONS;
}

function addressOf({ cloud, region }: Region): string {
  return `${cloud}.${region}`;
}

/** Date of both lists. Vendors add regions, so a region that was added after this date may be correct. */
const REGIONS_DATE = "2026-11-27";

/** Regions of the commercial AWS partition, from the AWS SDK for JavaScript. */
const AWS_REGIONS: readonly string[] = [
  ...["af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"],
  ...["ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"],
  ...["ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1"],
  ...["eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1"],
  ...["me-west-1", "mx-central-1", "sa-east-1", "sa-west-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"],
];

/** Regions of Google Cloud (https://cloud.google.com/about/locations). */
const GOOGLE_REGIONS: readonly string[] = [
  ...["africa-south1", "asia-east1", "asia-east2", "asia-northeast1", "asia-northeast2", "asia-northeast3"],
  ...["asia-south1", "asia-south2", "asia-southeast1", "asia-southeast2", "australia-southeast1"],
  ...["australia-southeast2", "europe-central2", "europe-north1", "europe-north2", "europe-southwest1"],
  ...["europe-west1", "europe-west2", "europe-west3", "europe-west4", "europe-west6", "europe-west8", "europe-west9"],
  ...["europe-west10", "europe-west12", "me-central1", "me-central2", "me-west1", "northamerica-northeast1"],
  ...["northamerica-northeast2", "northamerica-south1", "southamerica-east1", "southamerica-west1", "us-central1"],
  ...["us-east1", "us-east4", "us-east5", "us-south1", "us-west1", "us-west2", "us-west3", "us-west4"],
];
