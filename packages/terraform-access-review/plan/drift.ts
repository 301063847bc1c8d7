import type { ResourceChange } from "../model/change";
import { canonical } from "../terraform-json/order";
import { type Attributes, isFields } from "../terraform-json/stack-json";
import { isOpening, typeOf } from "../types";
import { actionOf } from "./actions";
import { attributeChanges, replaced, sensitiveHider } from "./attributes";
import { type Deployed, NEW_VALUE, nameOf } from "./deployed";
import { managed, type PlanJson, type PlannedChange, type StateResource, stateOf } from "./plan-json";
import { fieldsOf, own, type Resources } from "./shape";

/** A change outside Terraform, and what it changed, as the configuration would write it. */
export interface Drifted {
  readonly change: ResourceChange;
  /** Terraform's name of the object within its type. */
  readonly name: string;
  /** The changed attributes as the last apply left them; all attributes of an object that is gone. */
  readonly before: Attributes;
  /** The changed attributes now; undefined if the object is gone. */
  readonly after: Attributes | undefined;
}

/**
 * Changes outside Terraform: of declared values, of values that this plan changes back, and of anything that opens
 * access. Values that only a cloud changes are omitted.
 */
export function driftOf(
  plan: PlanJson,
  deployed: Deployed,
  bodyOf: (address: string) => Attributes | undefined,
): readonly Drifted[] {
  const planned = new Map((plan.resource_changes ?? []).map((change) => [change.address, change]));
  const state = stateOf(plan);
  return managed(plan.resource_drift).flatMap((drifted): readonly Drifted[] => {
    const { address, type, deposed, change } = drifted;
    if (change.actions.join() === "no-op") return [];
    const name = deposed === undefined ? nameOf(drifted) : `${nameOf(drifted)} (${deposed})`;
    const found = { address, type, action: "drifted", forcedBy: [] } as const;
    const object = fieldsOf(change.before);
    if (actionOf(drifted) === "destroyed") {
      const { loss } = typeOf(type);
      const gone = {
        attributes: [],
        reason: { kind: "deleted-outside" } as const,
        ...(loss !== undefined && { loss }),
      };
      const before = deployed.written(drifted, object, change.before_sensitive);
      return [{ change: { ...found, ...gone }, name, before, after: undefined }];
    }
    const body = bodyOf(address);
    const hidden = sensitiveHider();
    const counted = (side: unknown, marks: unknown): Attributes => {
      const value = withoutIgnored(fieldsOf(hidden(side, marks)), body);
      const entries = Object.keys(value).flatMap((name): readonly (readonly [string, unknown])[] => {
        if (isChanged(planned.get(address), name)) return [[name, value[name]]];
        const like = own(body, name);
        if (like !== undefined) return [[name, declaredPart(value[name], like)]];
        return isOpening(type, name) ? [[name, unowned(value[name], { type, name, object }, state)]] : [];
      });
      return Object.fromEntries(entries);
    };
    const before = counted(change.before, change.before_sensitive);
    const after = counted(change.after, change.after_sensitive);
    const attributes = attributeChanges(
      { actions: change.actions, before, after },
      { type, configured: body, deployed },
    );
    if (attributes.length === 0) return [];
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const changed = names.filter(
      (each) => canonical(own(before, each) ?? null) !== canonical(own(after, each) ?? null),
    );
    const written = (side: Attributes, text: string) => {
      const values = changed.map((each) => [each, replaced(own(side, each), () => text)]);
      return deployed.written(drifted, Object.fromEntries(values), undefined);
    };
    return [
      { change: { ...found, attributes }, name, before: written(before, "(hidden)"), after: written(after, NEW_VALUE) },
    ];
  });
}

/** The deployed stack as the last apply left it, and as it is now: they differ in what changed outside Terraform. */
export function aroundDrift(
  drifted: readonly Drifted[],
  { stack }: Deployed,
): readonly [recorded: Deployed["stack"], found: Deployed["stack"]] {
  const [recorded, found]: [Resources, Resources] = [Object.create(null), Object.create(null)];
  for (const resource of [recorded, found]) {
    for (const [type, named] of Object.entries(stack.resource)) {
      resource[type] = Object.assign(Object.create(null), named);
    }
  }
  for (const { change, name, before, after } of drifted) {
    const put = (resource: Resources, body: Attributes) => {
      resource[change.type] = Object.assign(resource[change.type] ?? Object.create(null), { [name]: body });
    };
    const body = own(own(stack.resource, change.type), name);
    if (after === undefined) put(recorded, before);
    // The stack omits an object whose policy cannot be read. A note reports it.
    else if (body !== undefined) {
      const kept = Object.entries(body).filter(([key]) => !Object.hasOwn(before, key) && !Object.hasOwn(after, key));
      put(recorded, { ...Object.fromEntries(kept), ...before });
      put(found, { ...Object.fromEntries(kept), ...after });
    }
  }
  return [
    { ...stack, resource: recorded },
    { ...stack, resource: found },
  ];
}

/**
 * Whether the plan sets this attribute to another known value. A value that a cloud computes at the apply does not
 * count.
 */
function isChanged(planned: PlannedChange | undefined, name: string): boolean {
  if (planned === undefined || planned.change.actions.join() === "no-op") return false;
  const { before, after, after_unknown } = planned.change;
  if (own(fieldsOf(after_unknown), name) === true) return false;
  const [was, is] = [before, after].map((side) => canonical(own(fieldsOf(side), name) ?? null));
  return was !== is;
}

/**
 * The parts of an attribute that no other resource of the stack declares. Parts that another one declares are compared
 * there.
 *
 * @param object as in Terraform's last state: the resources that refer to it are its owners
 */
function unowned(
  value: unknown,
  { type, name, object }: { readonly type: string; readonly name: string; readonly object: Attributes },
  state: readonly StateResource[],
): unknown {
  const owner = typeOf(type).ownedBy?.[name];
  if (owner === undefined) return value;
  const names = ["id", "arn", "name", "bucket"].map((key) => object[key]).filter((each) => each !== undefined);
  const owners = state.flatMap(({ type: each, values }) =>
    each === owner.type && values !== undefined && names.includes(values[owner.of]) ? [values] : [],
  );
  if (owner.item === undefined) return owners.length > 0 ? undefined : value;
  const key = owner.item;
  const owned = owners.map((values) => values[key]);
  const items = [value ?? []].flat().filter((item) => !owned.includes(isFields(item) ? item[key] : item));
  return items.length > 0 ? items : undefined;
}

/**
 * The part of an object that its configuration declares. A value that the schema computes and the configuration does
 * not declare, at any depth, belongs to the cloud. All list items and all keys of a map are kept, because an added grant
 * is an additional one.
 *
 * @param like the same value as the configuration writes it; undefined if it does not
 */
function declaredPart(value: unknown, like: unknown): unknown {
  if (like === undefined || like === null) return undefined;
  const fields = fieldsIn(like);
  if (fields === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => (isFields(item) ? declaredFields(item, fields) : item));
  if (!isFields(value) || isMap(value)) return value;
  return declaredFields(value, fields);
}

function declaredFields(value: Attributes, fields: Attributes): Attributes {
  const kept = Object.keys(value).filter((key) => Object.hasOwn(fields, key));
  return Object.fromEntries(kept.map((key) => [key, declaredPart(value[key], fields[key])]));
}

/** A state puts each block into a list. An object outside a list is a map if all values are texts, numbers or flags. */
function isMap(value: Attributes): boolean {
  const kinds = new Set(Object.values(value).map((each) => (each === null ? "unset" : typeof each)));
  return kinds.size <= 1 && !kinds.has("object") && !kinds.has("unset");
}

/** Every field that a block or one of its repetitions declares; undefined for any other value. */
function fieldsIn(like: unknown): Attributes | undefined {
  if (isFields(like)) return like;
  if (!Array.isArray(like) || like.length === 0 || !like.every(isFields)) return undefined;
  return Object.assign({}, ...like);
}

/** An object without the paths that Terraform ignores: `lifecycle.ignore_changes`. */
function withoutIgnored(value: Attributes, body: Attributes | undefined): Attributes {
  const ignored = own(body?.lifecycle as Attributes | undefined, "ignore_changes");
  if (ignored === "all") return {};
  const paths = Array.isArray(ignored) ? ignored.map(stepsOf) : [];
  return paths.reduce<Attributes>((left, path) => without(left, path) as Attributes, value);
}

/** `rotation[0].next_rotation_time` as `rotation`, `0`, `next_rotation_time`. */
function stepsOf(path: unknown): readonly string[] {
  return String(path).match(/[^.[\]"]+/g) ?? [];
}

function without(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return undefined;
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === step ? without(item, rest) : item));
  if (!isFields(value) || !Object.hasOwn(value, step)) return value;
  const { [step]: item, ...others } = value;
  return rest.length === 0 ? others : { ...others, [step]: without(item, rest) };
}
