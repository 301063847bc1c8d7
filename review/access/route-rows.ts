import { listOf, type Resource, referred, resourcesOf, type StackJson } from "../stack-json";
import { type Caller, callersOf } from "./callers";
import type { PolicyJson } from "./policy-json";
import type { AccessRow } from "./row";

/** Who may call which route: the authorizer's decision, and the cache that replays it. */
export function routeRows(stack: StackJson, policy: PolicyJson): readonly AccessRow[] {
  const callers = callersOf(stack, policy);
  const onceFor = memo<string>();
  const onceDecided = memo<ReturnType<typeof decidedBy>>();
  return resourcesOf(stack, "aws_apigatewayv2_route").flatMap((route) => {
    const key = String(route.attributes.route_key);
    const known = policy.routes[key];
    const { target, authorizer_id, authorization_type } = route.attributes;
    const on = onceFor(String(target), () => serviceOf(stack, route));
    const { under, terms } = onceDecided(`${authorization_type} ${authorizer_id}`, () => decidedBy(stack, route));
    if (terms.requires === undefined) return [{ who: "anyone", may: key, on, under, terms }];
    // A function denies what its policy does not list, so such a route opens nothing.
    if (known === undefined) return [{ who: "nobody", may: key, on, under: `${under}; not in the policy` }];
    if (known.access === "public") return [{ who: "anyone", may: key, on, under, terms }];
    return scopedRows(key, known.access.scopes, callers).map((row) => ({
      ...row,
      on,
      under: `${row.under}; ${under}`,
      terms: { ...terms, permits: [...row.permits] },
    }));
  });
}

/** `permits`: the scopes of which a caller's token needs one. */
type ScopedRow = Omit<AccessRow, "on" | "terms"> & { readonly permits: readonly string[] };

function scopedRows(key: string, scopes: readonly string[], callers: readonly Caller[]): readonly ScopedRow[] {
  const asked = scopes.join(" or ");
  const rows = callers.flatMap(({ name, scopes: held }) => {
    const by = scopes.filter((scope) => held.includes(scope));
    return by.length === 0 ? [] : [{ who: name, may: key, under: by.join(" or "), permits: by }];
  });
  return rows.length > 0 ? rows : [{ who: "nobody", may: key, under: `no caller has ${asked}`, permits: [] }];
}

function serviceOf(stack: StackJson, route: Resource): string {
  const integration = referred(stack, route.attributes.target);
  const service = referred(stack, integration?.attributes.integration_uri);
  return `service ${service?.attributes.name ?? integration?.attributes.integration_uri}`;
}

/** What this program has its gateway keep answers by. Any other is in full: a header may be called `routeKey` as well. */
const SOURCES: Readonly<Record<string, string>> = {
  "$context.path": "path",
  "$context.routeKey": "routeKey",
  "$request.header.Authorization": "Authorization",
  "$stageVariables.policy": "policy",
};

/** Without an authorizer of this stack the gateway itself lets everybody pass: the row says so in capitals. */
function decidedBy(stack: StackJson, { attributes }: Resource): Required<Pick<AccessRow, "under" | "terms">> {
  const authorizer = referred(stack, attributes.authorizer_id);
  if (attributes.authorization_type !== "CUSTOM" || authorizer === undefined) {
    return { under: `NO AUTHORIZER (authorization ${attributes.authorization_type})`, terms: {} };
  }
  const { identity_sources, authorizer_result_ttl_in_seconds: seconds, authorizer_uri } = authorizer.attributes;
  const by = referred(stack, authorizer_uri)?.attributes.function_name ?? authorizer_uri;
  const sources = listOf(identity_sources).map((source) => SOURCES[source] ?? source);
  return {
    under: `${by} decides, for ${seconds} s per ${sources.join(" + ")}`,
    terms: { requires: [`decision of ${by}`, ...sources], limits: { seconds: Number(seconds) } },
  };
}

/** Hundreds of routes share a few services and authorizers. */
function memo<T>(): (key: string, make: () => T) => T {
  const made = new Map<string, T>();
  return (key, make) => {
    const found = made.get(key) ?? make();
    made.set(key, found);
    return found;
  };
}
