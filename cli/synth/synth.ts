import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { policyCallers } from "../../contract/policy-callers";
import { callersThatMeet } from "../../contract/route-access";
import { needsInWords } from "../../contract/scope-need";
import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import type { Intent } from "../../intent/model/intent";
import { placesOf } from "../../intent/schema/places";
import {
  httpRoutes,
  isPreflight,
  restMethods,
} from "../../packages/terraform-access-review/terraform-json/gateway-routes";
import { iamStatements } from "../../packages/terraform-access-review/terraform-json/iam-statements";
import { resourcesOf, type StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { policyIssuers } from "../../stacks/authorizer-policy";
import { AWS_NEEDS } from "../../stacks/bootstrap/aws/permissions";
import { GOOGLE_NEEDS } from "../../stacks/bootstrap/google/permissions";
import type { Locate } from "../list/declared-secret";
import { projectError } from "../process/command-error";
import { trackedThoughIgnored } from "../process/git";
import { CONFIG, OUT, SYNTHESIZED, shownPath } from "../process/project";
import { isDraftOfRunning, isFresh, writeWhole } from "../process/write-files";
import { type Draft, exclusively, inDraft, moveStacks } from "../synthesis/draft";
import { readConfig, select } from "../synthesis/intents";
import { leftOutTables } from "../synthesis/left-out";
import { hasRowReaders } from "../synthesis/main";
import type { TerraformJson } from "../synthesis/review-text";
import { type Synthesized, synthesize, synthesizeBootstraps } from "../synthesis/synthesis";
import { keepTree } from "../synthesis/tree";
import { staleWorkflows } from "../workflows/workflows";

/** Options of the command. Its help describes each of them. */
export interface SynthOptions {
  readonly check?: boolean;
}

interface Done extends Synthesized {
  /** Further warnings and notes for a person. */
  readonly notes: readonly string[];
}

/**
 * `npm run synth [-- env…]`: turns config into Terraform, for these environments, for `bootstrap-<env>`, or for all.
 */
export function synth(names: readonly string[], options: SynthOptions): void {
  const config = readConfig();
  const { intents, bootstraps, warnings, leftOut } = config;
  for (const line of leftOutTables(leftOut)) console.log(line);
  const stacks = bootstraps.map(({ stack }) => stack);
  const environments = names.filter((name) => !stacks.includes(name));
  const chosen = names.length > 0 && environments.length === 0 ? [] : select(intents, environments, stacks);
  const make = (draft: Draft): readonly Done[] => [
    ...synthesize(chosen, draft).map(({ intent, ...each }) => ({
      ...each,
      notes: [
        ...bootstraps
          .filter(({ environment }) => environment === intent.environment)
          .flatMap((bootstrap) => deployGaps(bootstrap, each)),
        ...(warnings.get(intent.environment) ?? []),
        ...unmountedSecrets(intent),
        ...uncalledRoutes(intent, placesOf(CONFIG, intent.environment).at),
        ...lastDays(intent),
      ],
    })),
    ...synthesizeBootstraps(
      bootstraps.filter(({ stack }) => names.length === 0 || names.includes(stack)),
      draft,
    ).map(({ bootstrap, ...each }) => ({ ...each, notes: foreignImages(bootstrap) })),
  ];
  const goneAfter = (done: readonly Done[]) => [
    ...(names.length > 0 ? [] : leftOvers([...intents.map(({ environment }) => environment), ...stacks])),
    ...done.flatMap(formerFiles),
  ];
  if (options.check) {
    inDraft((draft) => {
      const done = make(draft);
      assertFresh(done, goneAfter(done), staleWorkflows(bootstraps));
      keepTree(config, done, hasRowReaders());
    });
    return;
  }

  inDraft((draft) => {
    const done = make(draft);
    exclusively(OUT, () => {
      const gone = goneAfter(done);
      for (const path of gone) rmSync(path, { recursive: true });
      moveStacks(draft, OUT, "others stay");
      for (const each of done) report(each, write(each));
      for (const path of gone) console.log(`removed ${shownPath(path)}: nothing generates it now`);
      keepTree(config, done, hasRowReaders());
    });
  }, OUT);
}

/** @returns the files that changed */
function write({ name: stack, files }: Done): string[] {
  return Object.entries(files).flatMap(([name, text]) => {
    const path = join(SYNTHESIZED, stack, name);
    if (isFresh(path, text)) return [];
    writeWhole(path, text);
    return [shownPath(path)];
  });
}

function report({ name, stack, milliseconds, notes }: Done, written: readonly string[]): void {
  const { aws, google, routes, grants } = summarize(stack);
  console.log(
    `${name}: ${aws} resources in AWS, ${google} in Google; ${routes} routes, ${grants} grants; ${milliseconds} ms` +
      (written.length === 0 ? "; unchanged" : ""),
  );
  if (written.length > 0) console.log(`    wrote ${written.join(", ")}`);
  for (const note of notes) console.log(`    ${note}`);
}

/** Folders of stacks that are no longer in the config. */
function leftOvers(stacks: readonly string[]): string[] {
  return [SYNTHESIZED, join(OUT, "stacks")]
    .filter((parent) => existsSync(parent))
    .flatMap((parent) => readdirSync(parent).map((name) => ({ name, folder: join(parent, name) })))
    .filter(({ name }) => !stacks.includes(name))
    .map(({ folder }) => folder);
}

/** Files that a stack no longer has, such as the policy without functions. */
function formerFiles({ name: stack, files }: Done): string[] {
  const folder = join(SYNTHESIZED, stack);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => !Object.hasOwn(files, name))
    .map((name) => join(folder, name));
}

function assertFresh(done: readonly Done[], gone: readonly string[], workflows: readonly string[]): void {
  const tracked = trackedThoughIgnored();
  if (tracked.length > 0) {
    throw projectError(
      `committed although git ignores it: ${tracked.join(", ")}`,
      "remove it from git (git rm --cached <file>), or from .gitignore",
    );
  }
  const stale = done.flatMap(({ name: stack, files }) =>
    Object.entries(files)
      .map(([name, text]) => ({ path: join(SYNTHESIZED, stack, name), text }))
      .filter(({ path, text }) => !isFresh(path, text))
      .map(({ path }) => path),
  );
  const wrong = [...stale, ...gone.filter((path) => path.startsWith(SYNTHESIZED) && !isDraftOfRunning(path))].map(
    (path) => shownPath(path),
  );
  const faults = [
    ...(wrong.length === 0 ? [] : [`not what the sources give: ${wrong.join(", ")}\n    renew with: npm run synth`]),
    ...(workflows.length === 0
      ? []
      : [`not what config gives: ${workflows.join(", ")}\n    renew with: npx front-door workflows`]),
  ];
  if (faults.length > 0) throw projectError(faults.join("\n"));
}

/** The contents of one environment's stack, in numbers. */
interface Summary {
  readonly aws: number;
  readonly google: number;
  readonly routes: number;
  /** Members of Google IAM bindings, and statements of AWS policies that grant something. */
  readonly grants: number;
}

export function summarize(declared: TerraformJson): Summary {
  const stack = { provider: {}, resource: {}, ...declared } as StackJson;
  const members = resourcesOf(stack, /./).flatMap(({ attributes }) => [attributes.members ?? []].flat());
  return {
    aws: resourcesOf(stack, /^aws_/).length,
    google: resourcesOf(stack, /^google_/).length,
    // A preflight is not a route: the gateway answers it itself.
    routes: httpRoutes(stack).length + restMethods(stack).filter((each) => !isPreflight(each)).length,
    grants: members.length + iamStatements(stack).filter(({ Effect }) => Effect === "Allow").length,
  };
}

/**
 * One line each: every authority of callers' certificates and its last day, soon or not, because a synthesis has no
 * clock.
 */
export function lastDays({ gateway }: Intent): readonly string[] {
  return (gateway.mutualTls?.certificates ?? []).map(
    ({ subject, expires }) => `gateway.mutualTls trusts ${subject} until ${expires}, its last day in UTC`,
  );
}

/** One line each, with its place in the config: scoped routes that no declared caller has a scope for. */
export function uncalledRoutes(intent: Intent, locate: Locate): readonly string[] {
  const callers = policyCallers({ issuers: policyIssuers(intent) });
  return intent.services.flatMap(({ key: service, routes }) =>
    routes.flatMap(({ key, written, access }) => {
      if (access.kind === "public" || callersThatMeet(access, callers).length > 0) return [];
      const place = locate(["services", service, "routes", written]);
      const claims = Object.values(access.where ?? {}).map(({ claim }) => ` and the claim ${claim}`);
      const missing = `${needsInWords(access.scopes)}${claims.join("")}`;
      return [`warning: ${place ?? service}: no caller can call ${key}: no client has ${missing}`];
    }),
  );
}

/**
 * What the identities of the pipeline may not do with resources of `main.ts`: a line for each, behind one that says what to
 * do.
 */
function deployGaps(bootstrap: BootstrapIntent, { stack, sources = new Map() }: Synthesized): readonly string[] {
  const whole = { provider: {}, resource: {}, ...stack } as StackJson;
  const missing = notPermitted(whole, bootstrap, (address) => sources.get(address)?.own !== undefined);
  if (missing.length === 0) return [];
  return [
    `warning: the pipeline has no permissions for ${missing.length === 1 ? "1 resource" : `${missing.length} resources`} of main.ts: ` +
      `add their types to environments.${bootstrap.environment}.permissions of config/bootstrap.yaml, and apply the bootstrap`,
    ...missing.map(
      ({ address, lacks }) =>
        `    ${sources.get(address)?.own ?? "main.ts"}  ${address}${lacks === undefined ? "" : `: ${lacks}`}`,
    ),
  ];
}

/**
 * One line each: repositories of other projects with images of this environment. Cloud Run refuses an image that its
 * deployer may not read, and only the repository's owner can grant that.
 */
export function foreignImages({ deploy, google }: BootstrapIntent): readonly string[] {
  return google.images.foreign.map(
    ({ project, location, repository }) =>
      `unless its images are public, ${deploy.name}@${google.project}.iam.gserviceaccount.com needs roles/artifactregistry.reader on ` +
      `the repository ${repository} in ${location} of the project ${project}`,
  );
}

/** One line: how many secrets exist and are not mounted yet, and the command that shows how each gets its value. */
export function unmountedSecrets({ environment, services }: Intent): readonly string[] {
  const count = services.flatMap(({ secrets }) => secrets.filter(({ version }) => version === undefined)).length;
  if (count === 0) return [];
  const which = count === 1 ? "1 secret has no version and is" : `${count} secrets have no version and are`;
  return [`${which} not mounted: npm run list -- ${environment}`];
}

/** A resource that the deploy identity may not create because of `main.ts`, and why. */
interface NotPermitted {
  readonly address: string;
  /** The permission that it lacks, and for what. Undefined: all of the type. */
  readonly lacks?: string;
}

/**
 * Resources for which the tables of permissions and `config/bootstrap.yaml` have nothing, sorted by address. A function has a
 * row, but its role may not be passed: the table names the front door's own roles. With a boundary, no role may have another one.
 *
 * @param isOwn whether `main.ts` declares the resource of this address
 */
function notPermitted(
  stack: StackJson,
  { permissions, aws: { boundaryArn } }: BootstrapIntent,
  isOwn: (address: string) => boolean,
): readonly NotPermitted[] {
  const granted = permissions.map(({ type }) => type);
  return resourcesOf(stack, /^(aws|google)_/)
    .flatMap(({ address, type, attributes }): readonly NotPermitted[] => {
      if (type === "aws_iam_role" && boundaryArn !== undefined && attributes.permissions_boundary !== boundaryArn)
        return [{ address, lacks: `iam:CreateRole without the boundary ${boundaryArn}` }];
      if (!isOwn(address) || granted.includes(type)) return [];
      if (!Object.hasOwn(AWS_NEEDS, type) && !Object.hasOwn(GOOGLE_NEEDS, type)) return [{ address }];
      return type === "aws_lambda_function" ? [{ address, lacks: "iam:PassRole on its role" }] : [];
    })
    .sort((one, other) => (one.address < other.address ? -1 : 1));
}
