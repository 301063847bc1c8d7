import type { GuardChange, Note } from "../model/change";
import { NOTHING, type SynthesizedState } from "../model/state";
import { canonical } from "../terraform-json/order";
import { type Attributes, isFields, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { isBlock, namesIn, typeOf, writtenOf } from "../types";
import { unforeseenOf } from "./actions";
import { filled } from "./attributes";
import { anyUnknown, Deployed, NEW_VALUE, nameOf, withoutMarked } from "./deployed";
import { withForeign } from "./foreign";
import { type Change, managed, type PlanJson, type PlannedConfiguration, stateOf } from "./plan-json";
import { PlanError, planIn, readJson } from "./read";
import { bodyOf, collected, fieldsOf, own, type Resources, shaped, written } from "./shape";

/**
 * The stack of a plan, as the plan itself contains it: for a reader without the configuration's files. A known value is
 * that value, with references to the objects that it names. A value that only the apply knows is the reference in its
 * expression. No file states the policy by which functions decide.
 */
export function ownConfiguration(plan: PlanJson): SynthesizedState {
  const written = writtenStack(plan.configuration ?? {});
  const changes = managed(plan.resource_changes);
  const deployed = new Deployed(plan, written, changes, NOTHING.stack);
  const byAddress = new Map(changes.filter(({ deposed }) => deposed === undefined).map((each) => [each.address, each]));
  const bodies = resourcesOf(written, /./).flatMap(({ type, name, address, attributes }) => {
    const { change } = byAddress.get(address) ?? {};
    // With count or for_each, the resource has other addresses, or none.
    if (!isFields(change?.after)) return [];
    const after = withoutMarked(type, change.after, change.after_sensitive, NEW_VALUE);
    const marks = fieldsOf(change.after_unknown);
    const others = Object.keys({ ...change.after, ...marks }).filter(
      (name) => !Object.hasOwn(attributes, name) && isBlock(type, name) && isDynamic(type, name, change),
    );
    const declared = [...Object.entries(attributes), ...others.map((name) => [name, undefined] as const)];
    const body = declared.flatMap(([argument, like]): readonly (readonly [string, unknown])[] => {
      const [value, unknown] = [own(after, argument), own(marks, argument)];
      if (anyUnknown(unknown)) return [[argument, filled(shaped(value, like, argument), unknown, like)]];
      return value === undefined || value === null ? [] : [[argument, deployed.inWords(value, type, argument, like)]];
    });
    return [[type, name, Object.fromEntries(body)] as const];
  });
  return { stack: withDefaults({ ...written, resource: collected(bodies) }), isPolicyUnread: true };
}

/**
 * Whether a `dynamic` block may have made these blocks, which a plan's configuration omits. Blocks that a provider
 * computes are unknown until the apply if the resource is new, so an unknown block of a new resource does not count.
 */
function isDynamic(type: string, name: string, change: Change): boolean {
  if (anyUnknown(own(fieldsOf(change.after_unknown), name))) return isFields(change.before);
  return [own(fieldsOf(change.after), name)].flat().some(isFields) && isSet(type, name, change);
}

/** Whether the configuration may have set a planned value, and not only the provider. */
function isSet(type: string, name: string, { before, after }: Change): boolean {
  const written = writtenOf(type).arguments;
  if (written.length === 0 || written.some((path) => path.split(".")[0] === name)) return true;
  return canonical(own(fieldsOf(after), name) ?? null) !== canonical(own(fieldsOf(before), name) ?? null);
}

/** The documented defaults of unset arguments that rows read. */
const DEFAULTS: Readonly<Record<string, Attributes>> = {
  aws_apigatewayv2_route: { authorization_type: "NONE" },
  google_cloud_run_v2_service: { ingress: "INGRESS_TRAFFIC_ALL", invoker_iam_disabled: false },
};

/**
 * The same stack with these defaults set explicitly, as in the stacks of this program. A resource that lacks none stays
 * the same object, because the review skips resources that are the same object in two stacks.
 */
export function withDefaults<Stack extends StackJson>(stack: Stack): Stack {
  const resource: Resources = Object.assign(Object.create(null), stack.resource);
  for (const [type, defaults] of Object.entries(DEFAULTS)) {
    const named = stack.resource[type] ?? {};
    const lacking = Object.keys(named).filter((name) => lacks(named[name] ?? {}, defaults));
    if (lacking.length === 0) continue;
    const filled: Record<string, Attributes> = Object.assign(Object.create(null), named);
    for (const name of lacking) filled[name] = { ...defaults, ...named[name] };
    resource[type] = filled;
  }
  return { ...stack, resource };
}

function lacks(body: Attributes, defaults: Attributes): boolean {
  return Object.keys(defaults).some((argument) => !Object.hasOwn(body, argument));
}

/** Every resource, provider and output of the root module, with each expression as a text or a value. */
function writtenStack({ provider_config = {}, root_module = {} }: PlannedConfiguration): SynthesizedState["stack"] {
  const { resources = [], outputs = {} } = root_module;
  const bodies = resources.map(({ address, expressions = {} }) => {
    const type = address.split(".")[0] ?? "";
    return [type, nameOf({ address, type }), bodyOf(expressions)] as const;
  });
  const provider = Object.entries(provider_config).map(([name, { expressions = {} }]) => [name, [bodyOf(expressions)]]);
  const output = Object.entries(outputs).map(([name, { expression }]) => [name, { value: written(expression) }]);
  return {
    resource: collected(bodies.filter(([type]) => type !== "data")),
    provider: Object.fromEntries(provider) as StackJson["provider"],
    ...(output.length > 0 && { output: Object.fromEntries(output) }),
  };
}

/** A stack, and what the plan does not show of it. */
export interface PlannedState {
  readonly state: SynthesizedState;
  /** Objects whose grants the plan does not contain. */
  readonly guards: readonly GuardChange[];
  readonly notes: readonly Note[];
}

/**
 * The planned result, with the objects of modules, of `count` and of `for_each`.
 *
 * @param other the file to compare with
 */
export function plannedState(plan: PlanJson, other: PlanJson = NO_PLAN): PlannedState {
  const own = ownConfiguration(plan);
  const differs = differing(plan, other);
  const planned = managed(plan.resource_changes).map((each) => {
    const { address, type, change } = each;
    if (!isFields(change.after)) return each;
    const after = Object.entries(change.after).filter(([name]) => isSet(type, name, change) || differs(address, name));
    return { ...each, change: { ...change, after: Object.fromEntries(after) } };
  });
  const { stack, guards, notes } = withForeign(own.stack, NOTHING.stack, planned, plan.configuration);
  return { state: { ...own, stack: withDefaults(stack) }, guards: [...unforeseenOf(plan), ...guards], notes };
}

/** The output of `terraform show -json`: of a plan as it is, of a state as a plan without changes. */
export function readEither(text: string): PlanJson {
  const value = readJson(text);
  return stateIn(value) ?? planIn(value);
}

/**
 * The stack to compare a plan with: the planned result of another plan; of a state, what Terraform has created.
 *
 * @param head the stack of the plan: a state does not record which of its values the configuration set, and which
 * names of other objects were references
 */
export function baseState(base: PlanJson, head: SynthesizedState, plan: PlanJson = NO_PLAN): PlannedState {
  if (base.configuration !== undefined) return plannedState(base, plan);
  const { stack } = new Deployed(base, head.stack, [], NOTHING.stack);
  const differs = differing(base, plan);
  const resource = Object.entries(stack.resource).map(([type, named]) => {
    const isWritten = settable(type, head.stack);
    const bodies = Object.entries(named).map(([name, body]) => {
      const address = name.startsWith("module.") ? name : `${type}.${name}`;
      const set = Object.entries(body).filter(([argument]) => isWritten(argument) || differs(address, argument));
      return [name, Object.fromEntries(set)];
    });
    return [type, Object.fromEntries(bodies)];
  });
  const created = withDefaults({ ...stack, resource: Object.fromEntries(resource) });
  return { state: { stack: created, isPolicyUnread: true }, guards: [], notes: [] };
}

const NO_PLAN: PlanJson = { format_version: "1.0" };

/**
 * Finds the arguments that an object has in one file and not, or otherwise, in the other. A configuration set them, even if no
 * stack of this program does. A provider's default is in both.
 */
function differing(one: PlanJson, other: PlanJson): (address: string, argument: string) => boolean {
  const both = [one, other].map(({ resource_changes, ...rest }) => {
    const planned = managed(resource_changes).filter(({ deposed }) => deposed === undefined);
    const objects = stateOf(rest).map(({ address, values }) => [address, { after: values }] as const);
    return new Map<string, Partial<Change>>([
      ...objects,
      ...planned.map((each) => [each.address, each.change] as const),
    ]);
  });
  return (address, argument) => {
    const found = both.map((objects) => objects.get(address));
    if (!found.every((each) => isFields(each?.after) && !anyUnknown(own(fieldsOf(each.after_unknown), argument))))
      return false;
    const [was, is] = found.map((each) => canonical(setIn(own(fieldsOf(each?.after), argument))));
    return was !== is;
  };
}

/** A value without the parts that are the same as none. */
function setIn(value: unknown): unknown {
  if (value === false || value === "" || value === undefined) return null;
  if (Array.isArray(value)) return value.length === 0 ? null : value.length === 1 ? setIn(value[0]) : value.map(setIn);
  if (!isFields(value)) return value;
  const set = Object.entries(value).flatMap(([name, inner]) => {
    const found = setIn(inner);
    return found === null ? [] : [[name, found] as const];
  });
  return set.length === 0 ? null : Object.fromEntries(set);
}

/** Whether a configuration can set an argument, instead of only the provider. Unknown for an unknown type. */
function settable(type: string, { resource }: StackJson): (argument: string) => boolean {
  const { access = [], protects = {} } = typeOf(type).unwritten ?? {};
  const described = [...writtenOf(type).arguments, ...namesIn({ access, protects })].map(
    (path) => path.split(/[.[]/)[0],
  );
  const declared = Object.values(resource[type] ?? {}).flatMap((body) => Object.keys(body));
  const known = new Set([...described, ...declared]);
  return (argument) => known.size === 0 || known.has(argument);
}

/** A state in the form in which a plan contains one. A state file (`terraform.tfstate`) has another format. */
function stateIn(value: unknown): PlanJson | undefined {
  if (!isFields(value) || "resource_changes" in value || "configuration" in value) return undefined;
  if (typeof value.format_version !== "string" || !("terraform_version" in value)) return undefined;
  if (!/^1\.\d+$/.test(value.format_version)) {
    throw new PlanError(`a state of format_version ${value.format_version}`, "make it with Terraform 1.0 or newer");
  }
  return { format_version: value.format_version, prior_state: { values: value.values } };
}
