import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { App } from "cdktf";
import { unzipSync } from "fflate";
import { ENVOY_POLICY_FILE } from "../../../contract/envoy/policy";
import { type AuthorizerPolicy, POLICY_FILE } from "../../../contract/policy-file";
import { ROTATION_ARCHIVE } from "../../../contract/rotation";
import { loadIntents } from "../../../intent/load";
import type { Intent } from "../../../intent/model/intent";
import { placesOf } from "../../../intent/schema/places";
import { accessLedger } from "../../../packages/terraform-access-review/access/ledger";
import { isDecidedByFunctions } from "../../../packages/terraform-access-review/model/state";
import { isReferenceTo, soleReference } from "../../../packages/terraform-access-review/terraform-json/references";
import type { StackJson } from "../../../packages/terraform-access-review/terraform-json/stack-json";
import { policyText } from "../../../stacks/aws/authorizer-functions";
import { envoyPolicy } from "../../../stacks/envoy-policy";
import { declareEnvironment, ExtensionError } from "../../../stacks/front-door";
import { findingsOf, objection, type PlaceOf, PolicyAspect } from "../../../stacks/policy/enforce";
import { policyFileRules } from "../../../stacks/policy/policies";
import type { PolicyRule } from "../../../stacks/policy/rule";
import { literal } from "../../../stacks/shared/literal";
import type { Sources } from "../../../stacks/shared/sources";
import { faultOf } from "../../expectations/assert";
import { breaches } from "../../expectations/ledger";
import { assertNone, type CommandError, projectError } from "../../process/command-error";
import { CONFIG, OUT, SYNTHESIZED } from "../../process/project";
import { withScratchFolder } from "../../process/scratch-folder";
import { inDraft } from "../../synthesis/draft";
import { readIntents, refusalText } from "../../synthesis/intents";
import { placedInMain, readMain } from "../../synthesis/main";
import { envoyFiles, reviewText } from "../../synthesis/review-text";
import { inWords, placesBy } from "../../synthesis/sources";
import { extensionFault, withoutTokenTraces } from "../../synthesis/synthesis";
import { isOwnAsset, ownAssets } from "../../terraform/assets";
import { ownProviders } from "../../terraform/own-providers";
import { ARCHIVE, PATHS, stackFaults, type UntrustedJson } from "./stack-faults";

/** Maximum size of a file, in bytes: larger than any stack within the quotas, and small enough for a runner. */
const MOST_BYTES = 20 * 1024 * 1024;

/**
 * Checks a branch's synthesized files with this checkout's code and synthesis, and puts them where a plan finds them.
 * Writes only checked content: the stack is serialized again, so Terraform reads exactly what was checked. The base
 * branch determines whether functions decide, and so which files must exist. An artefact cannot choose its own checks.
 */
export function adopt(environment: string, artefact: string): void {
  try {
    adoptFiles(environment, artefact);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw projectError(
      `${environment}: a value of the artefact is nested too deeply to be checked, so this may not be planned with credentials`,
      "no synthesis of this program nests like this; synthesize again",
    );
  }
}

function adoptFiles(environment: string, artefact: string): void {
  const base = json(trusted(environment), `the base branch's ${PATHS.review(environment)}`);
  const found = isDecidedByFunctions(base)
    ? { archive: read(artefact, PATHS.archive(environment)), policy: read(artefact, PATHS.policy(environment)) }
    : undefined;
  const rotation = ifThere(artefact, PATHS.rotation(environment));
  const own = ownAssets(join(artefact, PATHS.folder(environment)));
  for (const [path, { length }] of own) assertFits(join(artefact, PATHS.folder(environment), path), length);
  const enforced = ifThere(artefact, PATHS.envoy(environment));
  const [stack, review] = [PATHS.stack, PATHS.review].map((path) => read(artefact, path(environment))) as [
    Buffer,
    Buffer,
  ];
  const parsed = json(stack, PATHS.stack(environment));
  const policy = found && json(found.policy, "the artefact's authorizer-policy.json");
  const handshake = handshakeFaults(parsed, base);
  const envoy = handshake.length === 0 ? envoyTexts(parsed, environment) : { files: {}, faults: [] };
  const faults = [
    ...stackFaults(
      parsed,
      base,
      {
        ...(found && { [ARCHIVE]: hashOf(found.archive) }),
        ...(rotation && { [ROTATION_ARCHIVE]: hashOf(rotation) }),
        ...Object.fromEntries([...own].map(([path, bytes]) => [path, hashOf(bytes)])),
      },
      ownProviders(),
    ),
    ...(rotation ? rotationFaults(parsed, rotation) : []),
    ...withConfig(artefact, (config) =>
      ruleFaults(environment, { stack: parsed, policy, envoy: enforced?.toString("utf8"), config }),
    ),
    ...handshake,
    ...envoy.faults,
    ...unexpectedFiles(artefact, environment, [
      PATHS.stack(environment),
      PATHS.review(environment),
      PATHS.ledger(environment),
      PATHS.sources(environment),
      ...(found ? [PATHS.archive(environment), PATHS.policy(environment)] : []),
      ...(rotation ? [PATHS.rotation(environment)] : []),
      ...(enforced ? [PATHS.envoy(environment)] : []),
      ...Object.keys(envoy.files),
      ...[...own.keys()].map((path) => `${PATHS.folder(environment)}/${path}`),
    ]),
    ...(review.toString("utf8") === reviewText(parsed)
      ? []
      : [otherThanReviewed(PATHS.review(environment), environment)]),
    ...Object.entries(envoy.files)
      .filter(([path, text]) => read(artefact, path).toString("utf8") !== text)
      .map(([path]) => otherThanReviewed(path, environment)),
    ...(found ? policyFaults(found, environment) : []),
  ];
  assertNone(faults, `${environment}: this may not be planned with credentials (${faults.length} findings)`);
  const checked = `${JSON.stringify(parsed, null, 2)}\n`;
  const folder = join(OUT, "stacks", environment);
  rmSync(folder, { recursive: true, force: true });
  write(join(folder, "cdk.tf.json"), checked);
  write(join(SYNTHESIZED, environment, "main.tf.json"), review);
  if (found) {
    write(join(folder, ARCHIVE), found.archive);
    write(join(SYNTHESIZED, environment, POLICY_FILE), found.policy);
  }
  if (enforced) write(join(SYNTHESIZED, environment, ENVOY_POLICY_FILE), enforced);
  if (rotation) write(join(folder, ROTATION_ARCHIVE), rotation);
  for (const [path, bytes] of own) write(join(folder, path), bytes);
  console.log(`${environment}: checked, and written to cdktf.out/stacks/${environment} and synthesized/${environment}`);
}

/** The files that a config can consist of: its own, trust stores, and OpenAPI documents in folders of any depth. */
const CONFIG_FILE = /^config\/([\w.-]+\/)*[\w.-]+\.(ya?ml|json|pem)$/;

/** Calls back with a folder that holds only the branch's config, with every file checked. */
function withConfig<T>(artefact: string, work: (config: string) => T): T {
  return withScratchFolder("adopt", (folder) => {
    const files = filesBelow(artefact, "config").filter((file) => CONFIG_FILE.test(file));
    for (const file of files) write(join(folder, file), read(artefact, file));
    return work(join(folder, "config"));
  });
}

/** The code of an environment's functions, and the policy that people review. */
interface Functions {
  readonly archive: Buffer;
  readonly policy: Buffer;
}

/** A file that not every artefact has: the code that rotates clients' secrets, or Envoy's policy. */
function ifThere(artefact: string, path: string): Buffer | undefined {
  return lstatSync(join(artefact, path), { throwIfNoEntry: false }) && read(artefact, path);
}

function rotationFaults({ resource }: UntrustedJson, archive: Buffer): readonly string[] {
  const functions = Object.values<UntrustedJson>(resource?.aws_lambda_function ?? {});
  if (!functions.some((each) => each?.filename === ROTATION_ARCHIVE)) {
    return [`${ROTATION_ARCHIVE}: a file that no function of the stack uses`];
  }
  try {
    if (isDeepStrictEqual(Object.keys(unzipSync(archive)), ["index.mjs"])) return [];
    return [`${ROTATION_ARCHIVE}: other files than the function`];
  } catch (error) {
    return [`${ROTATION_ARCHIVE}: cannot be read: ${(error as Error).message}`];
  }
}

function hashOf(archive: Uint8Array): string {
  return createHash("sha256").update(archive).digest("base64");
}

function otherThanReviewed(path: string, environment: string): string {
  return `${path}: differs from ${PATHS.stack(environment)}, so the review does not show what would be planned`;
}

interface EnvoyTexts {
  /** The files that show Envoy's configurations, by path, as this checkout writes them. */
  readonly files: Readonly<Record<string, string>>;
  readonly faults: readonly string[];
}

function envoyTexts(stack: UntrustedJson, environment: string): EnvoyTexts {
  try {
    const files = Object.entries(envoyFiles(stack));
    return {
      files: Object.fromEntries(files.map(([name, text]) => [`synthesized/${environment}/${name}`, text])),
      faults: [],
    };
  } catch (error) {
    const fault = `holds an Envoy configuration that cannot be read: ${(error as Error).message}`;
    return { files: {}, faults: [`${PATHS.stack(environment)}: ${fault}`] };
  }
}

/** No other file may lie next to the stack, because Terraform reads every `*.tf`, override and lock file there. */
function unexpectedFiles(artefact: string, environment: string, known: readonly string[]): readonly string[] {
  return ["cdktf.out/stacks", "synthesized"].flatMap((parent) =>
    filesBelow(artefact, `${parent}/${environment}`)
      .filter((file) => !known.includes(file))
      .map((file) => `${file}: a file that no synthesis writes`),
  );
}

function filesBelow(root: string, folder: string): readonly string[] {
  if (!lstatSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory()) {
    throw refused(join(root, folder), "is not a folder of the artefact; the job that synthesizes uploads it");
  }
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(root, path) : [path];
  });
}

function policyFaults({ archive, policy }: Functions, environment: string): readonly string[] {
  try {
    const files = unzipSync(archive);
    if (!isDeepStrictEqual(Object.keys(files).sort(), [POLICY_FILE, "index.mjs"])) {
      return [`${ARCHIVE}: other files than the function and its policy`];
    }
    if (policy.equals(Buffer.from(files[POLICY_FILE] ?? []))) return [];
    return [
      `${PATHS.policy(environment)}: differs from the policy in ${ARCHIVE}, so the review does not show what would be deployed`,
    ];
  } catch (error) {
    return [`${ARCHIVE}: cannot be read: ${(error as Error).message}`];
  }
}

/** Reads a regular file of acceptable size. Throws for a link that leads out of the artefact. */
function read(artefact: string, file: string): Buffer {
  const path = join(artefact, file);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw refused(path, "is not in the artefact; the job that synthesizes uploads it");
  const isWithin = realpathSync(path) === join(realpathSync(artefact), file);
  if (!found.isFile() || !isWithin) throw refused(path, "is not a regular file of the artefact");
  assertFits(path, found.size);
  return readFileSync(path);
}

function assertFits(path: string, size: number): void {
  if (size > MOST_BYTES) throw refused(path, `has ${size} bytes, expected at most ${MOST_BYTES}`);
}

function trusted(environment: string): Buffer {
  const path = join(SYNTHESIZED, environment, "main.tf.json");
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
    throw projectError(
      `the base branch has no environment ${environment}: so its artefact cannot be checked`,
      "bootstrap a new environment first; the deploy after the merge makes its first plan",
    );
  }
  return readFileSync(path);
}

function json(bytes: Buffer, what: string): UntrustedJson {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw projectError(`${what}: is not JSON: ${(error as Error).message}`);
  }
}

function refused(path: string, why: string): CommandError {
  return projectError(`${path} ${why}`);
}

function write(path: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

/** Types that only deciding functions need. In the other handshake, unchecked code could use them to decide calls. */
const OF_FUNCTIONS =
  /^aws_(lambda_(?!event_source_mapping$|layer_version$)|api_gateway_)|^google_iam_workload_identity_pool/;

/**
 * Why a stack does not use the base branch's handshake. The handshake determines which files are checked, so a branch
 * may not change it. The other handshake's checks would not find half of their files.
 */
function handshakeFaults(stack: UntrustedJson, base: UntrustedJson): readonly string[] {
  const byFunctions = isDecidedByFunctions(base);
  const resource: UntrustedJson = stack?.resource ?? {};
  const functions = Object.keys(resource.aws_lambda_function ?? {})
    .filter((name) => !decidesNothing(resource, name, base))
    .sort()
    .join(" and ");
  if (!byFunctions) {
    return [
      ...Object.keys(resource)
        .filter((type) => OF_FUNCTIONS.test(type) && !decideNothing(resource, type, base))
        .map((type) => `resource.${type}: is not allowed where no function decides; ${OTHER}`),
      ...authorizersOf(resource, (type) => type !== "JWT"),
    ];
  }
  return [
    ...(functions === "callers and public"
      ? []
      : [`resource.aws_lambda_function: got ${functions || "none"}, expected callers and public; ${OTHER}`]),
    ...authorizersOf(resource, (type) => type !== "REQUEST"),
  ];
}

/**
 * Whether a function decides no calls. It rotates secrets, and its hash is checked with the others, or `main.ts` of the base
 * branch declares it with code of its own.
 */
function decidesNothing({ aws_lambda_function }: UntrustedJson, name: string, base: UntrustedJson): boolean {
  const filename = aws_lambda_function?.[name]?.filename;
  if (filename === ROTATION_ARCHIVE) return true;
  return isOwnAsset(filename) && isOwnAsset(base.resource?.aws_lambda_function?.[name]?.filename);
}

/** Whether all of a type's resources are functions that decide nothing, or permissions to call these. */
function decideNothing(resource: UntrustedJson, type: string, base: UntrustedJson): boolean {
  const named = Object.entries<UntrustedJson>(resource[type] ?? {});
  if (type === "aws_lambda_function") return named.every(([name]) => decidesNothing(resource, name, base));
  if (type !== "aws_lambda_permission") return false;
  return named.every(([, attributes]) => {
    const name = attributes?.function_name;
    return (
      isReferenceTo(name, "aws_lambda_function.function_name") &&
      decidesNothing(resource, soleReference(name)?.name ?? "", base)
    );
  });
}

const OTHER = "a change of the handshake must be planned by an authorized person, or by the deploy after its merge";

function authorizersOf(resource: UntrustedJson, isOther: (type: unknown) => boolean): readonly string[] {
  return Object.entries<UntrustedJson>(resource.aws_apigatewayv2_authorizer ?? {})
    .map(([name, attributes]) => ({ name, type: attributes?.authorizer_type }))
    .filter(({ type }) => isOther(type))
    .map(
      ({ name, type }) =>
        `aws_apigatewayv2_authorizer.${name}.authorizer_type: ${JSON.stringify(type)} is not of the base branch's handshake; ${OTHER}`,
    );
}

/** A branch's own files, which no person has reviewed. */
interface Untrusted {
  readonly stack: StackJson;
  /** The policy that the functions carry; undefined if no function decides. */
  readonly policy: AuthorizerPolicy | undefined;
  /** Text of the file with Envoy's policy; undefined if there is none. */
  readonly envoy: string | undefined;
  /** Folder with the branch's config. */
  readonly config: string;
}

/**
 * Findings of this checkout's policy rules and expectations in a branch's stack, given the branch's config. If a branch
 * deleted or weakened a rule or an expectation, the original still counts, and its names must fit the branch's config. Only
 * allowances of this checkout's config count.
 */
function ruleFaults(environment: string, { stack, policy, envoy, config }: Untrusted): readonly string[] {
  const intent = intentOf(environment, config);
  const here = readIntents().find((each) => each.environment === environment);
  const { rules: own, sources } = declaredHere(intent);
  const rules = [...own, ...rulesOn(policy, intent)];
  const placeOf = placesBy(sources, () => placesOf(config, environment));
  const expected = envoyPolicy(intent);
  try {
    return [
      ...twinFaults(environment, here, intent),
      ...envoyFileFaults(PATHS.envoy(environment), envoy, expected && policyText(expected)),
      ...messagesOf(rules, stack, here?.allowances ?? [], (address) => inWords(placeOf(address))),
      ...breaches(intent.expectations, intent, stack, accessLedger(stack, policy, expected), here).map(
        (breach) => `${faultOf(breach, intent)}\n    ${REMEDY}`,
      ),
    ];
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return [`cdk.tf.json: policy rules cannot read it: ${error.message}`];
  }
}

/** What the base branch states for the primary counts for a twin, and some of what it states for others does not. */
function twinFaults(environment: string, here: Intent | undefined, there: Intent): readonly string[] {
  if (here === undefined || here.twinOf === there.twinOf) return [];
  const [expected, got] = [here, there].map(({ twinOf }) => (twinOf === undefined ? "no twinOf" : `twinOf: ${twinOf}`));
  return [`config/${environment}.yaml: got ${got}, expected ${expected}, as on the base branch\n    ${REMEDY}`];
}

/** A review would not read Envoy by another file, so only the one that this checkout writes for the config may be there. */
function envoyFileFaults(path: string, found: string | undefined, expected: string | undefined): readonly string[] {
  if (found === expected) return [];
  const what = expected === undefined ? "a file that no synthesis writes" : "differs from what the config gives";
  return [
    found === undefined ? `${path}: is missing, and Envoy's access cannot be reviewed without it` : `${path}: ${what}`,
  ];
}

/** This checkout's rules, including those of its main.ts, and where its resources come from, for the branch's config. */
function declaredHere(intent: Intent): { readonly rules: readonly PolicyRule[]; readonly sources: Sources } {
  try {
    return inDraft((draft) =>
      withoutTokenTraces(() => {
        const app = new App({ outdir: draft.out });
        const stack = declareEnvironment(app, intent, draft.functions, readMain());
        return { rules: PolicyAspect.of(stack).rules, sources: placedInMain(stack.sources) };
      }),
    );
  } catch (error) {
    if (!(error instanceof ExtensionError)) throw error;
    throw projectError(
      extensionFault(error).message,
      "the base branch's main.ts cannot extend what the branch's config declares: plan it after the merge",
    );
  }
}

/** The functions will decide by the branch's own policy, whatever this checkout makes of the config. */
function rulesOn(policy: AuthorizerPolicy | undefined, intent: Intent): readonly PolicyRule[] {
  return policy === undefined ? [] : policyFileRules(literal(intent), policy);
}

function messagesOf(
  rules: readonly PolicyRule[],
  stack: StackJson,
  allowed: Intent["allowances"],
  placeOf: PlaceOf,
): readonly string[] {
  return [...new Set(findingsOf(rules, stack, allowed).map((finding) => objection(finding, placeOf, REMEDY)))];
}

const REMEDY =
  "the rules, allowances and expectations of the base branch apply; fix the declaration, or have the change planned by an " +
  "authorized person, or by the deploy after its merge";

function intentOf(environment: string, config: string): Intent {
  const loaded = loadIntents(config, CONFIG);
  if (!loaded.ok) {
    throw projectError(
      `${refusalText(loaded)}\nthe base branch cannot accept the branch's config/\n` +
        "    a key that the branch itself adds is known only after its merge; the expectations are those of the base branch: " +
        "merge another statement first",
    );
  }
  const intent = loaded.intents.find((each) => each.environment === environment);
  if (intent !== undefined) return intent;
  throw projectError(`config/ of the artefact has no environment ${environment}`);
}
