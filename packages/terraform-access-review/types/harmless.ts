import { typeOf } from ".";
import { type Covered, covered } from "./covered";
import { isPlainOutput } from "./harmless-values";

/** For every resource. Providers compute some from others. */
const EVERYWHERE = covered(
  /^(description|display_name|labels|effective_labels|terraform_labels|timeouts|lifecycle\.(prevent_destroy|create_before_destroy|replace_triggered_by))\b/,
);

/** AWS only: Google's tags are resources, which conditions of an organization can use to grant access. */
const AWS_TAGS = covered(/^tags(_all)?\b/);

/** Parts that are not resources, by their address. */
const OTHER_PARTS: readonly (readonly [address: RegExp, covered: readonly Covered[]])[] = [
  [/^output\./, [covered(/./, undefined, ({ path, after }) => !/\.sensitive$/.test(path) && isPlainOutput(after))]],
  [/^provider\./, [covered(/\.default_(tags|labels)\b/)]],
  [/^terraform\.required_version$/, [covered(/./)]],
  [/^terraform\.required_providers$/, []],
  [
    /^authorizer-policy\.json$/,
    [
      covered(/^issuers(\[[^\]]*\])?(\.(id|issuer|issuerFrom|audiences|subjects|scopes|\w+Claim|clients)\b.*)?$/),
      covered(/^(cacheSeconds|routes)$/),
      // Rows name callers by their keys.
      covered(/^usageKeys\b.*/),
      covered(/^routes(\[[^\]]*\]|\.\w+)(\.access\b.*)?$/),
      covered(/^services((\.[\w-]+|\["[^"]*"\])(\.(role|serviceAccount|audience))?)?$/),
    ],
  ],
];

/** The covered attributes of a resource type. */
export function coveredOf(type: string): readonly Covered[] {
  return [...coveredEverywhere(type), ...(typeOf(type).covered ?? [])];
}

/** Attributes that open nothing on any resource of a cloud. */
export function coveredEverywhere(type: string): readonly Covered[] {
  return type.startsWith("aws_") ? [EVERYWHERE, AWS_TAGS] : [EVERYWHERE];
}

/** The covered attributes of a part that is not a resource; undefined for a part that no stack of this program has. */
export function coveredOther(address: string): readonly Covered[] | undefined {
  return OTHER_PARTS.find(([pattern]) => pattern.test(address))?.[1];
}
