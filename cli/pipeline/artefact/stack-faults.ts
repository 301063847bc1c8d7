import { isDeepStrictEqual } from "node:util";
import { ENVOY_POLICY_FILE } from "../../../contract/envoy/policy";
import { ROTATION_ARCHIVE } from "../../../contract/rotation";
import { templateFaults } from "../../../packages/terraform-access-review/terraform-json/expressions";
import { AWS_NEEDS } from "../../../stacks/bootstrap/aws/permissions";
import { GOOGLE_NEEDS } from "../../../stacks/bootstrap/google/permissions";
import { SOURCES_FILE } from "../../synthesis/sources-file";
import { isOwnAsset } from "../../terraform/assets";
import { furtherProviders, NO_PROVIDERS, type OwnProviders } from "../../terraform/own-providers";
import { providerFaults } from "../../terraform/stack-contents";

/** The code that decides calls, with the policy. */
export const ARCHIVE = "assets/authorizer/zip/authorizer.zip";

/**
 * Base64 SHA-256 of the files that a stack uploads, by path: the front door's own archives, and the assets of `main.ts` whose
 * content has the digest in their path.
 */
export type ArchiveHashes = Readonly<Partial<Record<string, string>>>;

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON from an unreviewed branch
export type UntrustedJson = any;

const BLOCKS = ["//", "import", "moved", "output", "provider", "resource", "terraform"];
/** Settings of a provider that may differ from the base branch: names, which grant nothing. */
const TAGS: Readonly<Record<string, string>> = { aws: "default_tags", google: "default_labels" };
const LIFECYCLE = ["create_before_destroy", "ignore_changes", "prevent_destroy", "replace_triggered_by"];
/** Arguments and blocks that can run a program, or read other resources or files. */
const NOT_IN_A_RESOURCE = ["connection", "count", "dynamic", "for_each", "provisioner"];

/**
 * Why a stack may not be planned with credentials. A plan runs any providers, data sources, modules and functions that
 * the stack names. `base` is the same environment on the base branch, which people have reviewed. A function is allowed
 * only if there is an archive for it.
 *
 * @param own providers that the base branch chose
 */
export function stackFaults(
  stack: UntrustedJson,
  base: UntrustedJson,
  archives: ArchiveHashes = {},
  own: OwnProviders = NO_PROVIDERS,
): readonly string[] {
  if (!isMap(stack)) return ["cdk.tf.json: got no JSON object, expected a stack"];
  const { data, ...changeable } = stack;
  const further = furtherProviders(own);
  const declared = new Set([...addressesOf(stack), ...entriesOf(base.data).map(([type]) => `data.${type}`)]);
  return [
    ...dataFaults(data, base.data),
    ...Object.keys(changeable)
      .filter((block) => !BLOCKS.includes(block))
      .map((block) => `${block}: a block that no stack of this program has`),
    ...settingFaults(stack, base),
    ...providerFaults(isMap(stack.terraform) ? stack : {}, own),
    ...providerSettingFaults(stack.provider, base.provider, further),
    ...resourceFaults(stack.resource, base, archives, further),
    ...blockFaults("moved", stack.moved, ["from", "to"]),
    ...blockFaults("import", stack.import, ["id", "to"]),
    ...templateFaults(changeable, "", (address) => declared.has(address)),
  ];
}

/** Reading a cloud with the pipeline's credentials is for reviewed branches: an existing service may be another team's. */
function dataFaults(data: UntrustedJson, base: UntrustedJson): readonly string[] {
  if (data === undefined || isDeepStrictEqual(withoutComments(data), withoutComments(base))) return [];
  return [
    "data: a block with other data sources than on the base branch, so they are not permitted; the deploy after the merge makes its first plan",
  ];
}

function addressesOf({ resource }: UntrustedJson): ReadonlySet<string> {
  return new Set(entriesOf(resource).flatMap(([type, named]) => entriesOf(named).map(([name]) => `${type}.${name}`)));
}

/** Where the state is and who publishes the providers. A branch may not choose these. */
function settingFaults(stack: UntrustedJson, base: UntrustedJson): readonly string[] {
  if (isDeepStrictEqual(withoutComments(stack.terraform), withoutComments(base.terraform))) return [];
  return [
    "terraform: another backend, provider or version than on the base branch; such a change must be planned by an authorized person",
  ];
}

function providerSettingFaults(
  provider: UntrustedJson,
  base: UntrustedJson,
  own: readonly string[],
): readonly string[] {
  const names = [...Object.keys(TAGS), ...own];
  const others = entriesOf(provider).filter(([name]) => !names.includes(name));
  const found = others.map(([name]) => `provider.${name}: a provider that no stack of this program has`);
  for (const name of names) {
    const [ours, trusted] = [provider?.[name], base?.[name]].map((blocks) => settingsOf(blocks, name));
    if (!isDeepStrictEqual(ours, trusted)) {
      found.push(`provider.${name}: other settings than on the base branch, which fixes account, project and region`);
    }
  }
  return found;
}

function settingsOf(blocks: UntrustedJson, name: string): UntrustedJson {
  if (!Array.isArray(blocks)) return blocks;
  return blocks.map((block) => {
    const { [TAGS[name] ?? ""]: _, ...rest } = isMap(block) ? withoutComments(block) : {};
    return rest;
  });
}

function resourceFaults(
  resource: UntrustedJson,
  base: UntrustedJson,
  archives: ArchiveHashes,
  own: readonly string[],
): readonly string[] {
  const project = base.provider?.google?.[0]?.project;
  // Terraform accepts a list of maps for a map at every level, so an unchecked list could hold anything.
  if (!isMap(resource)) return ["resource: got no JSON object, expected types"];
  return entriesOf(resource).flatMap(([type, named]) => {
    const isReviewed = [AWS_NEEDS, GOOGLE_NEEDS, base.resource ?? {}].some((types) => Object.hasOwn(types, type));
    if (!isReviewed) {
      return [
        `resource.${type}: a type that neither this program nor the base branch's stack declares, so it is not permitted; ` +
          "the deploy after the merge makes its first plan",
      ];
    }
    if (!isMap(named)) return [`resource.${type}: got no JSON object, expected names`];
    return entriesOf(named).flatMap(([name, attributes]) => {
      const at = `${type}.${name}`;
      if (!isMap(attributes)) return [`${at}: got no JSON object, expected one declaration`];
      return [
        ...NOT_IN_A_RESOURCE.filter((key) => key in attributes).map((key) => `${at}.${key}: is not allowed there`),
        ...("provider" in attributes && !own.includes(attributes.provider)
          ? [`${at}.provider: is not allowed there`]
          : []),
        ...lifecycleFaults(at, attributes.lifecycle),
        ...placeFaults(at, attributes, project, base.resource?.[type]?.[name]),
        ...archiveFaults(at, attributes, archives, base.resource?.[type]?.[name]),
      ];
    });
  });
}

function lifecycleFaults(at: string, lifecycle: UntrustedJson): readonly string[] {
  if (lifecycle === undefined) return [];
  if (!isMap(lifecycle)) return [`${at}.lifecycle: got no JSON object, expected settings`];
  return Object.keys(lifecycle)
    .filter((key) => !LIFECYCLE.includes(key))
    .map((key) => `${at}.lifecycle.${key}: is not allowed there`);
}

/** @param reviewed the same resource on the base branch: a grant on another project's service is one that people reviewed */
function placeFaults(
  at: string,
  { project, region }: UntrustedJson,
  trusted: unknown,
  reviewed: UntrustedJson,
): readonly string[] {
  const elsewhere = project !== undefined && project !== trusted && project !== reviewed?.project;
  const isAws = at.startsWith("aws_") && region !== undefined;
  return [
    ...(elsewhere ? [`${at}.project: another project than the provider's`] : []),
    ...(isAws ? [`${at}.region: another region than the provider's`] : []),
  ];
}

function archiveFaults(
  at: string,
  attributes: UntrustedJson,
  archives: ArchiveHashes,
  reviewed: UntrustedJson,
): readonly string[] {
  const { filename, source_code_hash: declared } = attributes;
  const isFunction = at.startsWith("aws_lambda_function.");
  const isOwn = isOwnAsset(filename) && archives[filename] !== undefined;
  if (isOwn && isOwnAsset(reviewed?.filename)) return [];
  if (!isFunction) return "filename" in attributes ? [`${at}.filename: is not allowed there`] : [];
  const path = filename === ROTATION_ARCHIVE ? ROTATION_ARCHIVE : ARCHIVE;
  const hash = archives[path];
  return [
    ...(filename === path ? [] : [`${at}.filename: expected ${ARCHIVE}`]),
    ...(hash === undefined || declared !== hash ? [`${at}.source_code_hash: is not that of ${path}`] : []),
  ];
}

function blockFaults(block: string, declared: UntrustedJson, keys: readonly string[]): readonly string[] {
  if (declared === undefined) return [];
  if (!Array.isArray(declared)) return [`${block}: expected a list`];
  const isPlain = (each: UntrustedJson) =>
    isMap(each) &&
    isDeepStrictEqual(Object.keys(each).sort(), keys) &&
    Object.values(each).every((value) => typeof value === "string");
  return declared.every(isPlain) ? [] : [`${block}: expected ${keys.join(" and ")} in each, and nothing else`];
}

function withoutComments(value: UntrustedJson): UntrustedJson {
  if (Array.isArray(value)) return value.map(withoutComments);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    entriesOf(value).flatMap(([key, inner]) => (key === "//" ? [] : [[key, withoutComments(inner)]])),
  );
}

function isMap(value: UntrustedJson): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function entriesOf(value: UntrustedJson): [string, UntrustedJson][] {
  return isMap(value) ? Object.entries(value) : [];
}

/** Paths in an artefact, for one environment: files that Terraform runs, and files that people review. */
export const PATHS = {
  folder: (environment: string) => `cdktf.out/stacks/${environment}`,
  stack: (environment: string) => `cdktf.out/stacks/${environment}/cdk.tf.json`,
  /** Exists only if functions decide, like the policy. */
  archive: (environment: string) => `cdktf.out/stacks/${environment}/${ARCHIVE}`,
  /** Exists only if a client's secret is rotated. */
  rotation: (environment: string) => `cdktf.out/stacks/${environment}/${ROTATION_ARCHIVE}`,
  review: (environment: string) => `synthesized/${environment}/main.tf.json`,
  policy: (environment: string) => `synthesized/${environment}/authorizer-policy.json`,
  /** Exists only if a service has an Envoy. */
  envoy: (environment: string) => `synthesized/${environment}/${ENVOY_POLICY_FILE}`,
  ledger: (environment: string) => `synthesized/${environment}/access.md`,
  /** Only names lines, and only those of this checkout are read. */
  sources: (environment: string) => `synthesized/${environment}/${SOURCES_FILE}`,
} as const;
