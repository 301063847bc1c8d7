import { typeOf } from ".";
import { isPlainOutput } from "./harmless-values";
import { type Told, told } from "./told";

/** On every resource. Providers work out some from others. */
const EVERYWHERE = told(
  /^(description|display_name|labels|effective_labels|terraform_labels|timeouts|lifecycle\.(prevent_destroy|create_before_destroy|replace_triggered_by))\b/,
);

/** AWS alone: Google's tags are resources, by which conditions of an organization grant. */
const AWS_TAGS = told(/^tags(_all)?\b/);

/** What is no resource, by its address. */
const OTHER_PARTS: readonly (readonly [address: RegExp, told: readonly Told[]])[] = [
  [/^output\./, [told(/./, undefined, ({ path, after }) => !/\.sensitive$/.test(path) && isPlainOutput(after))]],
  [/^provider\./, [told(/\.default_(tags|labels)\b/)]],
  [/^terraform\.required_version$/, [told(/./)]],
  [/^terraform\.required_providers$/, []],
  [
    /^authorizer-policy\.json$/,
    [
      told(/^issuers(\[[^\]]*\])?(\.(id|issuer|issuerFrom|audiences|subjects|scopes|\w+Claim|clients)\b.*)?$/),
      told(/^(cacheSeconds|routes)$/),
      // Rows name callers by their keys.
      told(/^usageKeys\b.*/),
      told(/^routes(\[[^\]]*\]|\.\w+)(\.access\b.*)?$/),
      told(/^services((\.[\w-]+|\["[^"]*"\])(\.(role|serviceAccount|audience))?)?$/),
    ],
  ],
];

/** What is told of a resource of a type. */
export function toldOf(type: string): readonly Told[] {
  return [...toldEverywhere(type), ...(typeOf(type).told ?? [])];
}

/** What opens nothing on any resource of a cloud. */
export function toldEverywhere(type: string): readonly Told[] {
  return type.startsWith("aws_") ? [EVERYWHERE, AWS_TAGS] : [EVERYWHERE];
}

/** What is told of a part that is no resource; undefined for a part that no stack of this program has. */
export function toldOfOther(address: string): readonly Told[] | undefined {
  return OTHER_PARTS.find(([pattern]) => pattern.test(address))?.[1];
}
