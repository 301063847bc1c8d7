import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { computedAttribute, type DeclaredValues } from "./apply-values";
import { type Resource, requireText, StackError, type TerraformDocument, UnplayableStack } from "./document";
import { withExistingServices } from "./existing-services";

/**
 * Reports the faults of a stack. The first fault stops a reader, unless `readWhole` collects them. Each reader then
 * continues after an unsupported part, and all faults are thrown together.
 *
 * Some resources decide only some requests, such as a role. Unless the stack is read strictly, their faults do not stop the
 * start (`apart`). They refuse each request that consults the resource (`requireUnderstood`).
 */
class FaultReader {
  /** By message, while they are collected. */
  private faults: Map<string, StackError> | undefined;
  /** The first fault of each resource that was read apart, by its address. */
  private readonly apartFaults = new Map<string, StackError>();

  /** Addresses of those on which an answer depended, or might have. */
  private readonly consultedFaults = new Set<string>();

  /** @param strict whether every fault stops the start */
  constructor(readonly strict: boolean) {}

  /** Reads a resource. Unless strict, its faults refuse only the requests that consult it. */
  apart({ address }: Pick<Resource, "address">, read: () => void): void {
    if (this.strict) return void this.attempt(read);
    const { faults } = this;
    this.faults = undefined;
    try {
      read();
    } catch (error) {
      if (!(error instanceof StackError)) throw error;
      if (!this.apartFaults.has(address)) this.apartFaults.set(address, error);
    } finally {
      this.faults = faults;
    }
  }

  /** @throws StackError the first fault of one of these resources, which an answer would depend on */
  requireUnderstood(...resources: readonly Pick<Resource, "address">[]): void {
    for (const each of resources) this.consult(each);
    for (const { address } of resources) {
      const fault = this.apartFaults.get(address);
      if (fault !== undefined) throw fault;
    }
  }

  /** States that an answer may depend on a resource. */
  protected consult({ address }: Pick<Resource, "address">): void {
    if (this.apartFaults.has(address)) this.consultedFaults.add(address);
  }

  /** Faults on which an answer so far depended, or might have. */
  get consulted(): readonly StackError[] {
    return [...this.apartFaults].flatMap(([address, fault]) => (this.consultedFaults.has(address) ? [fault] : []));
  }

  isUnderstood({ address }: Pick<Resource, "address">): boolean {
    return !this.apartFaults.has(address);
  }

  /** Addresses of the resources that are not understood, each with its fault: requests that consult one are refused. */
  get refusing(): readonly (readonly [address: string, fault: StackError])[] {
    return [...this.apartFaults];
  }

  protected get gathersFaults(): boolean {
    return this.faults !== undefined;
  }

  /** Reads the whole stack. @throws UnplayableStack with every fault, if there is one */
  readWhole<T>(read: () => T): T {
    const faults = new Map<string, StackError>();
    this.faults = faults;
    let whole: T | undefined;
    try {
      whole = this.attempt(read);
    } catch (error) {
      // An error that only follows from a part that another reader could not read is not reported again.
      if (faults.size === 0) throw error;
    } finally {
      this.faults = undefined;
    }
    if (faults.size > 0) throw new UnplayableStack([...faults.values()]);
    return whole as T;
  }

  /** Returns a reader's result for a part; undefined if the part is not supported and faults are collected. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (this.faults === undefined || !(error instanceof StackError)) throw error;
      this.faults.set(error.message, error);
      return undefined;
    }
  }

  /** Like `attempt`, for a required part: if it is undefined, `readWhole` throws. */
  part<T>(read: () => T): T {
    return this.attempt(read) as T;
  }

  /** Returns a reader's results for each supported resource. */
  readEach<T>(resources: readonly Resource[], read: (resource: Resource) => T): readonly T[] {
    const each = resources.map((resource) => this.attempt(() => ({ value: read(resource) })));
    return each.flatMap((made) => (made === undefined ? [] : [made.value]));
  }

  /** Reports a fault. Reading continues if faults are collected, and stops otherwise. */
  fault(address: string, message: string): void {
    this.attempt(() => {
      throw new StackError(address, message);
    });
  }
}

/** The attributes of a resource type or block that a stand-in uses, and those that cannot change its answers. */
export interface AttributeUse {
  readonly read: readonly string[];
  /** By attribute: why it has no effect here. Default: none. */
  readonly immaterial?: Readonly<Record<string, string>>;
}

/** Returns the value of an attribute that only an apply knows; undefined if there is none. */
export type ComputedValues = (resource: Resource, attribute: string, stack: DeclaredValues) => unknown;

/** A nested block with its references resolved. */
export interface Block {
  readonly address: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Attributes of any resource that decide nothing here. */
const NEVER_READ: Readonly<Record<string, string>> = {
  "//": "a comment in Terraform JSON; cdktf keeps its own metadata there",
  depends_on: "it orders an apply; here everything exists from the start",
  lifecycle: "it controls how an apply replaces and protects resources",
  description: "a text for people",
  display_name: "a name for people",
  labels: "no decision here depends on a label",
  operation_name: "a name for documentation",
  tags: "no decision here depends on a tag",
};

/** Parts that a project of its own may add. A reference to one of them is unknown here. */
const OWN_PARTS = ["data", "locals", "variable"];

/** Accepted parts other than resources. `module` and others might contain resources that decide. */
const DOCUMENT: AttributeUse = {
  read: ["output", "provider", "resource"],
  immaterial: {
    "//": NEVER_READ["//"] ?? "",
    import: "takes over what exists; here nothing did before",
    moved: "the former address of a declaration",
    removed: "resources that are no longer declared",
    terraform: "backend and versions of an apply",
  },
};
const AWS_PROVIDER: AttributeUse = {
  read: ["allowed_account_ids", "region"],
  immaterial: {
    default_tags: "no decision here depends on a tag",
    max_retries: "nothing here refuses a call of Terraform",
  },
};
const GOOGLE_PROVIDER: AttributeUse = {
  read: ["project"],
  immaterial: { default_labels: "no decision here depends on a label", region: "every service is on this machine" },
};
/** What the stand-ins know about a cloud's provider, and the setting that every resource's name needs. */
const PROVIDERS = {
  aws: { use: AWS_PROVIDER, needs: "region" },
  google: { use: GOOGLE_PROVIDER, needs: "project" },
} as const;

/** Used if a stack does not name its own account: the account of AWS's documentation. */
const MADE_UP_ACCOUNT = "123456789012";

/** `type.name.attribute`, the only kind of reference in a synthesized stack. */
const REFERENCE = /^([a-z0-9_]+)\.([A-Za-z0-9_-]+)\.([a-z0-9_]+)$/;
/** The only function: a reference's text without its start. */
const TRIMMED = /^trimprefix\(([^(),]+), "([^"\\]*)"\)$/;

/** The Terraform template syntax that a text may have. Anything else is refused: a directive, a nested brace. */
const TEMPLATE_PARTS = /\$\$\{|%%\{|\$\{[^{}]*\}/g;
const UNKNOWN_TEMPLATE = /[$%]\{/;

/** Values of a service's environment, which decide nothing here. */
const ENVIRONMENT_VALUE = /^google_cloud_run_v2_service\.[^.]+\.template\.containers\.env\.value$/;

/** Starts a value of a service's environment that only an apply knows: `known-after-apply:aws_dynamodb_table.orders.arn`. */
export const PLACEHOLDER = "known-after-apply:";

/** A synthesized stack, read as Terraform reads it: references are resolved to the values of an apply. */
export class Stack extends FaultReader {
  /** The document never changes, so each value is resolved once and cached. */
  private readonly resources = new Map<string, readonly Resource[]>();
  private readonly values = new WeakMap<Resource["body"], Map<string, unknown>>();

  private constructor(
    /** Folder of the file: relative paths in the stack start here. */
    readonly folder: string,
    private readonly document: TerraformDocument,
    readonly aws: { readonly account: string; readonly region: string },
    readonly google: { readonly project: string },
    private readonly computed: ComputedValues,
    strict: boolean,
  ) {
    super(strict);
  }

  /**
   * @param file `cdktf.out/stacks/<env>/cdk.tf.json`, or a file of the same content next to the same assets
   * @param strict whether everything that the stand-ins do not know stops the start
   * @param known values that an apply gave, by address and attribute; all others are made up
   */
  static read(file: string, strict = true, known: ReadonlyMap<string, string> = new Map()): Stack {
    const computed: ComputedValues = (resource, attribute, stack) =>
      known.get(`${resource.address}.${attribute}`) ?? computedAttribute(resource, attribute, stack);
    return Stack.unchecked(JSON.parse(readFileSync(file, "utf8")), dirname(file), computed, strict);
  }

  /** @param computed values of an apply; made up for attributes that it does not have */
  static of(document: TerraformDocument, folder: string, computed: ComputedValues = computedAttribute): Stack {
    const stack = Stack.unchecked(document, folder, computed);
    stack.requireKnownDocument();
    return stack;
  }

  /** Reads a stack without checking its document. Call `requireKnownDocument` for that. */
  static unchecked(
    written: TerraformDocument,
    folder: string,
    computed: ComputedValues = computedAttribute,
    strict = true,
  ): Stack {
    const document = withExistingServices(written);
    const [aws, google] = ["aws", "google"].map((name) => defaultProviderOf(document, name));
    const [account] = Array.isArray(aws?.allowed_account_ids) ? aws.allowed_account_ids : [];
    const text = (value: unknown) => (typeof value === "string" ? value : "");
    return new Stack(
      folder,
      document,
      { account: text(account) || MADE_UP_ACCOUNT, region: text(aws?.region) },
      { project: text(google?.project) },
      computed,
      strict,
    );
  }

  /** Checks the document's other parts, and the provider settings from which ids and hosts are derived. */
  requireKnownDocument(): void {
    this.requireKnown("", this.document, { ...DOCUMENT, read: [...DOCUMENT.read, ...(this.strict ? [] : OWN_PARTS)] });
    const providers = Object.keys(this.strict ? PROVIDERS : (this.document.provider ?? {}));
    this.requireKnown("provider.", this.document.provider ?? {}, { read: providers });
    for (const [name, { use, needs }] of Object.entries(PROVIDERS)) {
      const declared = defaultProviderOf(this.document, name) ?? {};
      // A second provider is another account or project. A resource that decides must not name it.
      if (this.strict && providersOf(this.document, name).length > 1) {
        this.fault(`provider.${name}[1]`, "expected one provider of each cloud");
      }
      this.requireKnown(`provider.${name}.`, declared, use);
      if (!this.types.some((type) => type.startsWith(`${name}_`))) continue;
      const value = declared[needs];
      if (typeof value === "string" && !value.includes("${")) continue;
      this.fault(`provider.${name}.${needs}`, `expected a fixed text, got ${JSON.stringify(value)}`);
    }
  }

  get types(): readonly string[] {
    return Object.keys(this.document.resource ?? {});
  }

  /** The expression behind an output, as written; undefined if it is not declared. */
  output(name: string): string | undefined {
    const value = this.document.output?.[name]?.value;
    return typeof value === "string" ? value : undefined;
  }

  all(type: string): readonly Resource[] {
    const known = this.resources.get(type);
    if (known !== undefined) return known;
    const named = Object.entries(this.document.resource?.[type] ?? {});
    const found = named.map(([name, body]) => ({ address: `${type}.${name}`, type, name, body }));
    this.resources.set(type, found);
    return found;
  }

  /** Returns all resources of a type. An attribute that the stand-ins do not know is an error. */
  declared(type: string, use: AttributeUse): readonly Resource[] {
    for (const resource of this.all(type)) this.requireRead(resource, use);
    return this.all(type);
  }

  /**
   * Like `declared`, for a type of which a request consults only some resources. Each reader of one calls
   * `requireUnderstood`, or finds it with `find` or `granting`.
   */
  declaredApart(type: string, use: AttributeUse): readonly Resource[] {
    for (const resource of this.all(type)) this.apart(resource, () => this.requireRead(resource, use));
    return this.all(type);
  }

  private requireRead(resource: Resource, use: AttributeUse): void {
    const known = { ...use, read: [...use.read, ...Object.keys(NEVER_READ)] };
    this.requireKnown(`${resource.address}.`, resource.body, known);
    // Resolves values that only a request reads, so that an unknown one is already noticed at the start.
    if (this.gathersFaults || !this.strict) for (const name of use.read) this.attempt(() => this.value(resource, name));
  }

  /** The resource whose attribute has this value. @throws StackError if the stand-ins do not understand it */
  find(resources: readonly Resource[], attribute: string, value: string): Resource | undefined {
    const found = resources.find((each) => this.textIfKnown(each, attribute) === value);
    if (found !== undefined) this.requireUnderstood(found);
    return found;
  }

  /** Resources that only grant, and whose attribute has one of these values. One that is not understood grants nothing. */
  granting(resources: readonly Resource[], attribute: string, ...values: readonly string[]): readonly Resource[] {
    const named = resources.filter((each) => values.includes(this.textIfKnown(each, attribute) ?? values[0] ?? ""));
    for (const each of named) this.consult(each);
    return named.filter((each) => this.isUnderstood(each));
  }

  /** Undefined if the resource is not understood and this attribute is not known. */
  textIfKnown(resource: Resource, attribute: string): string | undefined {
    try {
      return this.text(resource, attribute);
    } catch (error) {
      if (error instanceof StackError && !this.isUnderstood(resource)) return undefined;
      throw error;
    }
  }

  /** Returns the nested blocks under an attribute, one or many. Unknown attributes in them are errors too. */
  blocks(resource: Resource, attribute: string, use: AttributeUse): readonly Block[] {
    return this.blocksOf(this.value(resource, attribute), `${resource.address}.${attribute}`, use);
  }

  /** Blocks inside a block that is already resolved: `blocksOf(template.body.containers, …)`. */
  blocksOf(value: unknown = [], at: string, use: AttributeUse): readonly Block[] {
    const many = Array.isArray(value);
    return (many ? value : [value]).flatMap((body: unknown, index) => {
      const address = many ? `${at}[${index}]` : at;
      if (typeof body !== "object" || body === null) {
        this.fault(address, "expected a block");
        return [];
      }
      this.requireKnown(`${address}.`, body, use);
      return [{ address, body: body as Block["body"] }];
    });
  }

  /** Returns an attribute with its references resolved; undefined if neither the stack nor an apply sets it. */
  value(resource: Resource, attribute: string): unknown {
    const known = this.values.get(resource.body) ?? new Map<string, unknown>();
    this.values.set(resource.body, known);
    if (!known.has(attribute)) known.set(attribute, this.resolved(resource, attribute));
    return known.get(attribute);
  }

  text(resource: Resource, attribute: string): string {
    return requireText(this.value(resource, attribute), `${resource.address}.${attribute}`);
  }

  /** A list of strings; empty if it is not declared. */
  texts(resource: Resource, attribute: string): readonly string[] {
    const value = this.value(resource, attribute) ?? [];
    const address = `${resource.address}.${attribute}`;
    if (!Array.isArray(value)) throw new StackError(address, "expected a list");
    return value.map((item) => requireText(item, address));
  }

  /** A map of strings; empty if it is not declared. */
  textMap(resource: Resource, attribute: string): ReadonlyMap<string, string> {
    const value = this.value(resource, attribute) ?? {};
    const address = `${resource.address}.${attribute}`;
    return new Map(Object.entries(value).map(([key, item]) => [key, requireText(item, `${address}.${key}`)]));
  }

  private requireKnown(prefix: string, body: object, { read, immaterial = {} }: AttributeUse): void {
    for (const attribute of Object.keys(body)) {
      if (read.includes(attribute) || Object.hasOwn(immaterial, attribute)) continue;
      this.fault(`${prefix}${attribute}`, "unknown to the local stand-in");
    }
  }

  private resolved(resource: Resource, attribute: string): unknown {
    const { address, body } = resource;
    if (body[attribute] !== undefined) return this.resolve(body[attribute], `${address}.${attribute}`);
    return this.computed(resource, attribute, this);
  }

  private resolve(value: unknown, at: string): unknown {
    if (typeof value === "string") return this.resolveText(value, at);
    if (Array.isArray(value)) return value.map((item) => this.resolve(item, at));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolve(item, `${at}.${key}`)]));
  }

  private resolveText(text: string, at: string): unknown {
    const isOpen = !this.strict && ENVIRONMENT_VALUE.test(at);
    if (!isOpen) return this.textOf(text, at);
    const known = (template: string, placeholder: string) => {
      try {
        return this.textOf(template, at);
      } catch (error) {
        if (error instanceof StackError) return placeholder;
        throw error;
      }
    };
    const filled = text.replace(/(?<!\$)\$\{([^{}]*)\}/g, (written, expression) => {
      const placeholder = `${PLACEHOLDER}${expression}`;
      return known(written, placeholder) === placeholder ? placeholder : written;
    });
    return known(filled, `${PLACEHOLDER}${at}`);
  }

  private textOf(text: string, at: string): unknown {
    const whole = /^\$\{([^{}]+)\}$/.exec(text);
    if (whole?.[1] !== undefined) return this.reference(whole[1], at);
    if (UNKNOWN_TEMPLATE.test(text.replace(TEMPLATE_PARTS, ""))) throw new StackError(at, `cannot resolve ${text}`);
    // `$${` and `%%{` are Terraform's escapes for literal `${` and `%{`.
    return text
      .replaceAll("%%{", "%{")
      .replace(/(\$?)\$\{([^{}]*)\}/g, (found, dollar: string, expression: string) =>
        dollar === "" ? requireText(this.reference(expression, at), at) : found.slice(1),
      );
  }

  private reference(expression: string, at: string): unknown {
    const [, trimmed, start = ""] = TRIMMED.exec(expression) ?? [];
    if (trimmed !== undefined) {
      const text = requireText(this.reference(trimmed, at), at);
      return text.startsWith(start) ? text.slice(start.length) : text;
    }
    const [, type = "", name = "", attribute = ""] = REFERENCE.exec(expression) ?? [];
    const target = this.all(type).find((resource) => resource.name === name);
    const value = target && this.value(target, attribute);
    if (value === undefined) throw new StackError(at, `cannot resolve \${${expression}}`);
    return value;
  }
}

/** The one that a resource has if it names none. */
function defaultProviderOf(document: TerraformDocument, name: string): Readonly<Record<string, unknown>> | undefined {
  return providersOf(document, name).find(({ alias }) => alias === undefined);
}

function providersOf({ provider }: TerraformDocument, name: string): readonly Readonly<Record<string, unknown>>[] {
  return [provider?.[name] ?? []].flat();
}

/** @param absent the value if the attribute is not declared */
export function expectValue(stack: Stack, resource: Resource, attribute: string, expected: unknown, absent?: unknown) {
  const value = stack.value(resource, attribute) ?? absent;
  if (value === expected) return;
  stack.fault(`${resource.address}.${attribute}`, `got ${value}, the stand-in knows only ${expected}`);
}
