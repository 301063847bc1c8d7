import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdktf";
import { withoutTokenTraces } from "../../cli/token-traces";
import type { Intent } from "../../intent/intent";
import { loadIntents } from "../../intent/load";
import { EnvironmentStack } from "../../stacks/environment-stack";

const ROOT = join(__dirname, "..", "..");

/** The bundled functions, which jest's global set-up has made, in a folder of this test file's own: archives land there. */
export const BUILD = mkdtempSync(join(tmpdir(), "front-door-build-"));
for (const name of ["authorizer.mjs", "rotate-client-secret.mjs"])
  cpSync(join(ROOT, ".build", name), join(BUILD, name));
afterAll(() => rmSync(BUILD, { recursive: true }));

type Resource = Readonly<Record<string, unknown>>;

/** The synthesized JSON of a stack, with the question that every test asks of it. */
export class Synthesized {
  // biome-ignore lint/suspicious/noExplicitAny: JSON, whose shape is what the tests assert
  constructor(readonly json: any) {}

  /** The one resource of this address, without cdktf's metadata; fails when there is none. */
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

let intents: readonly Intent[] | undefined;

/** The intent of an environment of this repository's own config, for the test to change as it likes. */
export function intentOf(environment: string): Intent {
  intents ??= ownIntents();
  const intent = intents.find((candidate) => candidate.environment === environment);
  if (intent === undefined) throw new Error(`no environment ${environment}`);
  return structuredClone(intent);
}

function ownIntents(): readonly Intent[] {
  const result = loadIntents(join(ROOT, "config"));
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
  return result.intents;
}

/** The stack of an intent, as JSON. */
export function stackOf(intent: Intent): Synthesized {
  return withoutTokenTraces(() => {
    const stack = new EnvironmentStack(Testing.app(), intent.environment, { intent, buildFolder: BUILD });
    return new Synthesized(JSON.parse(Testing.synth(stack)));
  });
}

/** The dev environment's stack, with parts of its intent replaced. */
export function devStack(changes: Partial<Intent> = {}): Synthesized {
  return stackOf({ ...intentOf("dev"), ...changes });
}

/** A policy document inside a resource, parsed. */
// biome-ignore lint/suspicious/noExplicitAny: JSON, whose shape is what the tests assert
export function statements(policy: string): any[] {
  return JSON.parse(policy).Statement;
}
