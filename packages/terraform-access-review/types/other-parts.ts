import type { AttributeChange } from "../model/change";
import { isValidationRecord, replaceReferences } from "../terraform-json/references";
import { type Covered, coveredNames } from "./covered";
import { below, type Conditional, type Name, where } from "./meaning";

/** The providers of this program's resources. */
const PROVIDERS = ["aws", "google"] as const;

/** What an issuer accepts, and whom it grants what. Rows show it. */
const ISSUER = [
  "audiences",
  "claimants",
  "clientClaim",
  "clients",
  "grants",
  "id",
  "issuer",
  "issuerFrom",
  "pathClaims",
  "scopeClaim",
  "scopeValues",
  "scopes",
  "subjects",
].map((name) => `${name}.*`);

/** Parts that are not resources, by their address, with the names whose changes need no report of their own. */
const OTHER_PARTS: readonly (readonly [address: RegExp, names: readonly (Name | Conditional)[]])[] = [
  [/^output\./, [where("[*].*", ({ path, after }) => !/\.sensitive$/.test(path) && isPlainOutput(after))]],
  [/^provider\./, below("[*][]", "default_labels.*", "default_tags.*", "max_retries")],
  [
    /^data\.google_cloud_run_v2_service(_iam_policy)?$/,
    [
      // A data source reads. Rows name each existing service, and whether the plan checks it.
      where("[*][*]", ({ kind }) => kind !== "changed"),
      ...below("[*][*]", "lifecycle.postcondition[].error_message", "name"),
      where("[*][*].lifecycle.postcondition[].condition", isSameCheck),
    ],
  ],
  [/^terraform\.required_version$/, ["[*].*"]],
  // A newer minor version of the same provider. What it adds to a type is in no table, and so unknown.
  [
    /^terraform\.required_providers$/,
    PROVIDERS.map((name) => where(`required_providers.${name}.version`, isNewerMinor)),
  ],
  [
    /^authorizer-policy\.json$/,
    [
      // Each row of a call has the networks.
      "allowedNetworks.*",
      "cacheSeconds",
      "issuers[]",
      ...below("issuers[]", ...ISSUER),
      "routes",
      "routes[*]",
      ...below("routes[*]", "access.*", "mcp.*"),
      "services",
      "services[*]",
      ...below("services[*]", "audience", "role", "serviceAccount"),
      // Rows name callers by their keys.
      "usageKeys.*",
    ],
  ],
];

/** Whether two conditions differ in the audience alone, which a row has. */
function isSameCheck({ before, after }: AttributeChange): boolean {
  const [was, is] = [before, after].map((each) => String(each).replaceAll(/"https:\/\/[\w./-]+"/g, '"audience"'));
  return was === is;
}

/** The covered attributes of a part that is not a resource; undefined for a part that no stack of this program has. */
export function coveredOther(address: string): readonly Covered[] | undefined {
  const names = OTHER_PARTS.find(([pattern]) => pattern.test(address))?.[1];
  return names && coveredNames(names);
}

/**
 * Whether an output shows only names, addresses and ids: texts, and plain references to such attributes. A function, such as
 * `nonsensitive`, can show anything. Terraform's own marks mask values that a plan already knows.
 */
export function isPlainOutput(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlainOutput);
  if (typeof value === "object" && value !== null) return Object.entries(value).flat().every(isPlainOutput);
  if (typeof value !== "string" || isValidationRecord(value)) return true;
  const rest = replaceReferences(value, ({ type }, written) => {
    const last = written.slice(2, -1).split(".").at(-1) ?? "";
    return OF_CLOUD.test(type) && IDENTIFIES.test(last) ? "" : written;
  });
  return !/[$%]\{/.test(rest);
}

const OF_CLOUD = /^(data\.)?(aws|google)_/;

/** Attributes that identify an object, and are no credential of it on any type. A URL may be signed. */
const IDENTIFIES = /^(email|endpoint|invoke_url|uri|(\w+_)?(arn|id|name))$/;

/** Whether a version follows on another one of the same major version. */
function isNewerMinor({ before, after }: AttributeChange): boolean {
  const [was, is] = [before, after].map((each) => /^(\d+)\.(\d+)\.(\d+)$/.exec(String(each))?.slice(1).map(Number));
  const [major = -1, minor = -1, patch = -1] = was ?? [];
  const [otherMajor = -2, otherMinor = -2, otherPatch = -2] = is ?? [];
  return major === otherMajor && (otherMinor > minor || (otherMinor === minor && otherPatch > patch));
}
