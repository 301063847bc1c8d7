import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App, TerraformStack } from "cdktf";
import { reviewText } from "../../cli/synthesis/review-text";
import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import type { Intent } from "../../intent/model/intent";
import type { Sources } from "../../stacks/shared/sources";
import { oncePerWorker } from "./once-per-worker";
import { intentOf } from "./shop";

/**
 * Stand-ins for the bundled functions, because a stack needs only a file and its hash. Archives are written here too.
 * Tests that run the real functions use `functionsFolder`.
 */
export const BUILD = mkdtempSync(join(tmpdir(), "front-door-build-"));
for (const name of ["authorizer", "rotate-client-secret"]) {
  writeFileSync(join(BUILD, `${name}.mjs`), `export const handler = "${name}";\n`);
}

type Resource = Readonly<Record<string, unknown>>;

/** The synthesized JSON of a stack, with the lookups that tests need. */
export class Synthesized {
  // biome-ignore lint/suspicious/noExplicitAny: JSON, whose shape is what the tests assert
  constructor(readonly json: any) {}

  /** Returns the resource with this address, without cdktf's metadata. Fails if there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  resource(type: string, name: string): any {
    const found = this.json.resource?.[type]?.[name];
    if (found === undefined) throw new Error(`no ${type}.${name} among ${this.addresses().join(", ")}`);
    const { "//": _, ...rest } = found;
    return rest;
  }

  all(type: string): Readonly<Record<string, Resource>> {
    return this.json.resource?.[type] ?? {};
  }

  addresses(): string[] {
    return Object.entries(this.json.resource ?? {})
      .flatMap(([type, named]) => Object.keys(named as Resource).map((name) => `${type}.${name}`))
      .sort();
  }
}

/** Returns the stack of an intent as JSON; made once per worker. */
export function stackOf(intent: Intent): Synthesized {
  return new Synthesized(oncePerWorker(`stack ${JSON.stringify(intent)}`, () => jsonOf(intent, BUILD)));
}

/** The same, with its archives in the caller's folder, which has the functions' bundles. */
export function stackWithArchives(intent: Intent, buildFolder: string): Synthesized {
  return new Synthesized(jsonOf(intent, buildFolder));
}

function jsonOf(intent: Intent, buildFolder: string): unknown {
  const { EnvironmentStack } =
    require("../../stacks/environment-stack") as typeof import("../../stacks/environment-stack");
  return synthesized((app) => new EnvironmentStack(app, intent.environment, { intent, buildFolder }));
}

/** Where the resources of the intent's stack come from. */
export function sourcesOf(intent: Intent): Sources {
  const { EnvironmentStack } =
    require("../../stacks/environment-stack") as typeof import("../../stacks/environment-stack");
  const { Testing } = require("cdktf") as typeof import("cdktf");
  return new EnvironmentStack(Testing.app(), intent.environment, { intent, buildFolder: BUILD }).sources;
}

/** The dev environment's stack, with parts of its intent replaced. */
export function devStack(changes: Partial<Intent> = {}): Synthesized {
  return stackOf({ ...intentOf("dev"), ...changes });
}

/**
 * Returns what these constructs declare in their own stack, which takes much less time to resolve than a whole
 * environment.
 */
export function declaredBy(declare: (stack: TerraformStack) => void): Synthesized {
  const { AddressedStack } = require("../../stacks/addressed-stack") as typeof import("../../stacks/addressed-stack");
  return new Synthesized(
    synthesized((app) => {
      const stack = new AddressedStack(app, "part");
      declare(stack);
      return stack;
    }),
  );
}

/** The stack of a bootstrap, as JSON. */
export function bootstrapStackOf(bootstrap: BootstrapIntent): Synthesized {
  const { BootstrapStack } = require("../../stacks/front-door") as typeof import("../../stacks/front-door");
  return new Synthesized(synthesized((app) => new BootstrapStack(app, bootstrap)));
}

/**
 * Loads the sources only when needed: most test files find their stacks already made by another file of their worker.
 */
function synthesized(declare: (app: App) => TerraformStack): unknown {
  const { Testing } = require("cdktf") as typeof import("cdktf");
  const { terraformOf } = require("./resolved-stack") as typeof import("./resolved-stack");
  return JSON.parse(reviewText(terraformOf(declare(Testing.app()))));
}

/** A policy document inside a resource, parsed. */
// biome-ignore lint/suspicious/noExplicitAny: JSON, whose shape is what the tests assert
export function statements(policy: string): any[] {
  return JSON.parse(policy).Statement;
}
