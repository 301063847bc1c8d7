import { isOpen } from "../access/envoy-route-rows";
import { GUARDS, type GuardChange, IGNORED } from "../model/change";
import { httpRoutes } from "../terraform-json/gateway-routes";
import { compareText } from "../terraform-json/order";
import { referencesIn } from "../terraform-json/references";
import {
  type Attributes,
  blocksOf,
  firstReferred,
  listOf,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
  texts,
} from "../terraform-json/stack-json";
import { guardsOf as protectedIn, TYPES, typeOf } from "../types";
import { on, type Strength } from "../types/meaning";

/** Terraform's own protection, which every resource can have. */
const ANY_TYPE: Readonly<Record<string, Strength>> = { "lifecycle.prevent_destroy": on };

/** A setting that protects: its value, and which of two values is safer. */
interface Guard {
  readonly address: string;
  readonly guard: string;
  readonly value: unknown;
  readonly strength: number;
  /** Another resource reports the value that it replaces, so it counts as a change only if it is weaker. */
  readonly elsewhere?: true;
  readonly thing?: string;
}

/** Protections and token lifetimes that differ in the second stack, on resources that are in both. */
export function guardChanges(before: StackJson, after: StackJson): readonly GuardChange[] {
  const now = new Map(guardsOf(after, before).map((guard) => [key(guard), guard]));
  const changed = [...guardsOf(before, after), ...presence(before, after), ...inherited(before, after)].flatMap(
    (former): readonly GuardChange[] => {
      const latest =
        now.get(key(former)) ??
        (former.guard === GUARDS.presence ? { ...former, value: false, strength: 0 } : undefined);
      if (latest === undefined || isAsStrong(latest, former)) return [];
      const effect = latest.strength > former.strength ? ("narrowed" as const) : ("broadened" as const);
      if (former.elsewhere && effect === "narrowed") return [];
      const { address, guard, thing } = former;
      return [
        { effect, address, guard, before: shown(former.value), after: shown(latest.value), ...(thing && { thing }) },
      ];
    },
  );
  return [...changed, ...newPresence(before, after), ...ignoredChanges(before, after)].sort((a, b) =>
    compareText(a.effect + a.address + a.guard, b.effect + b.address + b.guard),
  );
}

/** A value of unknown strength is only as strong as itself. */
function isAsStrong(one: Guard, other: Guard): boolean {
  if (Number.isNaN(one.strength)) return Number.isNaN(other.strength) && shown(one.value) === shown(other.value);
  return one.strength === other.strength;
}

/** The protective resources of the first stack that the second lacks, although it still has the protected resources. */
function presence(before: StackJson, after: StackJson): readonly Guard[] {
  return (
    Object.keys(TYPES)
      .filter((type) => typeOf(type).protection !== undefined)
      .flatMap((type) => resourcesOf(before, type))
      .filter(({ type, name }) => after.resource[type]?.[name] === undefined)
      // Settings of one method of a REST API are removed with the method.
      .filter(
        ({ type, name }) =>
          type !== SETTINGS || name === "all" || after.resource.aws_api_gateway_method?.[name] !== undefined,
      )
      .filter(({ type, attributes }) => type !== ROTATION || !isOff(after, attributes))
      .filter(({ type, attributes }) => {
        const named = texts(attributes[typeOf(type).protection?.of ?? ""] ?? attributes);
        const guarded = named.map((text) => firstReferred(before, text)).find((found) => found !== undefined);
        return guarded === undefined || after.resource[guarded.type]?.[guarded.name] !== undefined;
      })
      .map(({ address, attributes }) => ({
        address,
        guard: GUARDS.presence,
        value: true,
        strength: 1,
        ...thingOf(attributes),
      }))
  );
}

const SETTINGS = "aws_api_gateway_method_settings";
const ROTATION = "aws_secretsmanager_secret_rotation";

/** Whether the secret belongs to an app client that no longer gets a token for it. */
function isOff(stack: StackJson, { secret_id }: Attributes): boolean {
  const secret = referred(stack, secret_id)?.address;
  const version = resourcesOf(stack, "aws_secretsmanager_secret_version").find(
    ({ attributes }) => referred(stack, attributes.secret_id)?.address === secret,
  );
  const named = referencesIn(String(version?.attributes.secret_string_wo));
  const client = named.find(({ type }) => type === "aws_cognito_user_pool_client")?.name ?? "";
  return stack.resource.aws_cognito_user_pool_client?.[client]?.allowed_oauth_flows_user_pool_client === false;
}

/** The protective resources that are new, of what was there without them. Settings of one method have guards of their own. */
function newPresence(before: StackJson, after: StackJson): readonly GuardChange[] {
  if (Object.keys(before.resource).length === 0) return [];
  return presence(after, before)
    .filter(({ address }) => !address.startsWith(`${SETTINGS}.`))
    .map(({ address }) => ({ effect: "narrowed", address, guard: GUARDS.presence, before: "false", after: "true" }));
}

/** Attributes that Terraform now leaves to those who change them, or restores again. */
function ignoredChanges(before: StackJson, after: StackJson): readonly GuardChange[] {
  return resourcesOf(after, /./).flatMap(({ address, type, name, attributes }): readonly GuardChange[] => {
    const former = before.resource[type]?.[name];
    if (former === undefined || former === attributes) return [];
    const [was, is] = [former, attributes].map(({ lifecycle }) => ignoredIn(type, lifecycle)) as [string[], string[]];
    const isMore = !was.includes("all") && is.some((path) => !was.includes(path));
    if (!isMore && was.every((path) => is.includes(path))) return [];
    const shownPaths = [was, is].map((paths) => (paths.length === 0 ? "not set" : shown(paths)));
    const [from = "", to = ""] = shownPaths;
    return [{ effect: isMore ? "broadened" : "narrowed", address, guard: IGNORED, before: from, after: to }];
  });
}

/** Without those that open nothing, also if another principal changes them. */
function ignoredIn(type: string, lifecycle: unknown): readonly string[] {
  const { harmlessOutside = [] } = typeOf(type);
  return listOf(blocksOf(lifecycle)[0]?.ignore_changes).filter((path) => !harmlessOutside.includes(path));
}

/** A method's own settings replace its stage's: these were its settings until then. */
function inherited(before: StackJson, after: StackJson): readonly Guard[] {
  const whole = resourcesOf(before, SETTINGS).filter(({ attributes }) => attributes.method_path === "*/*");
  return resourcesOf(after, SETTINGS)
    .filter(({ name }) => before.resource[SETTINGS]?.[name] === undefined)
    .flatMap((settings): readonly Guard[] => {
      const stage = stageOf(settings.attributes);
      const attributes = whole.find((each) => stageOf(each.attributes) === stage)?.attributes ?? {};
      return guardsIn({ ...settings, attributes }).map((guard) => ({ ...guard, elsewhere: true }));
    });
}

/** The route of a method's settings, in the user's terms. */
function thingOf({ method_path }: Attributes): { readonly thing?: string } {
  const [, path = "", method] = /^(.*)\/([A-Z]+)$/.exec(String(method_path ?? "")) ?? [];
  return method === undefined ? {} : { thing: `${method} /${path === "~1" ? "" : path}` };
}

function stageOf({ rest_api_id, stage_name }: Attributes): string {
  return JSON.stringify([rest_api_id, stage_name]);
}

/** Guards of resources that differ between the stacks: in a plan, all but a few are the same object in both. */
function guardsOf(stack: StackJson, other: StackJson): readonly Guard[] {
  return resourcesOf(stack, /./)
    .filter(({ type, name, attributes }) => other.resource[type]?.[name] !== attributes)
    .flatMap(guardsIn);
}

function guardsIn({ address, type, attributes }: Resource): readonly Guard[] {
  return Object.entries({ ...ANY_TYPE, ...protectedIn(type) }).map(([guard, strengthOf]) => {
    const value = valueAt(attributes, guard);
    return { address, guard, value, strength: strengthOf(value, attributes), ...thingOf(attributes) };
  });
}

function valueAt(attributes: Attributes, path: string): unknown {
  return path.split(".").reduce<unknown>((value, step) => {
    const [owner] = [value].flat();
    return typeof owner === "object" && owner !== null ? (owner as Attributes)[step] : undefined;
  }, attributes);
}

function key({ address, guard }: Guard): string {
  return `${address} ${guard}`;
}

export function shown(value: unknown): string {
  return value === undefined ? "not set" : JSON.stringify(value);
}

const TYPE = "aws_apigatewayv2_stage";
const LIMITS = ["throttling_rate_limit", "throttling_burst_limit"] as const;

/** Represents all routes without their own limit. */
const OTHERS = "$default";

/**
 * Throttles of an HTTP API that permit more, or fewer, requests. A route without its own limits has the stage's; a
 * stage without limits has the account's, which AWS may raise. Throttles of a REST API are separate guards.
 */
export function throttleChanges(before: StackJson, after: StackJson): readonly GuardChange[] {
  return resourcesOf(after, TYPE).flatMap(({ address, name, attributes }): readonly GuardChange[] => {
    const was = before.resource[TYPE]?.[name];
    if (was === undefined || was === attributes) return [];
    const own = [was, attributes].flatMap((stage) =>
      blocksOf(stage.route_settings).map(({ route_key }) => `${route_key}`),
    );
    const [had, has] = [routesIn(before), routesIn(after)];
    const keys = [OTHERS, ...new Set(own.filter((key) => had.has(key) && has.has(key)))];
    return keys.flatMap((key) =>
      LIMITS.flatMap((guard): readonly GuardChange[] => {
        const [old, now] = [limitOf(was, key, guard), limitOf(attributes, key, guard)];
        if (old === now) return [];
        const thing = key === OTHERS ? "routes without a throttle of their own" : key;
        const effect = (now ?? Infinity) > (old ?? Infinity) ? "broadened" : "narrowed";
        return [{ effect, address, guard, thing, before: limitText(old), after: limitText(now) }];
      }),
    );
  });
}

const SERVICE = "google_cloud_run_v2_service";

/** Cloud Run's own maximum for a service that declares none. */
const DEFAULT_INSTANCES = 100;

/**
 * Changed maximum numbers of instances of services whose invoker check is off. Callers with a token may bypass the
 * gateway and its throttles there, so nothing else bounds the load.
 */
export function instanceChanges(before: StackJson, after: StackJson): readonly GuardChange[] {
  return resourcesOf(after, SERVICE).flatMap((service): readonly GuardChange[] => {
    const was = before.resource[SERVICE]?.[service.name];
    if (was === undefined || !isOpen(service) || !isOpen({ ...service, attributes: was })) return [];
    const [old, now] = [instancesOf(was), instancesOf(service.attributes)];
    if (old === now) return [];
    // A default may rise, so that none is set is never the lower limit.
    const effect = (now ?? Infinity) > (old ?? DEFAULT_INSTANCES) ? "broadened" : "narrowed";
    return [{ effect, address: service.address, guard: INSTANCES, before: limitText(old), after: limitText(now) }];
  });
}

const INSTANCES = "template.scaling.max_instance_count";

function instancesOf({ template }: Attributes): number | undefined {
  const count = blocksOf(blocksOf(template)[0]?.scaling)[0]?.max_instance_count;
  return count === undefined || count === null ? undefined : Number(count);
}

function routesIn(stack: StackJson): ReadonlySet<string> {
  return new Set(httpRoutes(stack).map(({ key }) => key));
}

/** Undefined if only the account's limit applies. */
function limitOf(stage: Attributes, key: string, limit: (typeof LIMITS)[number]): number | undefined {
  const own = blocksOf(stage.route_settings).find(({ route_key }) => route_key === key)?.[limit];
  const found = own ?? blocksOf(stage.default_route_settings)[0]?.[limit];
  return found === undefined || found === null ? undefined : Number(found);
}

function limitText(value: number | undefined): string {
  return value === undefined ? "not set" : String(value);
}
