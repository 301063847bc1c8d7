import { canonical } from "../../terraform-json/order";
import { type Attributes, isFields } from "../../terraform-json/stack-json";
import { fields, hashed, list, NotUnderstood, only } from "./fields";

/** One RBAC filter: a request passes if some policy has a matching permission and a matching principal. */
export type Rules = readonly Policy[];

interface Policy {
  readonly name: string;
  readonly permissions: readonly unknown[];
  readonly principals: readonly Principal[];
}

/** Conditions for a token, all of which must hold. More conditions are narrower. */
export interface Principal {
  /** Exact values of claims, one per claim. */
  readonly claims: Readonly<Record<string, readonly string[]>>;
  /** For each claim that is a list: groups of values. It must contain one of each group. */
  readonly lists: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** Every other condition, unchanged. */
  readonly conditions: readonly string[];
}

/** An RBAC filter that allows what its policies state and refuses everything else. */
export function rulesOf(filter: unknown, where: string): Rules {
  const { typed_config } = only(filter, ["name", "typed_config"], where);
  const { rules } = only(typed_config, ["@type", "rules", "rules_stat_prefix"], where);
  const { action = "ALLOW", policies } = only(rules, ["action", "policies"], where);
  if (action !== "ALLOW") throw new NotUnderstood(`action ${action} of ${where}`);
  return Object.entries(fields(policies ?? {}, `policies of ${where}`)).map(([name, policy]) => {
    const place = `the policy ${name} of ${where}`;
    const { permissions, principals } = only(policy, ["permissions", "principals"], place);
    return {
      name,
      permissions: list(permissions, `permissions of ${place}`),
      principals: list(principals, `principals of ${place}`).flatMap((each) => principalOf(each)),
    };
  });
}

/** The principals that apply to a route, by its metadata. */
export function principalsFor(rules: Rules, metadata: unknown): readonly Principal[] {
  return rules
    .filter(({ name, permissions }) => permissions.some((permission) => holds(permission, metadata, name)))
    .flatMap(({ principals }) => principals);
}

/** Policies that apply to none of these routes, each as a text. */
export function idlePolicies(rules: Rules, routes: readonly { readonly metadata: unknown }[]): readonly string[] {
  const counts = ({ name, permissions }: Policy) =>
    routes.some(({ metadata }) => permissions.some((permission) => holds(permission, metadata, name)));
  return rules.filter((policy) => !counts(policy)).map((policy) => `${policy.name} ${hashed(policy)}`);
}

function holds(permission: unknown, metadata: unknown, policy: string): boolean {
  const where = `a permission of the policy ${policy}`;
  const { any, sourced_metadata } = only(permission, ["any", "sourced_metadata"], where);
  if (any === true && sourced_metadata === undefined) return true;
  const { metadata_matcher, metadata_source } = only(sourced_metadata, ["metadata_matcher", "metadata_source"], where);
  if (metadata_source !== "ROUTE" || any !== undefined) throw new NotUnderstood(where);
  const { filter, path, value } = only(metadata_matcher, ["filter", "path", "value"], where);
  const wanted = exactValues(value);
  if (wanted === undefined) throw new NotUnderstood(where);
  const steps = [filter, ...list(path, where).map((step) => only(step, ["key"], where).key)];
  const found = steps.reduce<unknown>((owner, step) => (owner as Attributes | undefined)?.[String(step)], metadata);
  return typeof found === "string" && wanted.includes(found);
}

/** Returns an empty list if the principal matches no caller. */
function principalOf(principal: unknown): readonly Principal[] {
  const { and_ids, ...single } = fields(principal, "a principal");
  const alone = and_ids === undefined || Object.keys(single).length > 0;
  const parts = alone ? [principal] : list(only(and_ids, ["ids"], "a principal").ids, "a principal");
  if (parts.some((part) => sole(sole(part, "not_id"), "any") === true)) return [];
  const conditions = parts.filter((part) => sole(part, "any") !== true).map(conditionOf);
  const principals = conditions.reduce<readonly Principal[]>(
    (found, condition) => found.flatMap((each) => both(each, condition)),
    [{ claims: {}, lists: {}, conditions: [] }],
  );
  return principals.map(inOneWord);
}

/**
 * Conditions that apply to each subject of a principal alike, stated once, so that removing a subject changes no
 * condition.
 */
function inOneWord(principal: Principal): Principal {
  const each = canonical(askedByThemselves(principal.claims.sub ?? []));
  const conditions = principal.conditions.map((text) =>
    text === each ? "of AWS's own tokens those that their sub asked for" : text,
  );
  return { ...principal, conditions: conditions.sort() };
}

/** A condition: the token does not name the role that requested it, or names the one that is its `sub`. */
function askedByThemselves(subjects: readonly string[]): unknown {
  const claim = (keys: readonly string[], value: unknown) => {
    const path = ["claims", ...keys].map((key) => ({ key }));
    return { sourced_metadata: { metadata_matcher: { filter: JWT, path, value } } };
  };
  const asker = (value: unknown) => claim(["https://sts.amazonaws.com/", "principal_id"], value);
  const own = subjects.map((subject) => {
    const value = { string_match: { exact: subject } };
    return { and_ids: { ids: [claim(["sub"], value), asker(value)] } };
  });
  return { or_ids: { ids: [{ not_id: asker({ present_match: true }) }, ...own] } };
}

const JWT = "envoy.filters.http.jwt_authn";

/** A condition on an exact claim, on a claim that is a list, or any other as text. */
function conditionOf(part: unknown): Principal {
  const other = () => ({ claims: {}, lists: {}, conditions: [canonical(part)] });
  const matcher = sole(sole(part, "sourced_metadata"), "metadata_matcher") as Attributes | null | undefined;
  if (matcher?.filter !== JWT || "invert" in matcher) return other();
  const [holder, name, ...deeper] = [matcher.path ?? []].flat().map((step: Attributes) => step.key);
  if (holder !== "claims" || name === undefined || deeper.length > 0) return other();
  const values = exactValues(matcher.value);
  if (values !== undefined) return { claims: { [name]: values }, lists: {}, conditions: [] };
  const { list_match: items, ...rest } = matcher.value ?? {};
  const ofList = Object.keys(rest).length === 0 ? exactValues(items?.one_of) : undefined;
  return ofList === undefined ? other() : { claims: {}, lists: { [name]: [ofList] }, conditions: [] };
}

/** The texts that a matcher accepts, if it accepts exact texts only. */
function exactValues(matcher: unknown): readonly string[] | undefined {
  const exact = sole(sole(matcher, "string_match"), "exact");
  if (typeof exact === "string") return [exact];
  const each = sole(sole(matcher, "or_match"), "value_matchers");
  if (!Array.isArray(each)) return undefined;
  const found = each.map((value) => exactValues(value));
  return found.every((values) => values !== undefined) ? found.flat() : undefined;
}

/** The value of an object's key, if the object has no other key. */
function sole(value: unknown, key: string): unknown {
  if (!isFields(value)) return undefined;
  const [first, ...others] = Object.keys(value);
  return first === key && others.length === 0 ? value[key] : undefined;
}

/** The combined conditions of both; empty if no token can satisfy them. */
export function both(one: Principal, other: Principal): readonly Principal[] {
  const claims = met(one.claims, other.claims);
  if (Object.values(claims).some((values) => values.length === 0)) return [];
  const lists = { ...one.lists };
  // Different items of one list may meet two groups.
  for (const [name, groups] of Object.entries(other.lists)) lists[name] = [...(lists[name] ?? []), ...groups];
  return [{ claims, lists, conditions: [...new Set([...one.conditions, ...other.conditions])].sort() }];
}

function met(one: Principal["claims"], other: Principal["claims"]): Principal["claims"] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(
    names.map((name) => {
      const [first, second] = [one[name] ?? other[name] ?? [], other[name] ?? one[name] ?? []];
      return [name, first.filter((value) => second.includes(value))];
    }),
  );
}
