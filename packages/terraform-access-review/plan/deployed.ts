import { canonical } from "../terraform-json/order";
import { type Attributes, isFields, isUnset, type StackJson } from "../terraform-json/stack-json";
import { type PlanJson, type PlannedChange, type StateResource, stateOf } from "./plan-json";
import { References } from "./references";
import { collected, fieldsOf, own, shaped, withoutSensitive } from "./shape";

type Configured = StackJson & { readonly [block: string]: unknown };

/**
 * The deployed resources, in the form of a synthesized stack, so that both have a ledger. An attribute that the plan
 * does not change reads as the configuration writes it. Any other is the state's value, with its literals turned back
 * into references.
 */
export class Deployed {
  readonly stack: Configured;
  private readonly references: References;
  /** By address. */
  private readonly planned: ReadonlyMap<string, PlannedChange>;
  /** By type and attribute. */
  private readonly likes = new Map<string, unknown>();

  constructor(
    plan: PlanJson,
    private readonly configured: Configured,
    changes: readonly PlannedChange[],
    /** The synthesis that was deployed, if it is known. */
    private readonly synthesized: StackJson,
  ) {
    const state = stateOf(plan);
    this.references = new References(configured, state);
    this.planned = new Map(changes.filter(({ deposed }) => deposed === undefined).map((each) => [each.address, each]));
    const bodies = state.map((each) => [each.type, nameOf(each), this.attributesOf(each)] as const);
    this.stack = { ...configured, resource: collected(bodies) };
  }

  /**
   * Returns a value of the state as the configuration would write it.
   *
   * @param like a value of the same form
   * @param written the value that was deployed, if it is known: several references may have the same value
   */
  inWords(value: unknown, type: string, attribute: string, like: unknown, written?: unknown): unknown {
    return this.references.restored(shaped(value, like, attribute), type, attribute, [like, written]);
  }

  /** Returns attributes of an object as the configuration would write them, without unset and hidden ones. */
  written({ type, address }: Pick<StateResource, "type" | "address">, values: Attributes, marks: unknown): Attributes {
    const planned = this.planned.get(address);
    const name = nameOf({ type, address });
    const body = own(own(this.configured.resource, type), name);
    const known = own(own(this.synthesized.resource, type), name);
    const [next, unknown] = [fieldsOf(planned?.change.after), fieldsOf(planned?.change.after_unknown)];
    const masked = withoutMarked(type, values, marks, "(hidden)");
    const attributes = Object.entries(values).flatMap<readonly [string, unknown]>(([name, value]) => {
      const isDeclared = body !== undefined && Object.hasOwn(body, name);
      if (isDeclared && planned !== undefined && staysAsItIs(value, own(next, name), own(unknown, name))) {
        return [[name, body[name]]];
      }
      if (isUnset(value) || value === "" || masked[name] === "(hidden)") return [];
      const like = body?.[name] ?? this.likeOf(type, name);
      return [[name, this.inWords(masked[name], type, name, like, known?.[name])]];
    });
    return Object.fromEntries(attributes);
  }

  private attributesOf(found: StateResource): Attributes {
    const planned = this.planned.get(found.address);
    const body = own(own(this.configured.resource, found.type), nameOf(found));
    const actions = planned?.change.actions.join("+");
    const known = own(own(this.synthesized.resource, found.type), nameOf(found));
    // A state does not contain Terraform's own arguments. If they are unknown, the new ones are assumed.
    const lifecycle = known === undefined ? body?.lifecycle : known.lifecycle;
    const kept = lifecycle === undefined ? {} : { lifecycle };
    if (body !== undefined && actions === "no-op") {
      // The same object if nothing differs, so that results computed from it are cached.
      if (canonical(lifecycle) === canonical(body.lifecycle)) return body;
      const { lifecycle: _, ...rest } = body;
      return { ...rest, ...kept };
    }
    const { before = found.values, after, before_sensitive, after_unknown } = planned?.change ?? {};
    const [next, unknown] = [fieldsOf(after), fieldsOf(after_unknown)];
    const values = Object.entries(fieldsOf(before)).filter(([name, value]) => {
      if (body !== undefined && Object.hasOwn(body, name)) return true;
      const isPlanned = body !== undefined && planned !== undefined;
      if (isPlanned && staysAsItIs(value, own(next, name), own(unknown, name))) return false;
      if (own(known, name) !== undefined) return true;
      if (MIRRORS.includes(`${found.type}.${name}`)) return false;
      // An attribute declared neither now nor when it was deployed: the provider computes it again.
      return body === undefined || own(unknown, name) !== true;
    });
    const marks = isFields(before_sensitive) ? before_sensitive : found.sensitive_values;
    return { ...this.written(found, Object.fromEntries(values), marks), ...kept };
  }

  /** Another object's value of this attribute, as an example of its form if this object is no longer declared. */
  private likeOf(type: string, attribute: string): unknown {
    const key = `${type}.${attribute}`;
    if (!this.likes.has(key)) {
      const bodies = Object.values(this.configured.resource[type] ?? {});
      this.likes.set(key, bodies.find((body) => attribute in body)?.[attribute]);
    }
    return this.likes.get(key);
  }
}

/**
 * Values that are marked as sensitive but read by the ledger: a configuration that is in Secret Manager only for its
 * length, and the name by which a caller's usage is counted, which opens nothing. Every output masks them.
 */
const READ = ["google_secret_manager_secret_version.secret_data", "aws_api_gateway_api_key.value"];

/**
 * The attributes of an object, with a text in place of each value that Terraform marks as sensitive, because rows and
 * guards quote what they read. The old and the new value get different texts, so that their change stays in doubt.
 *
 * @param marks `before_sensitive`, `after_sensitive` or `sensitive_values`
 */
export function withoutMarked(type: string, values: Attributes, marks: unknown, text: string): Attributes {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (READ.includes(`${type}.${name}`)) return [name, value];
      return [name, withoutSensitive(value, marks === true ? true : own(fieldsOf(marks), name), () => text)];
    }),
  );
}

/** Stands for a sensitive value of the planned result. */
export const NEW_VALUE = "(a new hidden value)";

/** Attributes in which a state repeats the grants of other objects to a role. Those objects are read. */
const MIRRORS = ["aws_iam_role.inline_policy", "aws_iam_role.managed_policy_arns"];

function staysAsItIs(before: unknown, after: unknown, unknown: unknown): boolean {
  return !anyUnknown(unknown) && canonical(before ?? null) === canonical(after ?? null);
}

export function anyUnknown(marks: unknown): boolean {
  if (marks === true) return true;
  if (Array.isArray(marks)) return marks.some(anyUnknown);
  return isFields(marks) && Object.values(marks).some(anyUnknown);
}

/** `callers` of `aws_iam_role.callers`; the rest of an address with modules or keys. */
export function nameOf({ address, type }: { readonly address: string; readonly type: string }): string {
  return address.startsWith(`${type}.`) ? address.slice(type.length + 1) : address;
}
