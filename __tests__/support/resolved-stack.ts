import {
  DefaultTokenResolver,
  StringConcat,
  TerraformElement,
  TerraformProvider,
  TerraformResource,
  type TerraformStack,
  Tokenization,
} from "cdktf";
import type { TerraformJson } from "../../cli/synthesis/review-text";
import type { Attributes, StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { withIgnoredChanges } from "../../stacks/addressed-stack";
import { oncePerWorker } from "./once-per-worker";

type Fragment = Partial<StackJson>;

/** An element, with the properties in which cdktf keeps its overrides and arguments. */
type Element = TerraformElement & { rawOverrides: object; [property: string]: unknown };

const RESOLVER = new DefaultTokenResolver(new StringConcat());
const OTHER_CHANGE = new Error("a change that cannot be undone");

/** A stack whose elements are resolved once per worker, and that can be read with other values for some of them. */
export class ResolvedStack {
  private readonly before: Readonly<Record<string, Fragment>>;

  /** @param key of everything from which the stack is made */
  constructor(
    private readonly stack: TerraformStack,
    key: string,
  ) {
    this.before = oncePerWorker(`resolved ${key}`, () =>
      Object.fromEntries(elements(stack).map((element) => [element.node.path, this.fragmentOf(element)])),
    );
  }

  /**
   * Resources and providers with the overrides and arguments that this change sets; undefined where it does something
   * else to an element. The stack itself stays as it was.
   */
  changed(change: (find: (address: string) => object) => void): StackJson | undefined {
    const touched = new Map<Element, Readonly<Record<string, unknown>>>();
    try {
      change((address) => {
        const element = elementAt(this.stack, address) as Element;
        if (!touched.has(element)) {
          touched.set(element, { ...element });
          element.rawOverrides = structuredClone(element.rawOverrides);
        }
        return settable(element);
      });
      return merged({ ...this.before, ...this.fragmentsOf([...touched.keys()]) });
    } catch (error) {
      if (error === OTHER_CHANGE) return undefined;
      throw error;
    } finally {
      for (const [element, before] of touched) restore(element, before);
    }
  }

  private fragmentsOf(changed: readonly TerraformElement[]): Record<string, Fragment> {
    return Object.fromEntries(changed.map((element) => [element.node.path, this.fragmentOf(element)]));
  }

  private fragmentOf(element: TerraformElement): Fragment {
    return resolved(this.stack, element.toTerraform());
  }
}

/**
 * Returns what `stack.toTerraform()` returns, in half the time: each element is resolved once, and cdktf's metadata not
 * at all. `component/main-job` compares it with what `synth` writes.
 */
export function terraformOf(stack: TerraformStack): TerraformJson {
  const { rawOverrides } = stack as unknown as { readonly rawOverrides: object };
  const all = stack.node.findAll().filter((node) => TerraformElement.isTerraformElement(node));
  const fragments = all.map((element) => resolved(stack, (element as TerraformElement).toTerraform()));
  return withIgnoredChanges([...fragments, rawOverrides].reduce(mergedInto, {})) as TerraformJson;
}

function resolved<T>(scope: TerraformStack, value: T): T {
  return Tokenization.resolve(value, { scope, resolver: RESOLVER });
}

type Tree = Record<string, unknown>;

/** Merges as cdktf does: maps key by key, lists one after the other. */
function mergedInto(whole: Tree, part: object): Tree {
  for (const [key, value] of Object.entries(part)) {
    const before = whole[key];
    if (Array.isArray(before) && Array.isArray(value)) whole[key] = [...before, ...value];
    else if (isTree(before) && isTree(value)) whole[key] = mergedInto(before, value);
    else whole[key] = value;
  }
  return whole;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the resource or provider of this stack. Fails if there is none. */
export function elementAt(stack: TerraformStack, address: string): TerraformElement {
  const [type, name] = address.split(".");
  const found = elements(stack).find((element) => {
    if (TerraformProvider.isTerraformProvider(element)) {
      return type === "provider" && element.terraformResourceType === name;
    }
    return TerraformResource.isTerraformResource(element) && addressOf(element) === address;
  });
  if (found === undefined) throw new Error(`no ${address}`);
  return found;
}

function addressOf({ terraformResourceType, friendlyUniqueId }: TerraformResource): string {
  return `${terraformResourceType}.${friendlyUniqueId}`;
}

/** Accepts overrides and new values of arguments, both of which can be undone. */
function settable(element: Element): object {
  return new Proxy(element, {
    get(target, name) {
      if (name === "addOverride") return target.addOverride.bind(target);
      throw OTHER_CHANGE;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}

function restore(element: Element, before: Readonly<Record<string, unknown>>): void {
  for (const property of Object.keys(element)) if (!(property in before)) delete element[property];
  Object.assign(element, before);
}

function elements(stack: TerraformStack): TerraformElement[] {
  return stack.node
    .findAll()
    .filter(
      (node): node is TerraformResource | TerraformProvider =>
        TerraformResource.isTerraformResource(node) || TerraformProvider.isTerraformProvider(node),
    );
}

function merged(fragments: Readonly<Record<string, Fragment>>): StackJson {
  const resource: Record<string, Record<string, Attributes>> = {};
  const provider: Record<string, readonly Attributes[]> = {};
  for (const fragment of Object.values(fragments)) {
    for (const [type, named] of Object.entries(fragment.resource ?? {})) {
      resource[type] = Object.assign(resource[type] ?? {}, named);
    }
    Object.assign(provider, fragment.provider);
  }
  return { resource, provider };
}
