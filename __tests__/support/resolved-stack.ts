import {
  DefaultTokenResolver,
  StringConcat,
  type TerraformElement,
  TerraformProvider,
  TerraformResource,
  type TerraformStack,
  Tokenization,
} from "cdktf";
import type { Attributes } from "../../stacks/policy/declared-stack";
import { oncePerWorker } from "./once-per-worker";

interface Fragment {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  readonly provider?: Readonly<Record<string, readonly Attributes[]>>;
}

/** Where cdktf keeps the overrides of an element. */
type Overridden = TerraformElement & { rawOverrides: object };

const RESOLVER = new DefaultTokenResolver(new StringConcat());
const OTHER_CHANGE = new Error("a change that is no override");

/** A stack whose elements were resolved once a worker, to be looked at with overrides of some of them. */
export class ResolvedStack {
  private readonly before: Readonly<Record<string, Fragment>>;

  /** @param key of all that the stack is made of */
  constructor(
    private readonly stack: TerraformStack,
    key: string,
  ) {
    this.before = oncePerWorker(`resolved ${key}`, () =>
      Object.fromEntries(elements(stack).map((element) => [element.node.path, this.fragmentOf(element)])),
    );
  }

  /** Resources and providers with the overrides of this change; undefined where it does something else to an element. */
  overridden(change: (find: (address: string) => object) => void): Fragment | undefined {
    const touched = new Map<TerraformElement, object>();
    try {
      change((address) => {
        const element = elementAt(this.stack, address) as Overridden;
        if (!touched.has(element)) {
          touched.set(element, element.rawOverrides);
          element.rawOverrides = structuredClone(element.rawOverrides);
        }
        return overrideOnly(element);
      });
      return merged({ ...this.before, ...this.fragmentsOf([...touched.keys()]) });
    } catch (error) {
      if (error === OTHER_CHANGE) return undefined;
      throw error;
    } finally {
      for (const [element, overrides] of touched) (element as Overridden).rawOverrides = overrides;
    }
  }

  private fragmentsOf(changed: readonly TerraformElement[]): Record<string, Fragment> {
    return Object.fromEntries(changed.map((element) => [element.node.path, this.fragmentOf(element)]));
  }

  private fragmentOf(element: TerraformElement): Fragment {
    return Tokenization.resolve(element.toTerraform(), { scope: this.stack, resolver: RESOLVER });
  }
}

/** The resource or provider of this stack; fails when there is none. */
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

function overrideOnly(element: TerraformElement): object {
  const refuse = () => {
    throw OTHER_CHANGE;
  };
  return new Proxy(element, {
    get: (target, name) => (name === "addOverride" ? target.addOverride.bind(target) : refuse()),
    set: refuse,
  });
}

function elements(stack: TerraformStack): TerraformElement[] {
  return stack.node
    .findAll()
    .filter(
      (node): node is TerraformResource | TerraformProvider =>
        TerraformResource.isTerraformResource(node) || TerraformProvider.isTerraformProvider(node),
    );
}

function merged(fragments: Readonly<Record<string, Fragment>>): Fragment {
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
