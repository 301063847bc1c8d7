import { type App, Aspects } from "cdktf";
import type { BootstrapIntent } from "../intent/model/bootstrap-intent";
import type { Intent } from "../intent/model/intent";
import type { StackJson } from "../packages/terraform-access-review/terraform-json/stack-json";
import { BootstrapStack } from "./bootstrap-stack";
import { EnvironmentStack } from "./environment-stack";
import { enableOwnApis } from "./google/own-apis";
import { PolicyAspect } from "./policy/enforce";
import type { PolicyRule } from "./policy/rule";
import { noteCreation } from "./shared/comes-from";

/** What a project adds to its front door: the default export of its `main.ts`. */
export interface FrontDoor {
  /** Adds resources to the stack of one environment, after those declared by config. Policy rules also check them. */
  readonly extend?: (stack: EnvironmentStack) => void;
  /**
   * The project's own policy rules. Like all others, they stop a synthesis, and `adopt` runs those of the base branch.
   */
  readonly rules?: readonly PolicyRule[];
  /** Additional rows of `access.md` and of each review, for project resources that the ledger cannot read. */
  readonly access?: readonly OwnAccess[];
}

/** Reads what the project's own resources grant. It only adds rows: a row NOT READ stays. */
export interface OwnAccess {
  readonly rows: (stack: StackJson) => readonly OwnRow[];
}

/** One line of `access.md`. No text may be empty. */
export interface OwnRow {
  /** The principal: `service orders`. */
  readonly principal: string;
  /** The permission: `read items`. */
  readonly permission: string;
  /** The resource: `table shop-dev-orders`. */
  readonly resource: string;
  /** The condition of the grant. Default: none. */
  readonly condition?: string;
  /** `deny` for a protection, which `access.md` marks with DENY. Losing it counts as broader access. Default: `allow`. */
  readonly effect?: "allow" | "deny";
}

/** Types the default export of `main.ts`. */
export function frontDoor(own: FrontDoor = {}): FrontDoor {
  return own;
}

/** One stack per environment, named after it. */
export function declareStacks(
  app: App,
  intents: readonly Intent[],
  buildFolder: string,
  own: FrontDoor = {},
): readonly EnvironmentStack[] {
  return intents.map((intent) => declareEnvironment(app, intent, buildFolder, own));
}

/** `extend` did something that would have no effect, or threw `cause`. */
export class ExtensionError extends Error {}

/**
 * Declares the stack of one environment, with the project's additions.
 *
 * @throws ExtensionError if `extend` fails, or does something that would silently have no effect
 */
export function declareEnvironment(
  app: App,
  intent: Intent,
  buildFolder: string,
  { extend, rules = [] }: FrontDoor,
): EnvironmentStack {
  const stack = new EnvironmentStack(app, intent.environment, { intent, buildFolder });
  if (extend !== undefined) {
    const declared = new Set(stack.node.findAll());
    extended(stack, extend);
    if (intent.google.ownsProject) enableOwnApis(stack, declared);
  }
  PolicyAspect.of(stack).add(rules);
  return stack;
}

function extended(stack: EnvironmentStack, extend: (stack: EnvironmentStack) => unknown): void {
  const refuse = (what: string) => new ExtensionError(`main.ts, extend (${stack.environment}): ${what}`);
  let result: unknown;
  try {
    result = noteCreation(() => extend(stack));
  } catch (error) {
    throw new ExtensionError(`extend (${stack.environment})`, { cause: error });
  }
  if (result instanceof Promise) throw refuse("got a promise, expected all resources at its return");
  if (stack.isResolved) throw refuse("got a call of toTerraform(): what is declared after it would be missing");
  const aspects = [stack.node.root, ...stack.node.findAll()].flatMap((node) => Aspects.of(node).all);
  if (aspects.some((aspect) => !(aspect instanceof PolicyAspect))) {
    throw refuse("got an aspect, which would change nothing: set it on each resource of stack.node.findAll()");
  }
}

/** Declares the bootstrap stack of each environment that the pipeline deploys: `bootstrap-dev`. */
export function declareBootstraps(app: App, bootstraps: readonly BootstrapIntent[]): void {
  for (const bootstrap of bootstraps) new BootstrapStack(app, bootstrap);
}
