import { createHash } from "node:crypto";
import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  EXISTING_SERVICE_READS,
  withoutKnownChecks,
} from "../../packages/terraform-access-review/terraform-json/existing-service";
import { templateFaults } from "../../packages/terraform-access-review/terraform-json/expressions";
import { resourcesOf, type StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { assertNone } from "../process/command-error";
import { trackedOutputs } from "../process/git";
import { shownPath } from "../process/project";
import { ownAssets } from "./assets";
import { furtherProviders, NO_PROVIDERS, type OwnProviders, ownProviderFault } from "./own-providers";
import { PROVIDERS, type Providers } from "./providers";

type Fields = Readonly<Record<string, unknown>>;

/** Arguments that name a file to upload, for any resource type. */
const FILES: readonly string[] = ["filename", "source", "source_file", "zip_file"];

/**
 * Refuses a stack that makes Terraform run a program, download code, or read files of this machine. A plan would do so
 * with your credentials. Also applies to what `main.ts` and `stacks/` declare.
 */
export function assertRunsNothing(environment: string, stack: Fields, own: OwnProviders): void {
  const end = `${environment}: Terraform was not run\n    remove it from main.ts or stacks/, and try again`;
  assertNone(runningParts(stack, own), end);
}

/** Blocks that run nothing by themselves, or that are checked part by part. */
const BLOCKS = [
  "//",
  "data",
  "import",
  "locals",
  "moved",
  "output",
  "provider",
  "removed",
  "resource",
  "terraform",
  "variable",
];

/**
 * Each part that may not be planned: its address and the reason.
 *
 * @param own providers that this checkout accepts in addition
 */
export function runningParts(stack: Fields, own: OwnProviders = NO_PROVIDERS): readonly string[] {
  const required = Object.keys(requiredBy(stack));
  const providers = [...Object.keys(PROVIDERS), ...furtherProviders(own).filter((name) => required.includes(name))];
  return [
    ...Object.keys(stack)
      .filter((block) => !BLOCKS.includes(block))
      .map((block) => `${block}: a block that can bring code or programs from elsewhere`),
    ...providerFaults(stack, own),
    ...entries(stack.provider).flatMap(([name, bodies]) => settingFaults(name, bodies, providers)),
    ...entries((stack.terraform as Fields | undefined)?.backend).flatMap(([name, it]) => backendFaults(name, it)),
    ...Object.keys((stack.terraform ?? {}) as Fields)
      .filter((key) => !["//", "backend", "required_providers", "required_version"].includes(key))
      .map((key) => `terraform.${key}: a setting that no stack of this program has`),
    ...entries(stack.data)
      .filter(([type]) => !DATA.includes(type))
      .map(([type]) => `data.${type}: a data source that can run or read anything`),
    ...entries(stack.data).flatMap(([type, named]) =>
      entries(named).flatMap(([name, body]) => choiceFaults(`data.${type}.${name}`, body, providers)),
    ),
    ...[stack.removed ?? []].flat().flatMap((each) => bodyFaults(`removed ${(each as Fields).from}`, each as Fields)),
    ...resourceFaults(stack.resource, providers),
    ...templateFaults(withPlainData(stack), "", (address) => isReferable(address, stack)),
  ];
}

/** Provider settings that name files of this machine. Such files can name programs: `credential_process`. */
const READS = /(^|_)files?$|^(credentials|custom_ca_bundle)$/;

/**
 * Terraform accepts a list of maps for a map at every level. Such lists are refused, because nothing here checks inside
 * one.
 */
function resourceFaults(resource: unknown, providers: readonly string[]): readonly string[] {
  if (Array.isArray(resource)) return ["resource: got a list, expected types"];
  return entries(resource).flatMap(([type, named]) => [
    ...typeFault(type, providers),
    ...(Array.isArray(named) ? [`${type}: got a list, expected names`] : entries(named)).flatMap((each) => {
      if (typeof each === "string") return [each];
      const [name, body] = each;
      if (Array.isArray(body)) return [`${type}.${name}: got a list, expected one declaration`];
      return [...bodyFaults(`${type}.${name}`, body as Fields), ...choiceFaults(`${type}.${name}`, body, providers)];
    }),
  ]);
}

/** Data sources that only return the current identity and location, or a Cloud Run service and who may invoke it. */
const DATA = [
  "aws_caller_identity",
  "aws_partition",
  "aws_region",
  "google_client_config",
  "google_project",
  ...EXISTING_SERVICE_READS,
];

function withPlainData(stack: Fields): Fields {
  const { data } = stack;
  return data === undefined
    ? stack
    : { ...stack, data: withoutKnownChecks(data as Parameters<typeof withoutKnownChecks>[0]) };
}

function backendFaults(name: string, settings: unknown): readonly string[] {
  if (!["s3", "local"].includes(name))
    return [`terraform.backend.${name}: a backend that no stack of this program has`];
  return fileSettings(settings, `terraform.backend.${name}`);
}

function settingFaults(name: string, bodies: unknown, providers: readonly string[]): readonly string[] {
  if (!providers.includes(name)) return [`provider.${name}: a provider that no stack of this program has`];
  return [bodies].flat().flatMap((body) => fileSettings(body, `provider.${name}`));
}

function fileSettings(settings: unknown, at: string): readonly string[] {
  return pathsIn(settings, at)
    .filter((path) => READS.test(path.split(".").at(-1) ?? ""))
    .map((path) => `${path}: it names a file of this machine`);
}

function pathsIn(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, path));
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...entries(value).flatMap(([name, inner]) => pathsIn(inner, `${path}.${name}`))];
}

/** Providers that a stack requires, by their names in it. */
export function requiredBy({ terraform }: Fields): Providers {
  const required = entries((terraform as Fields | undefined)?.required_providers);
  const texts = (it: unknown) => ({ source: String(Object(it).source), version: String(Object(it).version) });
  return Object.fromEntries(required.map(([name, it]) => [name, texts(it)]));
}

/** Providers that a stack requires but may not use. */
export function providerFaults(stack: Fields, own: OwnProviders): readonly string[] {
  return Object.entries(requiredBy(stack)).flatMap(([name, required]) => {
    const known = Object.hasOwn(PROVIDERS, name) && !Object.hasOwn(own.named, name) ? PROVIDERS[name] : undefined;
    if (known === undefined) return ownProviderFault(name, required, own) ?? [];
    const { source, version } = required;
    if (known.version === version && [name, known.source].includes(source)) return [];
    return `terraform.required_providers.${name}: got ${source} ${version}, expected ${known.source} ${known.version}`;
  });
}

function typeFault(type: string, providers: readonly string[]): readonly string[] {
  // Terraform finds a type's provider in the same way.
  const [provider = ""] = type.split("_");
  return providers.includes(provider) ? [] : [`${type}: a type of another provider, which can run or read anything`];
}

/** Faults of an argument `provider`. It overrides the type's provider, and Terraform would install an unlisted one. */
function choiceFaults(at: string, body: unknown, providers: readonly string[]): readonly string[] {
  const { provider } = (body ?? {}) as { readonly provider?: unknown };
  const isKnown = provider === undefined || providers.includes(String(provider).split(".")[0] ?? "");
  return isKnown
    ? []
    : [`${at}.provider: got ${JSON.stringify(provider)}, expected a provider that the stack requires`];
}

function bodyFaults(at: string, body: Fields): readonly string[] {
  const runs = ["provisioner", "connection"].filter((key) => body[key] !== undefined);
  const files = FILES.filter(
    (name) => typeof body[name] === "string" && !/^assets\/(?!.*\.\.)[\w./-]+$/.test(String(body[name])),
  );
  return [
    ...runs.map((key) => `${at}.${key}: it runs a program`),
    ...files.map((name) => `${at}.${name}: got ${JSON.stringify(body[name])}, expected a file below assets/`),
  ];
}

/** Whether a stack contains the target of a reference: a resource, a data source, or a value that it computes. */
function isReferable(address: string, { resource, data }: Fields): boolean {
  const [type = "", name = ""] = address.split(".");
  if (type === "data") return (data as Fields | undefined)?.[name] !== undefined;
  return (
    ["local", "var"].includes(type) || (resource as Readonly<Record<string, Fields>>)?.[type]?.[name] !== undefined
  );
}

function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return Object.entries((value ?? {}) as Fields);
}

/** Files of Terraform and cdktf next to a stack that Terraform does not read as configuration. */
const OF_TERRAFORM = [".terraform", ".terraform.lock.hcl", "errored.tfstate", "plan"];

/**
 * Refuses a stack folder that holds anything but this synthesis's output. Terraform reads every file next to the stack,
 * including overrides and provisioners. Git ignores the folder, so no review shows these files.
 *
 * @param folder `cdktf.out/stacks/<environment>`
 * @param stack the stack that was synthesized into the folder
 */
export function assertOnlySynthesized(environment: string, folder: string, stack: StackJson): void {
  refuse(environment, trackedOutputs(), "is committed although git ignores its folder");
  const found = readdirSync(folder, { withFileTypes: true });
  const unexpected = found.filter(
    (entry) => entry.isSymbolicLink() || !["cdk.tf.json", "assets", ...OF_TERRAFORM].includes(entry.name),
  );
  const archives = new Map(
    resourcesOf(stack, "aws_lambda_function").map(({ attributes }) => [
      String(attributes.filename),
      String(attributes.source_code_hash),
    ]),
  );
  const own = ownAssets(folder);
  const others = found
    .filter(({ name }) => name === "assets")
    .flatMap(() => readdirSync(join(folder, "assets"), { withFileTypes: true, recursive: true }))
    .filter((entry) => !entry.isDirectory())
    .filter((entry) => {
      const path = shownPath(pathOf(entry), folder);
      return !own.has(path) && !isArchive(entry, archives.get(path));
    });
  refuse(
    environment,
    [...unexpected, ...others].map((entry) => shownPath(pathOf(entry))),
    "is not what this synthesis wrote",
  );
}

function pathOf({ parentPath, name }: Dirent): string {
  return join(parentPath, name);
}

function isArchive(entry: Dirent, hash: string | undefined): boolean {
  return (
    entry.isFile() &&
    createHash("sha256")
      .update(readFileSync(pathOf(entry)))
      .digest("base64") === hash
  );
}

function refuse(environment: string, paths: readonly string[], fault: string): void {
  const end = `${environment}: Terraform was not run\n    look at it, remove it, and try again`;
  assertNone(
    paths.map((path) => `${path} ${fault}`),
    end,
  );
}
