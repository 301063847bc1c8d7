import type { RowChange } from "../model/change";
import { type AccessRow, calledRoute } from "../model/row";
import type { SynthesizedState } from "../model/state";
import { type Attributes, blocksOf, listOf, referred, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { named, ownRole, plain } from "../types/named";

/** The changes of rows without those that say nothing new. */
export function withoutImplied(
  changes: readonly RowChange[],
  before: SynthesizedState,
  after: SynthesizedState,
): readonly RowChange[] {
  // All of a first deploy is new.
  if (Object.keys(before.stack.resource).length === 0) return changes;
  const hops = hopsOf(changes, after);
  const firsts = firstPolicies(before.stack, after.stack);
  return changes.filter(({ before: was, after: is }) => {
    if (was !== undefined || is === undefined) return true;
    return !(is.effect === "allow" && firsts.has(is.from.address)) && !hops.has(hopIn(is) ?? "");
  });
}

/**
 * What follows from a call that is gained: the function that decides on it may now become the role that calls its service.
 * If the function's code is the program's own, it does so for calls that its policy admits, and those are rows.
 */
function hopsOf(changes: readonly RowChange[], { stack, policy, isOwnCode }: SynthesizedState): ReadonlySet<string> {
  if (!isOwnCode || policy === undefined) return new Set();
  const functions = new Map(
    resourcesOf(stack, "aws_lambda_function").map(({ attributes }) => [
      String(attributes.function_name),
      referred(stack, attributes.role),
    ]),
  );
  const hops = changes.flatMap(({ effect, before, after }) => {
    const isGained = effect === "broadened" && before === undefined && after !== undefined;
    const key = isGained ? calledRoute(after) : undefined;
    const from = functions.get(after?.decision?.by ?? "");
    const service = policy.services[policy.routes[key ?? ""]?.service ?? ""];
    const to = service && ownRole(stack, plain(service.role));
    return from === undefined || to?.kind !== "resource" ? [] : [hopOf(named(from).name, to.name)];
  });
  return new Set(hops);
}

/** The two roles of a row by which one may become the other. */
function hopIn({ principal, action, resource }: AccessRow): string | undefined {
  const isHop = action.kind === "aws-actions" && !action.not && action.actions.join() === "sts:AssumeRole";
  if (!isHop || principal.kind !== "resource" || resource.kind !== "resource") return undefined;
  const areRoles = [principal, resource].every(({ type }) => type === "aws_iam_role");
  return areRoles ? hopOf(principal.name, resource.name) : undefined;
}

function hopOf(from: string, to: string): string {
  return JSON.stringify([from, to]);
}

const POLICY = "aws_api_gateway_rest_api_policy";

/**
 * The first resource policies of REST APIs that had none, and so admitted every network and principal. A policy that allows
 * may admit more if IAM decides on a method, or to an API that refuses every caller without one.
 */
function firstPolicies(before: StackJson, after: StackJson): ReadonlySet<string> {
  const apisWith = (stack: StackJson) => resourcesOf(stack, POLICY).map(({ attributes }) => attributes.rest_api_id);
  const byIam = resourcesOf(after, "aws_api_gateway_method")
    .filter(({ attributes }) => attributes.authorization === "AWS_IAM")
    .map(({ attributes }) => referred(after, attributes.rest_api_id)?.address);
  const had = apisWith(before);
  const firsts = resourcesOf(after, POLICY).filter(({ attributes: { rest_api_id } }) => {
    const api = referred(after, rest_api_id);
    const was = api && before.resource[api.type]?.[api.name];
    return (
      was !== undefined &&
      isOpen(was) &&
      !had.includes(rest_api_id) &&
      byIam.every((each) => each !== undefined && each !== api?.address)
    );
  });
  return new Set(firsts.map(({ address }) => address));
}

/** Whether an API without a resource of type `aws_api_gateway_rest_api_policy` admits every network. A private one does not. */
function isOpen({ body, endpoint_configuration, policy }: Attributes): boolean {
  const types = blocksOf(endpoint_configuration).flatMap((each) => listOf(each.types));
  return body === undefined && policy === undefined && types.every((type) => type === "REGIONAL" || type === "EDGE");
}
