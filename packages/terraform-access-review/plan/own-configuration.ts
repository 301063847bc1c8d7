import { NOTHING, type SynthesizedState } from "../model/state";
import { type Attributes, isFields, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { writtenOf } from "../types";
import { filled } from "./attributes";
import { anyUnknown, Deployed, NEW_VALUE, nameOf, withoutMarked } from "./deployed";
import { managed, type PlanJson, type PlannedConfiguration } from "./plan-json";
import { PlanError, planIn, readJson } from "./read";
import { collected, fieldsOf, own, type Resources, shaped } from "./shape";

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
    const { after: planned, after_sensitive, after_unknown } = byAddress.get(address)?.change ?? {};
    // With count or for_each, the resource has other addresses, or none.
    if (!isFields(planned)) return [];
    const after = withoutMarked(type, planned, after_sensitive, NEW_VALUE);
    const marks = fieldsOf(after_unknown);
    const body = Object.entries(attributes).flatMap(([argument, like]): readonly (readonly [string, unknown])[] => {
      const [value, unknown] = [own(after, argument), own(marks, argument)];
      if (anyUnknown(unknown)) return [[argument, filled(shaped(value, like, argument), unknown, like)]];
      return value === undefined || value === null ? [] : [[argument, deployed.inWords(value, type, argument, like)]];
    });
    return [[type, name, Object.fromEntries(body)] as const];
  });
  return { stack: withDefaults({ ...written, resource: collected(bodies) }), isPolicyUnread: true };
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

function bodyOf(expressions: Attributes): Attributes {
  return Object.fromEntries(Object.entries(expressions).map(([name, each]) => [name, written(each)]));
}

/** The value or text of an expression, of a block of expressions, or of a list of blocks. */
function written(expression: unknown): unknown {
  if (Array.isArray(expression)) return expression.map(written);
  if (!isFields(expression)) return expression;
  if (Object.hasOwn(expression, "constant_value")) return expression.constant_value;
  if (Array.isArray(expression.references)) return referencesText(expression.references.map(String));
  return Object.keys(expression).length === 0 ? "(known after apply)" : bodyOf(expression);
}

/** Terraform lists `aws_iam_role.a.arn`, and then its parents. It does not list the rest of the text. */
function referencesText(references: readonly string[]): string {
  const whole = references.filter((each) => !references.some((other) => other !== each && other.startsWith(each)));
  return whole.map((each) => `\${${each}}`).join("");
}

/**
 * The stack in a file: for a plan, the planned result; for a state, what Terraform has created.
 *
 * @param text the output of `terraform show -json` for either
 * @param head the stack to compare with: a state does not record which of its values the configuration set, and which
 * names of other objects were references
 */
export function readState(text: string, head: SynthesizedState): SynthesizedState {
  const value = readJson(text);
  const state = stateIn(value);
  if (state === undefined) return ownConfiguration(planIn(value));
  const { stack } = new Deployed(state, head.stack, [], NOTHING.stack);
  const resource = Object.entries(stack.resource).map(([type, named]) => {
    const isWritten = settable(type, head.stack);
    const bodies = Object.entries(named).map(([name, body]) => [
      name,
      Object.fromEntries(Object.entries(body).filter(([argument]) => isWritten(argument))),
    ]);
    return [type, Object.fromEntries(bodies)];
  });
  return { stack: withDefaults({ ...stack, resource: Object.fromEntries(resource) }), isPolicyUnread: true };
}

/** Whether a configuration can set an argument, instead of only the provider. Unknown for an unknown type. */
function settable(type: string, { resource }: StackJson): (argument: string) => boolean {
  const described = writtenOf(type).arguments.map((path) => path.split(".")[0]);
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
