import * as z from "zod";
import type { Place } from "../model/problem";
import { formatPath, type Located, nearestNode, type Origin, type Path } from "../source/located";
import { configSchema } from "./config";
import { OPTIONAL_FILES } from "./optional-files";
import { unwrapped } from "./variants";

/** Pages of the reference: the keys of base.yaml and the environments on two, and those of the optional files of `config/`. */
export const CONFIG_PAGE = "docs/reference/config.md";
export const ADVANCED_PAGE = "docs/reference/config-advanced.md";
export const OPTIONAL_FILES_PAGE = "docs/reference/optional-files.md";

/** The keys of the first page, by group, in the order in which a team meets them. Every other key is on the advanced page. */
export const FIRST_KEYS = {
  environment: "name state state.bucket state.region tags protect requireDigest",
  accounts:
    "aws aws.account aws.region aws.deployers aws.ownsAccount google google.project google.region google.ownsProject",
  gateway:
    "handshake gateway gateway.kind gateway.domain gateway.domain.name gateway.domain.zoneId gateway.throttle " +
    "gateway.throttle.ratePerSecond gateway.throttle.burst gateway.authorizerCacheSeconds gateway.cors gateway.cors.origins",
  issuers:
    "issuers issuers.kind issuers.domainPrefix issuers.signUp issuers.issuer issuers.audiences issuers.grants " +
    "issuers.scopes issuers.scopeClaim issuers.clientClaim issuers.clients",
  clients:
    "clients clients.issuer clients.scopes clients.grant clients.callbackUrls clients.logoutUrls clients.readers " +
    "clients.rotateEveryDays clients.subject clients.claims clients.kind clients.disabled",
  services:
    "services services.image services.healthPath services.environment services.resources services.resources.cpu " +
    "services.resources.memory services.scaling services.scaling.min services.scaling.max services.scaling.concurrency " +
    "services.routes services.routes.scopes services.routes.access",
  secrets: "services.secrets services.secrets.secret services.secrets.version",
  logs: "logs logs.retentionDays alarms alarms.actions dashboards",
} as const;
const ON_FIRST_PAGE = new Set(Object.values(FIRST_KEYS).flatMap((anchors) => anchors.split(" ")));

/** The page of a key of base.yaml and the environments. @param anchor without what people name: `services.scaling.max` */
export function configPageOf(anchor: string): string {
  return ON_FIRST_PAGE.has(anchor) ? CONFIG_PAGE : ADVANCED_PAGE;
}

/** Where a value is written, and where the reference documents its key. */
export function documentedPlace(origin: Origin, path: Path): Place {
  const reference = referenceOf(origin.file, path);
  return { ...origin, path: formatPath(path), ...(reference !== undefined && { reference }) };
}

/** The place of a value, for errors that are found later in the program. */
export function placeAt(root: Located, path: Path): Place {
  return documentedPlace(nearestNode(root, path).origin, path);
}

/** The entries of a list with their places. */
export function placed<T extends object>(entries: readonly T[], root: Located, list: Path): (T & { place: Place })[] {
  return entries.map((entry, index) => ({ ...entry, place: placeAt(root, [...list, index]) }));
}

/**
 * Page and anchor of a key: `docs/reference/config.md#services.scaling.max` for `services.orders.scaling.max`. An unknown
 * key has those of the map around it. Undefined if no known key is on the path, or for another file, such as an OpenAPI
 * document.
 */
export function referenceOf(file: string, path: Path): string | undefined {
  const [, name = ""] = /^config\/([^/]+)\.yaml$/.exec(file) ?? [];
  if (name === "" || path.length === 0) return undefined;
  const optional = OPTIONAL_FILES[name];
  if (optional) return `${OPTIONAL_FILES_PAGE}#${[name, ...namesOn(optional, path)].join(".")}`;
  const anchor = namesOn(configSchema, path).join(".");
  return anchor === "" ? undefined : `${configPageOf(anchor)}#${anchor}`;
}

/** The known keys on a path, without what people name: entries of maps, and numbers of list items. */
function namesOn(schema: z.core.$ZodType, [step, ...rest]: Path): readonly string[] {
  if (step === undefined) return [];
  const found = optionsOf(schema).map((option) => {
    if (option instanceof z.ZodRecord) return namesOn(option.valueType, rest);
    if (option instanceof z.ZodArray) return namesOn(option.element, rest);
    if (!(option instanceof z.ZodObject) || !Object.hasOwn(option.shape, step)) return [];
    return [String(step), ...namesOn(option.shape[step], rest)];
  });
  return found.reduce((longest, names) => (names.length > longest.length ? names : longest), []);
}

/** What a value may be: the schema itself, or each option of a union. */
function optionsOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodUnion ? (inner.options as readonly z.core.$ZodType[]).flatMap(optionsOf) : [inner];
}
