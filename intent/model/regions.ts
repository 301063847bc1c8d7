import { nearest } from "./nearest";

/** Date of both lists. Vendors add regions, so a region that was added after this date may be correct. */
export const REGIONS_DATE = "2026-11-27";

/** Regions of the commercial AWS partition, from the AWS SDK for JavaScript. */
const AWS_REGIONS: readonly string[] = [
  ...["af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"],
  ...["ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"],
  ...["ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1"],
  ...["eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1"],
  ...["me-west-1", "mx-central-1", "sa-east-1", "sa-west-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"],
];

/**
 * Regions that are enabled in every AWS account. An account enables all others by itself; no region has been added to
 * these since March 2019 (AWS Account Management, "Enable or disable AWS Regions").
 */
export const ALWAYS_ENABLED_REGIONS: readonly string[] = [
  ...["ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"],
  ...["ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"],
  ...["us-east-1", "us-east-2", "us-west-1", "us-west-2"],
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

export const REGIONS = { aws: AWS_REGIONS, google: GOOGLE_REGIONS } as const;

/** Partitions with other ARNs. Their regions are no misspelling of a supported one. */
const OTHER_PARTITION = /^(cn|eusc)-|-(gov|iso\w*)-/;

/** The region that a text of another form was probably meant to be: `us-east-1` for `us-esat-1`. */
export function regionMeant(cloud: keyof typeof REGIONS, written: string): string | undefined {
  if (OTHER_PARTITION.test(written)) return undefined;
  const spelled = cloud === "google" ? asGoogle(written) : written;
  return REGIONS[cloud].includes(spelled) ? spelled : nearest(spelled, REGIONS[cloud]);
}

/** A region of AWS's form in Google's: `europe-west1` for `eu-west-1`. */
function asGoogle(written: string): string {
  return written
    .replace(/^eu-/, "europe-")
    .replace(/^ap-/, "asia-")
    .replace(/-(\d+)$/, "$1");
}
