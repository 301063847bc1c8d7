import type { AttributeChange } from "../model/change";
import { isValidationRecord, replaceReferences } from "../terraform-json/references";
import { isSecret } from "../terraform-json/secrets";
import { typeOf } from ".";
import type { Covered } from "./covered";

/** Attributes of every resource. Providers compute some of them from others. */
const EVERYWHERE =
  /^(description|display_name|labels|effective_labels|terraform_labels|timeouts|lifecycle\.(prevent_destroy|create_before_destroy|replace_triggered_by))\b/;

/** A guard reports which attributes Terraform leaves to others. */
const IGNORED = /^lifecycle\.ignore_changes\b/;

/** AWS only: Google's tags are resources, which conditions of an organization can use to grant access. */
const AWS_TAGS = /^tags(_all)?\b/;

/** Parts that are not resources, by their address. */
const OTHER_PARTS: readonly (readonly [address: RegExp, covered: readonly (RegExp | Covered)[]])[] = [
  [/^output\./, [{ path: /./, where: ({ path, after }) => !/\.sensitive$/.test(path) && isPlainOutput(after) }]],
  [/^provider\./, [/\.default_(tags|labels)\b/]],
  [
    /^data\.google_cloud_run_v2_service(_iam_policy)?$/,
    [
      // A data source reads. Rows name each existing service, and whether the plan checks it.
      { path: /^\w+\.[\w-]+$/, where: ({ kind }) => kind !== "changed" },
      /\.(name|lifecycle\.postcondition\[\d+\]\.error_message)$/,
      { path: /\.lifecycle\.postcondition\[\d+\]\.condition$/, where: isSameCheck },
    ],
  ],
  [/^terraform\.required_version$/, [/./]],
  // A newer minor version of the same provider. Rows and meanings are of the version in `schemas.json`, so what it adds is unknown.
  [/^terraform\.required_providers$/, [{ path: /^required_providers\.\w+\.version$/, where: isNewerMinor }]],
  [
    /^authorizer-policy\.json$/,
    [
      /^issuers(\[[^\]]*\])?(\.(id|issuer|issuerFrom|audiences|subjects|claimants|grants|scopes|scopeValues|\w+Claim|pathClaims|clients)\b.*)?$/,
      /^(cacheSeconds|routes)$/,
      // Each row of a call has the networks.
      /^allowedNetworks\b/,
      // Rows name callers by their keys.
      /^usageKeys\b.*/,
      /^routes(\[[^\]]*\]|\.\w+)(\.(access|mcp)\b.*)?$/,
      /^services((\.[\w-]+|\["[^"]*"\])(\.(role|serviceAccount|audience))?)?$/,
    ],
  ],
];

/** Whether a version follows on another one of the same major version. */
function isNewerMinor({ before, after }: AttributeChange): boolean {
  const [was, is] = [before, after].map((each) => /^(\d+)\.(\d+)\.(\d+)$/.exec(String(each))?.slice(1).map(Number));
  const [major = -1, minor = -1, patch = -1] = was ?? [];
  const [otherMajor = -2, otherMinor = -2, otherPatch = -2] = is ?? [];
  return major === otherMajor && (otherMinor > minor || (otherMinor === minor && otherPatch > patch));
}

/** Whether two conditions differ in the audience alone, which a row has. */
function isSameCheck({ before, after }: AttributeChange): boolean {
  const [was, is] = [before, after].map((each) => String(each).replaceAll(/"https:\/\/[\w./-]+"/g, '"audience"'));
  return was === is;
}

/** The covered attributes of a resource type. */
export function coveredOf(type: string): readonly Covered[] {
  return [...coveredEverywhere(type), IGNORED, ...(typeOf(type).covered ?? [])].map(coveredPath);
}

/** Attributes that open nothing on any resource of a cloud. */
export function coveredEverywhere(type: string): readonly RegExp[] {
  return type.startsWith("aws_") ? [EVERYWHERE, AWS_TAGS] : [EVERYWHERE];
}

/** The covered attributes of a part that is not a resource; undefined for a part that no stack of this program has. */
export function coveredOther(address: string): readonly Covered[] | undefined {
  return OTHER_PARTS.find(([pattern]) => pattern.test(address))?.[1].map(coveredPath);
}

function coveredPath(each: RegExp | Covered): Covered {
  return each instanceof RegExp ? { path: each } : each;
}

/**
 * Whether an output shows only names, addresses and ids: texts, and plain references to attributes without secrets. A
 * function, such as `nonsensitive`, can show anything. Terraform's own marks mask values that a plan already knows.
 */
export function isPlainOutput(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlainOutput);
  if (typeof value === "object" && value !== null) return Object.entries(value).flat().every(isPlainOutput);
  if (typeof value !== "string" || isValidationRecord(value)) return true;
  const rest = replaceReferences(value, (_, written) => {
    const path = written.slice(2, -1).split(".");
    return isSecret(path.at(-1) ?? "", "value", { within: "" }) ? written : "";
  });
  return !/[$%]\{/.test(rest);
}
