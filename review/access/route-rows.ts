import { listOf, type Resource, referred, resourcesOf, type StackJson } from "../stack-json";
import { type Caller, callersOf } from "./callers";
import { envoyRouteRows, isOpen, serviceBehind } from "./envoy-route-rows";
import type { PolicyJson } from "./policy-json";
import type { AccessRow } from "./row";
import { admittedCallers } from "./sidecar/callers";
import type { Sidecar, UnreadSidecar } from "./sidecar/model";
import type { Sidecars } from "./sidecar/read";

/** Who may call which route: the authorizer's decision, and the cache that replays it; or what Envoy lets pass. */
export function routeRows(stack: StackJson, policy: PolicyJson, sidecars: Sidecars): readonly AccessRow[] {
  const callers = callersOf(stack, policy);
  const onceFor = memo<string>();
  const onceDecided = memo<ReturnType<typeof decidedBy>>();
  const onceVerified = memo<Again | undefined>();
  const byFunctions = resourcesOf(stack, "aws_apigatewayv2_route").flatMap((route): readonly AccessRow[] => {
    const service = serviceBehind(stack, route);
    if (service !== undefined && isOpen(service)) return [];
    const key = String(route.attributes.route_key);
    const known = policy.routes[key];
    const { target, authorizer_id, authorization_type } = route.attributes;
    const on = onceFor(String(target), () => serviceOf(stack, route));
    const { under, terms } = onceDecided(`${authorization_type} ${authorizer_id}`, () => decidedBy(stack, route));
    const { requires: asked } = terms;
    if (asked === undefined) return [{ who: "anyone", may: key, on, under, terms }];
    // A function denies what its policy does not list, so such a route opens nothing.
    if (known === undefined) return [{ who: "nobody", may: key, on, under: `${under}; not in the policy` }];
    if (known.access === "public") return [{ who: "anyone", may: key, on, under, terms }];
    const again = onceVerified(service?.address ?? "", () =>
      verifiedAgain(stack, sidecars.get(service?.address ?? "")),
    );
    return scopedRows(key, known.access.scopes, callers).map(({ permits, ...row }) => {
      const envoy = row.who === "nobody" ? undefined : again?.(key, row.who, permits);
      const words = [row.under, under, ...(envoy === undefined ? [] : [envoy.words])];
      const requires = [...asked, ...(envoy === undefined ? [] : ["a token that Envoy takes", ...envoy.refusals])];
      return { ...row, on, under: words.join("; "), terms: { ...terms, permits, requires } };
    });
  });
  return [...byFunctions, ...envoyRouteRows(stack, sidecars)];
}

/** What Envoy in the instance says of a caller whom the authorizer lets pass. */
type Again = (
  key: string,
  who: string,
  scopes: readonly string[],
) => { readonly words: string; readonly refusals: readonly string[] };

function verifiedAgain(stack: StackJson, sidecar: Sidecar | UnreadSidecar | undefined): Again | undefined {
  if (sidecar === undefined || "fault" in sidecar) return undefined;
  const passing = new Map(
    sidecar.routes.map(({ key, admissions }) => [key, admittedCallers(stack, sidecar, admissions)]),
  );
  return (key, who, scopes) => {
    const same = passing.get(key)?.filter(({ name }) => name === who) ?? [];
    const refused = scopes.filter((scope) => !same.some((each) => each.scopes?.includes(scope) ?? true));
    const what = refused.length === scopes.length ? "IT" : refused.join(" or ");
    return {
      words: refused.length === 0 ? "Envoy verifies the token again" : `ENVOY REFUSES ${what}`,
      refusals: refused.map((scope) => `not by ${scope}`),
    };
  };
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
    if (!made.has(key)) made.set(key, make());
    return made.get(key) as T;
  };
}
