import type { TerraformStack } from "cdktf";

/** A resource as it stands in the synthesized JSON, in Terraform's own words. */
export interface DeclaredResource {
  readonly type: string;
  readonly name: string;
  /** `aws_iam_role.orders`. */
  readonly address: string;
  readonly attributes: Attributes;
}

export type Attributes = Readonly<Record<string, unknown>>;

/** Terraform's JSON of a stack, as far as rules read it. */
export interface DeclaredJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  readonly provider?: Readonly<Record<string, readonly Attributes[]>>;
}

const read = new WeakMap<TerraformStack, DeclaredStack>();

/** What a rule looks at: every resource and provider of a stack, with tokens resolved to Terraform references. */
export class DeclaredStack {
  readonly resources: readonly DeclaredResource[];
  readonly providers: readonly DeclaredResource[];
  private readonly byAddress: ReadonlyMap<string, DeclaredResource>;
  private readonly byType: ReadonlyMap<string, readonly DeclaredResource[]>;
  /** By type and argument: the resources that refer to an address. Made when it is first asked for. */
  private readonly byReference = new Map<string, ReadonlyMap<string | undefined, readonly DeclaredResource[]>>();

  constructor({ resource = {}, provider = {} }: DeclaredJson) {
    this.resources = Object.entries(resource).flatMap(([type, named]) =>
      Object.entries(named).map(([name, attributes]) => ({ type, name, address: `${type}.${name}`, attributes })),
    );
    this.byAddress = new Map(this.resources.map((resource) => [resource.address, resource]));
    this.byType = groupBy(this.resources, ({ type }) => type);
    this.providers = Object.entries(provider).flatMap(([type, declared]) =>
      declared.map((attributes, index) => ({ type, name: String(index), address: `provider.${type}`, attributes })),
    );
  }

  /** Read once for all rules: resolving a stack is most of what its synthesis costs. */
  static of(stack: TerraformStack): DeclaredStack {
    const declared = read.get(stack) ?? new DeclaredStack(stack.toTerraform());
    read.set(stack, declared);
    return declared;
  }

  ofType(...types: readonly string[]): readonly DeclaredResource[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }

  /** The resources of a type that refer to an address by this argument. */
  referring(type: string, argument: string, address: string): readonly DeclaredResource[] {
    const key = `${type} ${argument}`;
    const known =
      this.byReference.get(key) ??
      groupBy(this.ofType(type), ({ attributes }) => this.referred(attributes[argument])?.address);
    this.byReference.set(key, known);
    return known.get(address) ?? [];
  }

  /** The resource that a reference names: `${aws_iam_role.orders.arn}`. */
  referred(reference: unknown): DeclaredResource | undefined {
    const address = /^\$\{([a-z0-9_]+\.[A-Za-z0-9_-]+)\./.exec(String(reference))?.[1];
    return address === undefined ? undefined : this.byAddress.get(address);
  }
}

function groupBy<K>(resources: readonly DeclaredResource[], keyOf: (resource: DeclaredResource) => K) {
  const groups = new Map<K, DeclaredResource[]>();
  for (const resource of resources) {
    const key = keyOf(resource);
    const group = groups.get(key);
    if (group) group.push(resource);
    else groups.set(key, [resource]);
  }
  return groups;
}
