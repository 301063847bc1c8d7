import type { RowChange } from "../model/change";
import { type AccessRow, calledRoute } from "../model/row";
import type { SynthesizedState } from "../model/state";
import { referred, resourcesOf, type StackJson } from "../terraform-json/stack-json";
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
  const hops = changes.flatMap(({ before, after }) => {
    const key = before === undefined && after !== undefined ? calledRoute(after) : undefined;
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
 * The first resource policies of REST APIs that had none, and so admitted every network and principal. If IAM decides on a
 * method, a policy that allows may admit more.
 */
function firstPolicies(before: StackJson, after: StackJson): ReadonlySet<string> {
  const apisWith = (stack: StackJson) => resourcesOf(stack, POLICY).map(({ attributes }) => attributes.rest_api_id);
  const byIam = resourcesOf(after, "aws_api_gateway_method").filter(
    ({ attributes }) => attributes.authorization === "AWS_IAM",
  );
  const had = apisWith(before);
  const firsts = resourcesOf(after, POLICY).filter(({ attributes: { rest_api_id } }) => {
    const api = referred(after, rest_api_id);
    const isKnown = api !== undefined && before.resource[api.type]?.[api.name] !== undefined;
    return (
      isKnown && !had.includes(rest_api_id) && byIam.every(({ attributes }) => attributes.rest_api_id !== rest_api_id)
    );
  });
  return new Set(firsts.map(({ address }) => address));
}
