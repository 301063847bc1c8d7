import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { placesOf } from "../../intent/schema/places";
import {
  httpRoutes,
  isPreflight,
  restMethods,
} from "../../packages/terraform-access-review/terraform-json/gateway-routes";
import { iamStatements } from "../../packages/terraform-access-review/terraform-json/iam-statements";
import { resourcesOf, type StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { projectError } from "../process/command-error";
import { trackedThoughIgnored } from "../process/git";
import { CONFIG, OUT, ROOT, SYNTHESIZED } from "../process/project";
import { isDraftOfRunning, isFresh, writeWhole } from "../process/write-files";
import { type Draft, exclusively, inDraft, moveStacks } from "../synthesis/draft";
import { readConfig, select } from "../synthesis/intents";
import type { TerraformJson } from "../synthesis/review-text";
import { type Synthesized, synthesize, synthesizeBootstraps } from "../synthesis/synthesis";
import { staleWorkflows } from "../workflows/workflows";
import { foreignImages, lastDays, uncalledRoutes, unmountedSecrets } from "./warnings";

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
  const { intents, bootstraps, warnings } = readConfig();
  const stacks = bootstraps.map(({ stack }) => stack);
  const environments = names.filter((name) => !stacks.includes(name));
  const chosen = names.length > 0 && environments.length === 0 ? [] : select(intents, environments, stacks);
  const make = (draft: Draft): readonly Done[] => [
    ...synthesize(chosen, draft).map(({ intent, ...each }) => ({
      ...each,
      notes: [
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
    const done = inDraft(make);
    assertFresh(done, goneAfter(done), staleWorkflows(bootstraps));
    return;
  }

  inDraft((draft) => {
    const done = make(draft);
    exclusively(OUT, () => {
      const gone = goneAfter(done);
      for (const path of gone) rmSync(path, { recursive: true });
      moveStacks(draft, OUT, "others stay");
      for (const each of done) report(each, write(each));
      for (const path of gone) console.log(`removed ${relative(ROOT, path)}: nothing generates it now`);
    });
  }, OUT);
}

/** @returns the files that changed */
function write({ name: stack, files }: Done): string[] {
  return Object.entries(files).flatMap(([name, text]) => {
    const path = join(SYNTHESIZED, stack, name);
    if (isFresh(path, text)) return [];
    writeWhole(path, text);
    return [relative(ROOT, path)];
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
    (path) => relative(ROOT, path),
  );
  const faults = [
    ...(wrong.length === 0 ? [] : [`not what the sources give: ${wrong.join(", ")}\n    renew with: npm run synth`]),
    ...(workflows.length === 0
      ? []
      : [`not what config gives: ${workflows.join(", ")}\n    renew with: npm run workflows`]),
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
