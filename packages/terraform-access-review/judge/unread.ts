import { unreadArguments } from "../access/unread-rows";
import type { AttributeChange, Json } from "../model/attribute-change";
import { GUARDS, type GuardChange, type ResourceChange } from "../model/change";
import type { SynthesizedState } from "../model/state";
import { EXISTING_SERVICE_READS } from "../terraform-json/existing-service";
import { unreadPolicyArguments } from "../terraform-json/iam-statements";
import { canonical, compareText } from "../terraform-json/order";
import { isValidationRecord, replaceReferences } from "../terraform-json/references";
import { abridged, sha256 } from "../terraform-json/sha256";
import { type Attributes, oncePerStack, referred, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import {
  type Covered,
  coveredNames,
  coveredOf,
  isWithin,
  isWrittenPath,
  outsideSchema,
  setsOf,
  TYPES,
  typeOf,
  unplainParts,
  unwrittenArguments,
  withoutIndices,
} from "../types";
import { below, type Conditional, type Name, where } from "../types/meaning";
import { firewallChanges } from "./firewall";
import { isPlaceOfState, SUBDOMAIN } from "./moves";
import { clean, type Part, partsOf } from "./normal";
import { diffAttributes } from "./value-diff";

/**
 * Changes of attributes that neither the ledger nor a guard reads. They count as broader, because nothing proves otherwise.
 * Read from the two stacks, so that a plan and the synthesized files give the same result.
 */
export function unreadChanges(
  before: SynthesizedState,
  after: SynthesizedState,
  resources: readonly ResourceChange[],
): readonly GuardChange[] {
  const [earlier, later] = differing(before, after).map(partsOf) as [PartsByAddress, PartsByAddress];
  const firewalls = firewallChanges(before.stack, after.stack).read;
  const changes = new Map(resources.map((each) => [partOf(each), each]));
  const others = [...later].flatMap(([address, part]) => {
    const was = earlier.get(address);
    if (was === undefined) {
      const isTagged = "tags" in part.attributes && readsTags(after.stack);
      if (!isTagged && !isInDoubt(address, part, before.stack) && !replacesSome(part, before)) return [];
      // Its whole content identifies it, so that allowing one does not allow another.
      const content = `unknown (${digest(canonical(part.attributes))})`;
      return [doubt(address, GUARDS.created, "nothing", content, isWritten(address, part))];
    }
    if (was.attributes === part.attributes) return [];
    const change = changes.get(address);
    return [
      ...unplainNow(address, was, part),
      ...unreadPolicies(address, was, part),
      ...changesOf(address, [was, part], [before, after]).filter(
        // Terraform's own arguments are in no plan.
        ({ guard }) =>
          !(firewalls.has(address) && /^(rule|addresses)\b/.test(guard)) &&
          (guard.startsWith("lifecycle") || guard === GUARDS.existingService || isPlanned(guard, change)),
      ),
    ];
  });
  const alone = resources.filter(
    ({ action, type }) => action === "forgotten" && type !== "" && typeOf(type).isHarmlessAlone !== true,
  );
  const hasResources = Object.keys(after.stack.resource).length > 0;
  const gone = [...earlier.keys()].filter((address) => WHERE.test(address) && !later.has(address) && hasResources);
  return [
    ...others,
    ...gone.map((address) => doubt(address, GUARDS.destroyed, "there", "gone")),
    // They stay in the cloud and keep their grants, although no row reports them any more.
    ...alone.map(({ address }) => doubt(address, GUARDS.leftUnmanaged, "Terraform", "it stays in the cloud as it is")),
  ].sort((a, b) => compareText(a.address + a.guard, b.address + b.guard));
}

/** The address of a resource in `partsOf`. A stack names a resource in a module by its whole address. */
function partOf({ address, type }: ResourceChange): string {
  return address.startsWith("module.") ? `${type}.${address}` : address;
}

/** Whether the plan changes the value. Providers fill in computed values, so some differences are not changes. */
function isPlanned(path: string, change: ResourceChange | undefined): boolean {
  return (change?.attributes ?? []).some(
    (each) =>
      (each.path.startsWith(path) || path.startsWith(each.path)) &&
      !(each.kind === "unknown" && each.after === undefined),
  );
}

function changesOf(
  address: string,
  [was, part]: readonly [Part, Part],
  [before, after]: readonly [SynthesizedState, SynthesizedState],
): readonly GuardChange[] {
  const { type } = part;
  const known = type === "" ? (coveredOther(address) ?? []) : coveredOf(type);
  return diffAttributes(filled(was), filled(part), setsOf(type))
    .filter(
      (each) =>
        isNews(each, known, before) ||
        (TAGS.test(each.path) && [before, after].some(({ stack }) => readsTags(stack))) ||
        (each.path === SECRET && madeOf(was, before.stack) !== madeOf(part, after.stack)),
    )
    .filter(({ path, before, after }) => address !== "terraform.backend" || !isPlaceOfState(path, before, after))
    .flatMap(({ path, kind, ...change }): readonly GuardChange[] => {
      const service = existingServiceIn(address, path);
      if (service !== undefined) {
        const [was, is] = [change.before, change.after].map(String) as [string, string];
        return service.isNamed ? [{ effect: "unjudged", ...service.at, before: was, after: is }] : [];
      }
      const [was, is] = [change.before, change.after].map((value) => (kind === "hidden" ? "(hidden)" : shown(value)));
      const isEmpty = [was, is].every((text) => text === "{}" || text === "not set");
      return [doubt(address, path, String(was), String(is), isWrittenAt(address, part, path, isEmpty))];
    });
}

/** Another region or project of an existing service, of which two data sources read. One of them gets the line. */
function existingServiceIn(address: string, path: string) {
  const [type, name = "", argument = ""] = path.split(".");
  if (!isExistingServiceRead(address) || !["location", "project"].includes(argument)) return undefined;
  const isNamed = type === "google_cloud_run_v2_service";
  return { isNamed, at: { address: `${address}.${name}`, guard: GUARDS.existingService, thing: argument } };
}

/** Whether the stacks of this program write every argument of a part, in this form. */
function isWritten(address: string, { type, attributes }: Part): boolean {
  if (type === "") return isOfProgram(address);
  return (
    Object.hasOwn(TYPES, type) &&
    !/\.\d+$/.test(address) &&
    unplainParts(type, attributes).size === 0 &&
    unreadArguments(attributes, type).length === 0 &&
    unwrittenArguments(type, attributes).length === 0
  );
}

/**
 * The same for the argument at this path, or what is within it.
 *
 * @param isEmpty whether it is a block without arguments, which no list of written arguments has
 */
function isWrittenAt(address: string, { type, attributes }: Part, path: string, isEmpty: boolean): boolean {
  if (type === "") return isOfProgram(address);
  const plain = withoutIndices(path);
  const isPlain = ![...unplainParts(type, attributes).keys()].some((each) => isWithin(each, plain));
  const body = plain.split(".").reduceRight<unknown>((inner, step) => ({ [step]: inner }), true) as Attributes;
  const isInSchema = Object.hasOwn(TYPES, type) && outsideSchema(type, body).length === 0;
  return isPlain && (isWrittenPath(type, path) || (isEmpty && isInSchema));
}

/** Parts that are not resources, of stacks of this program. */
function isOfProgram(address: string): boolean {
  return coveredOther(address) !== undefined || address === "terraform.backend" || isExistingServiceRead(address);
}

function isExistingServiceRead(address: string): boolean {
  const [data, type = ""] = address.split(".");
  return data === "data" && EXISTING_SERVICE_READS.includes(type);
}

/** Values in a form that no stack of this program uses. Rows and guards would misread them, even if they are covered. */
function unplainNow(address: string, was: Part, { type, attributes }: Part): readonly GuardChange[] {
  if (!Object.hasOwn(TYPES, type)) return [];
  const before = unplainParts(type, was.attributes);
  return [...unplainParts(type, attributes)]
    .filter(([path, value]) => canonical(before.get(path) ?? null) !== canonical(value))
    .map(([path, value]) => {
      const after = `another form (${digest(canonical(value))})`;
      return doubt(address, path === "" ? GUARDS.wholeBody : path, "a form that the review reads", after);
    });
}

/** Other content of policies that no row reads. Its row stays the same, because it only names the argument. */
function unreadPolicies(address: string, was: Part, { type, attributes }: Part): readonly GuardChange[] {
  if (!Object.hasOwn(TYPES, type)) return [];
  const unplain = [...unplainParts(type, attributes).keys()].map((path) => path.split(".", 1)[0]);
  return unreadPolicyArguments({ type, attributes })
    .filter((name) => !unplain.includes(name))
    .map((name) => [name, ...[was.attributes, attributes].map((each) => canonical(each[name] ?? null))] as const)
    .filter(([, before, after]) => before !== after)
    .map(([name, before = "", after = ""]) => doubt(address, name, digest(before), digest(after)));
}

/** Tags of AWS: of a resource, or of everything that a provider makes. */
const TAGS = /^(tags|tags_all)\b|\bdefault_tags\b/;

/** Whether a policy of a stack, also in a data source, decides by tags: by a condition's key or by a policy variable. */
const readsTags = oncePerStack(({ resource, data }) =>
  /[":](Principal|Request|Resource|ExistingObject)Tag(\/|Keys\b)|:TagKeys\b/i.test(JSON.stringify({ resource, data })),
);

function filled(part: Part): Attributes {
  return part.type === "" ? part.attributes : { lifecycle: {}, ...clean(part) };
}

const SECRET = "secret_string_wo";

/**
 * A secret's text without the scopes in it, which rows report, and with its user pool in place of the pool's address. Never
 * shown.
 */
function madeOf({ attributes }: Pick<Part, "attributes">, stack: StackJson): string {
  const text = String(attributes[SECRET]).replace(/"scope" = "[\w/.: -]*"/, "");
  return resourcesOf(stack, "aws_cognito_user_pool_domain").reduce(
    (made, { attributes: { domain, user_pool_id } }) =>
      SUBDOMAIN.test(domain) ? made.replace(`"https://${domain}.auth.`, () => `"https://${user_pool_id}.auth.`) : made,
    text,
  );
}

function isNews(change: AttributeChange, known: readonly Covered[], { stack }: SynthesizedState): boolean {
  const { path, kind, after } = change;
  const [, type = "", name = ""] = /^(?:integrations\/)?\$\{(\w+)\.([\w-]+)\.id\}$/.exec(String(after)) ?? [];
  const wasThere = stack.resource[type]?.[name] !== undefined;
  return !known.some(
    (each) =>
      each.path.test(path) &&
      (each.only === undefined || each.only.includes(kind)) &&
      (each.known !== true || wasThere) &&
      (each.where === undefined || each.where(change)),
  );
}

/** The clouds in which Terraform works, and its state. */
const WHERE = /^provider\.|^terraform\.(backend|required_providers)$/;

type PartsByAddress = ReadonlyMap<string, Part>;

/** Both states without the resources that are the same object in both: in a plan, all but a few. */
function differing(before: SynthesizedState, after: SynthesizedState): readonly SynthesizedState[] {
  const without = (state: SynthesizedState, other: SynthesizedState): SynthesizedState => {
    const resource = Object.entries(state.stack.resource).map(([type, named]) => {
      const others = Object.hasOwn(other.stack.resource, type) ? (other.stack.resource[type] ?? {}) : {};
      const left = Object.keys(named).filter((name) => !Object.hasOwn(others, name) || others[name] !== named[name]);
      return [type, Object.fromEntries(left.map((name) => [name, named[name] as Attributes]))] as const;
    });
    return { ...state, stack: { ...state.stack, resource: Object.fromEntries(resource) } };
  };
  return [without(before, after), without(after, before)];
}

/** Whether a part may open access that is not read: an unknown type or argument, or a block that no stack here has. */
function isInDoubt(address: string, { type, attributes }: Part, before: StackJson): boolean {
  if (address.startsWith("output.") && type === "") return !isPlainOutput(attributes);
  // A first deploy has its state somewhere. An existing environment that gets a backend moves its state.
  if (address === "terraform.backend") return Object.keys(before.resource).length > 0;
  if (type === "") return coveredOther(address) === undefined;
  return (
    // The name ends in an index, so the resource is a list of bodies, which Terraform reads and the review does not.
    /\.\d+$/.test(address) ||
    !Object.hasOwn(TYPES, type) ||
    unplainParts(type, attributes).size > 0 ||
    unreadArguments(attributes, type).length > 0 ||
    unwrittenArguments(type, attributes).length > 0 ||
    typeOf(type).isRead?.(attributes, before) === false
  );
}

/**
 * Whether a new resource replaces an existing one in effect: another value of a secret, another firewall, another
 * integration of the same service that lets headers pass.
 */
function replacesSome({ type, attributes }: Part, { stack }: SynthesizedState): boolean {
  const same = Object.values(stack.resource[type] ?? {});
  if (type === "aws_secretsmanager_secret_version") return referred(stack, attributes.secret_id) !== undefined;
  const target = TARGETS[type];
  if (target !== undefined) return same.some((each) => each[target] === attributes[target]);
  // Throttles of a stage are compared by its name, so a stage with another name may have no limit.
  if (type === "aws_apigatewayv2_stage") return same.length > 0;
  if (!HANDS_ON.includes(type) || attributes.type === "MOCK" || same.length === 0) return false;
  const own = canonical(headersOf(attributes));
  return !same.some((each) => canonical(headersOf(each)) === own);
}

/** By type: two resources compete if this argument is equal. If a method has two settings, either may apply. */
const TARGETS: Readonly<Record<string, string>> = {
  aws_api_gateway_method_settings: "method_path",
  aws_wafv2_web_acl_association: "resource_arn",
};

const OF_THE_ROUTE = /^integration\.request\.(path\..*|header\.X-Gateway-Route)$/;
const HANDS_ON: readonly string[] = ["aws_api_gateway_integration", "aws_apigatewayv2_integration"];

/** A gateway's changes of a request before it reaches the service, without the route's own name and variables. */
function headersOf({ request_parameters }: Attributes): Attributes {
  const all = Object.entries((request_parameters ?? {}) as Attributes);
  return Object.fromEntries(all.filter(([name]) => !OF_THE_ROUTE.test(name)));
}

function doubt(address: string, guard: string, before: string, after: string, isKnown = false): GuardChange {
  return { effect: "broadened", address, guard, doubt: true, ...(isKnown && { known: true }), before, after };
}

function shown(value: Json | undefined): string {
  if (value === undefined) return "not set";
  // A sentence that allows a change must still identify exactly this change.
  return abridged(canonical(value));
}

function digest(text: string): string {
  return `sha256:${sha256(text).slice(0, 32)}`;
}

/** The providers of this program's resources. */
const PROVIDERS = ["aws", "google"] as const;

/** What an issuer accepts, and whom it grants what. Rows show it. */
const ISSUER = [
  "audiences",
  "claimants",
  "clientClaim",
  "clients",
  "grants",
  "id",
  "issuer",
  "issuerFrom",
  "pathClaims",
  "scopeClaim",
  "scopeValues",
  "scopes",
  "subjects",
].map((name) => `${name}.*`);

/** Parts that are not resources, by their address, with the names whose changes need no report of their own. */
const OTHER_PARTS: readonly (readonly [address: RegExp, names: readonly (Name | Conditional)[]])[] = [
  [/^output\./, [where("[*].*", ({ path, after }) => !/\.sensitive$/.test(path) && isPlainOutput(after))]],
  [/^provider\./, below("[*][]", "default_labels.*", "default_tags.*", "max_retries")],
  [
    /^data\.google_cloud_run_v2_service(_iam_policy)?$/,
    [
      // A data source reads. Rows name each existing service, and whether the plan checks it.
      where("[*][*]", ({ kind }) => kind !== "changed"),
      ...below("[*][*]", "lifecycle.postcondition[].error_message", "name"),
      where("[*][*].lifecycle.postcondition[].condition", isSameCheck),
    ],
  ],
  [/^terraform\.required_version$/, ["[*].*"]],
  // A newer minor version of the same provider. What it adds to a type is in no table, and so unknown.
  [
    /^terraform\.required_providers$/,
    PROVIDERS.map((name) => where(`required_providers.${name}.version`, isNewerMinor)),
  ],
  [
    /^authorizer-policy\.json$/,
    [
      // Each row of a call has the networks.
      "allowedNetworks.*",
      "cacheSeconds",
      "issuers[]",
      ...below("issuers[]", ...ISSUER),
      "routes",
      "routes[*]",
      ...below("routes[*]", "access.*", "mcp.*"),
      "services",
      "services[*]",
      ...below("services[*]", "audience", "role", "serviceAccount"),
      // Rows name callers by their keys.
      "usageKeys.*",
    ],
  ],
];

/** Whether two conditions differ in the audience alone, which a row has. */
function isSameCheck({ before, after }: AttributeChange): boolean {
  const [was, is] = [before, after].map((each) => String(each).replaceAll(/"https:\/\/[\w./-]+"/g, '"audience"'));
  return was === is;
}

/** The covered attributes of a part that is not a resource; undefined for a part that no stack of this program has. */
function coveredOther(address: string): readonly Covered[] | undefined {
  const names = OTHER_PARTS.find(([pattern]) => pattern.test(address))?.[1];
  return names && coveredNames(names);
}

/**
 * Whether an output shows only names, addresses and ids: texts, and plain references to such attributes. A function, such as
 * `nonsensitive`, can show anything. Terraform's own marks mask values that a plan already knows.
 */
function isPlainOutput(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlainOutput);
  if (typeof value === "object" && value !== null) return Object.entries(value).flat().every(isPlainOutput);
  if (typeof value !== "string" || isValidationRecord(value)) return true;
  const rest = replaceReferences(value, ({ type }, written) => {
    const last = written.slice(2, -1).split(".").at(-1) ?? "";
    return OF_CLOUD.test(type) && IDENTIFIES.test(last) ? "" : written;
  });
  return !/[$%]\{/.test(rest);
}

const OF_CLOUD = /^(data\.)?(aws|google)_/;

/** Attributes that identify an object, and are no credential of it on any type. A URL may be signed. */
const IDENTIFIES = /^(email|endpoint|invoke_url|uri|(\w+_)?(arn|id|name))$/;

/** Whether a version follows on another one of the same major version. */
function isNewerMinor({ before, after }: AttributeChange): boolean {
  const [was, is] = [before, after].map((each) => /^(\d+)\.(\d+)\.(\d+)$/.exec(String(each))?.slice(1).map(Number));
  const [major = -1, minor = -1, patch = -1] = was ?? [];
  const [otherMajor = -2, otherMinor = -2, otherPatch = -2] = is ?? [];
  return major === otherMajor && (otherMinor > minor || (otherMinor === minor && otherPatch > patch));
}
