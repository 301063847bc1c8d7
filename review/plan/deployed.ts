import { canonical } from "../change/order";
import type { Attributes, StackJson } from "../stack-json";
import { type PlanJson, type PlannedChange, type StateResource, stateOf } from "./plan-json";
import { References } from "./references";
import { isFields, isUnset, shaped } from "./shape";

type Configured = StackJson & { readonly [block: string]: unknown };

/**
 * What is deployed, in the form of a synthesized stack, so that both have a ledger. An attribute that the plan leaves as
 * it is reads as the configuration writes it; every other is the state's value, its literals turned back into references.
 */
export class Deployed {
  readonly stack: Configured;
  private readonly references: References;

  constructor(
    plan: PlanJson,
    private readonly configured: Configured,
    changes: readonly PlannedChange[],
  ) {
    const state = stateOf(plan);
    this.references = new References(configured, state);
    const planned = new Map(changes.filter(({ deposed }) => deposed === undefined).map((each) => [each.address, each]));
    const resource: Record<string, Record<string, Attributes>> = {};
    for (const each of state) {
      const attributes = this.attributesOf(each, planned.get(each.address));
      resource[each.type] = { ...resource[each.type], [nameOf(each)]: attributes };
    }
    this.stack = { ...configured, resource };
  }

  /** The value of a state as the configuration would write it. */
  inWords(value: unknown, type: string, attribute: string, like: unknown): unknown {
    return this.references.restored(shaped(value, like, attribute), type, attribute, like);
  }

  private attributesOf(found: StateResource, planned: PlannedChange | undefined): Attributes {
    const body = this.configured.resource[found.type]?.[nameOf(found)];
    const actions = planned?.change.actions.join("+");
    if (body !== undefined && (actions === "no-op" || actions === "read")) return body;
    const { before = found.values, after, before_sensitive, after_unknown } = planned?.change ?? {};
    const [old, young, unknown] = [before, after, after_unknown].map((each) => (isFields(each) ? each : {})) as [
      Attributes,
      Attributes,
      Attributes,
    ];
    const marks = isFields(before_sensitive) ? before_sensitive : (found.sensitive_values as Attributes | undefined);
    const known = Object.entries(old).flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
      const like = body?.[name] ?? this.likeOf(found.type, name);
      if (planned !== undefined && body !== undefined && staysAsItIs(value, young[name], unknown[name])) {
        return name in body ? [[name, body[name]]] : [];
      }
      if (isUnset(value) || value === "" || marks?.[name] === true) return [];
      return [[name, this.inWords(value, found.type, name, like)]];
    });
    // Terraform's own arguments are in no state: what protects is taken to be as it will be.
    const own = body?.lifecycle === undefined ? [] : [["lifecycle", body.lifecycle] as const];
    return Object.fromEntries([...known, ...own]);
  }

  /** How another object of the type writes this attribute, where this one is no longer declared. */
  private likeOf(type: string, attribute: string): unknown {
    return Object.values(this.configured.resource[type] ?? {}).find((body) => attribute in body)?.[attribute];
  }
}

function staysAsItIs(before: unknown, after: unknown, unknown: unknown): boolean {
  return !anyUnknown(unknown) && canonical(before ?? null) === canonical(after ?? null);
}

export function anyUnknown(marks: unknown): boolean {
  if (marks === true) return true;
  if (Array.isArray(marks)) return marks.some(anyUnknown);
  return isFields(marks) && Object.values(marks).some(anyUnknown);
}

/** `callers` of `aws_iam_role.callers`; the whole rest of an address with modules or keys. */
export function nameOf({ address, type }: { readonly address: string; readonly type: string }): string {
  return address.startsWith(`${type}.`) ? address.slice(type.length + 1) : address;
}
