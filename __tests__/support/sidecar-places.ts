import { sidecarsOf } from "../../packages/terraform-access-review/access/sidecar/read";
import { rowChanges } from "../../packages/terraform-access-review/change/access-change";
import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";
import { editConfiguration, sharedIssuerState } from "./shared-issuer";
import { dev, edited, effect, type Json, rowsOf, verdict } from "./synthesized-states";

/** Steps from the root of Envoy's configuration to a value. */
type Path = readonly (string | number)[];

/** One service with two issuers, a public route, and paths that servers could confuse. */
function oneService(): SynthesizedState {
  const { stack, policy }: Json = structuredClone(dev);
  policy.routes = {
    "GET /accounts/me": policy.routes["GET /accounts/me"],
    "GET /accounts/terms": { service: "accounts", access: "public" },
    "GET /accounts/{id}": policy.routes["GET /accounts/{id}"],
  };
  policy.services = { accounts: policy.services.accounts };
  const { resource }: Json = sharedIssuerState({ stack, policy }).stack;
  const own = ([, { route_key }]: [string, Json]) => route_key in policy.routes;
  const kept = {
    aws_apigatewayv2_authorizer: resource.aws_apigatewayv2_authorizer,
    aws_apigatewayv2_integration: { accounts: resource.aws_apigatewayv2_integration.accounts },
    aws_apigatewayv2_route: Object.fromEntries(Object.entries<Json>(resource.aws_apigatewayv2_route).filter(own)),
    aws_cognito_resource_server: resource.aws_cognito_resource_server,
    aws_cognito_user_pool: resource.aws_cognito_user_pool,
    aws_cognito_user_pool_client: resource.aws_cognito_user_pool_client,
    google_cloud_run_v2_service: { accounts: resource.google_cloud_run_v2_service.accounts },
  };
  return { stack: { resource: kept, provider: {} } };
}

const base = oneService();
let configuration: Json;
editConfiguration(structuredClone(base).stack, "accounts", (found) => {
  configuration = structuredClone(found);
});

const changedBy = (edit: (configuration: Json) => void) =>
  edited(base, (_, { stack }) => editConfiguration(stack, "accounts", edit));

/** Returns the changes of access that a review reports for a changed configuration of Envoy. */
export function verdictOn(edit: (configuration: Json) => void): string {
  return effect(base, changedBy(edit));
}

/** Why a changed configuration is not understood. */
export function faultOf(edit: (configuration: Json) => void): string | undefined {
  const [sidecar] = sidecarsOf(changedBy(edit).stack).values();
  return sidecar !== undefined && "fault" in sidecar ? sidecar.fault : undefined;
}

const before = rowsOf(base).map(({ row }) => row);

/** The value at a path. */
export const at = (root: Json, path: Path): Json => path.reduce((value, step) => value[step], root);

function* pathsIn(value: Json, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (Array.isArray(value)) for (const index of value.keys()) yield* pathsIn(value[index], [...path, index]);
  else if (typeof value === "object") for (const key of Object.keys(value)) yield* pathsIn(value[key], [...path, key]);
}

const paths: readonly Path[] = [...pathsIn(configuration)];

/** One change of one place: it is removed, or its value changes. */
export interface PlaceChange {
  readonly how: "goes" | "is another";
  readonly path: Path;
}

/** Yields the removal of every place, and a change of every value. */
export const PLACE_CHANGES: readonly PlaceChange[] = [
  ...paths.map((path) => ({ how: "goes" as const, path })),
  ...paths
    .filter((path) => typeof at(configuration, path) !== "object")
    .map((path) => ({ how: "is another" as const, path })),
];

/** Returns for each field name its first place: a removed structure, or a changed value. */
export function onePerField(changes: readonly PlaceChange[]): readonly PlaceChange[] {
  const values = new Set(changes.filter(({ how }) => how === "is another").map(({ path }) => path.join(".")));
  const found = new Map<string, PlaceChange>();
  for (const change of changes) {
    if (change.how === "goes" && values.has(change.path.join("."))) continue;
    const kind = `${change.how} ${change.path.filter((step) => typeof step === "string").at(-1)}`;
    if (!found.has(kind)) found.set(kind, change);
  }
  return [...found.values()];
}

/** Places where a single change need not be reported, each with the reason. */
export const NO_NEWS: readonly (readonly [RegExp, string])[] = [
  [/routes\.\d+\.name$/, "a refusal's name is only in Envoy's own log"],
];

/** Places where a single change removes access and grants none. */
export const NARROWER: readonly (readonly [RegExp, string])[] = [
  [
    /http_filters\.2\.typed_config\.rules\.policies\.\w+\.principals\.0\.and_ids\.ids\.1\..*value_matchers\.\d$/,
    "a client",
  ],
  [
    /http_filters\.\d\.typed_config\.rules\.policies(\.[^.]+(\.(permissions|principals)\.\d)?)?$/,
    "a policy, or a part of it",
  ],
  [/rules\.policies\.public\.(permissions|principals)\./, "the policy of public routes then matches no route"],
  [/http_filters\.4\..*\.principals\.\d\.and_ids\.ids\.\d\./, "a rule whose condition no token meets"],
  [/filter_context\..*\.scopes(\.\d)?$/, "the app gets fewer scopes"],
];

/** Returns the rows' verdict on each change. */
export function judgedPlaces(changes: readonly PlaceChange[]) {
  return changes.map((change) => ({ ...change, place: change.path.join("."), verdict: verdictOfRows(change) }));
}

/** Returns the changes that are reported as less than they mean. */
export function untold(judged: ReturnType<typeof judgedPlaces>): readonly string[] {
  const isListed = (reasons: typeof NO_NEWS, place: string) => reasons.some(([pattern]) => pattern.test(place));
  return judged
    .filter(({ verdict, place }) => {
      if (verdict === "unchanged") return !isListed(NO_NEWS, place);
      return verdict === "narrowed" && !isListed(NARROWER, place);
    })
    .map(({ how, place, verdict }) => `${place} ${how}: ${verdict}`);
}

function verdictOfRows({ how, path }: PlaceChange): ReturnType<typeof verdict> {
  const head = changedBy((copy) => {
    const [owner, key] = [at(copy, path.slice(0, -1)), path.at(-1) as string];
    if (how === "is another") owner[key] = another(owner[key]);
    else if (Array.isArray(owner)) owner.splice(Number(key), 1);
    else delete owner[key];
  });
  return verdict({
    rows: rowChanges(
      before,
      rowsOf(head).map(({ row }) => row),
      () => [],
    ),
    guards: [],
  });
}

function another(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  return typeof value === "boolean" ? !value : `${value}x`;
}
