import { writtenKeys } from "../../contract/route-key";
import type { Places } from "../../intent/schema/places";
import type { RowChange } from "../../packages/terraform-access-review/model/change";
import { rowWords, words } from "../../packages/terraform-access-review/render/words";

export type ConfigPath = readonly string[];

/** A key of the config that may cause a change. */
export interface Cause {
  readonly path: ConfigPath;
  /** Text that quotes the deciding value at or below the key. Undefined if the key itself decides. */
  readonly names?: string;
  /** Whether only a value that the text quotes is a cause, and not the key itself. */
  readonly onlyValues?: true;
}

/** The keys that a changed row may come from, the most likely first. */
export function rowCauses(change: RowChange, parts: readonly string[], places: Places): readonly Cause[] {
  const row = change.after ?? change.before;
  if (row === undefined) return [];
  const { principal, permission, resource } = rowWords(row);
  const changed = parts.join("; ");
  const shared = SHARED.flatMap(([pattern, path]) => (pattern.test(changed) ? [{ path }] : []));
  if (isRoute(permission)) {
    const ofCaller = change.cause === undefined ? [] : callerCauses(change, principal, places);
    return [...shared, ...ofCaller, ...routeCauses(permission, places)];
  }
  if (permission === LIMITED && change.cause === undefined) return usageCauses(principal, changed, places);
  if (change.cause !== undefined) return callerCauses(change, principal, places);
  if (principal.startsWith(ISSUER)) return issuerCauses(principal.slice(ISSUER.length), changed, places);
  const names = changed || principal;
  return [
    ...Object.entries(BY_WORDS).flatMap(([part, paths]) =>
      [principal, permission, resource].some((text) => text.includes(part))
        ? paths.map((path) => ({ path, names }))
        : [],
    ),
    ...declared(`${principal} ${resource}`, places).flatMap((path) => ownCauses(path, change, changed, places)),
  ];
}

/** Keys that change a condition of every route alike, by the words of the condition. */
const SHARED: readonly (readonly [RegExp, ConfigPath])[] = [
  [/cache TTL in seconds/, ["gateway", "authorizerCacheSeconds"]],
  [/only from /, ["gateway", "allowedNetworks"]],
];

/** Keys of rows that belong to no client, service or issuer, by words of the row. */
const BY_WORDS: Readonly<Record<string, readonly ConfigPath[]>> = {
  "pages of ": [
    ["gateway", "cors", "origins"],
    ["gateway", "cors"],
  ],
  "send requests": [["gateway", "domain"], ["gateway", "waf"], ["gateway"]],
  "log view auditors": [["auditors", "googleGroups"]],
  "-auditors": [["auditors", "awsRoles"]],
};

const ISSUER = "issuer ";
const LIMITED = "usage limit";

export function isRoute(permission: string): boolean {
  return /^[A-Z]+ \//.test(permission);
}

export function routeCauses(key: string, places: Places): readonly Cause[] {
  return writtenKeys(key).flatMap((each) =>
    places.keys(["services"]).map((service) => ({ path: ["services", service, "routes", each] })),
  );
}

/** An added or removed caller is the cause as a whole. A caller that stays got or lost a scope. */
function callerCauses(change: RowChange, principal: string, places: Places): readonly Cause[] {
  const { after, before, cause } = change;
  const scopes = ((after ?? before)?.terms?.permits ?? []).map(words).join(" and ").replaceAll(" and ", "; ");
  const [issuer = ""] = principal.split("/", 1);
  const client = clientOf(principal, places);
  if (client !== undefined) {
    const path = ["clients", client];
    return cause === "grant"
      ? [{ path: [...path, "scopes"], names: scopes }, { path }]
      : ownCauses(path, change, "", places);
  }
  const listed = { path: ["issuers", issuer, "clients"], names: principal.slice(issuer.length + 1) };
  const granted = { path: ["issuers", issuer, "scopes"], names: after && !before ? scopes : "" };
  return [...(cause === "grant" ? [granted] : []), listed, { path: ["clients"] }];
}

/** The keys of a client, service or issuer that a row may name. */
function ownCauses(path: ConfigPath, { before, after }: RowChange, changed: string, places: Places): readonly Cause[] {
  if (changed !== "") {
    const lists = Object.entries(CLIENT_LISTS).filter(([word]) => changed.includes(word));
    return [...lists.map(([, key]) => [...path, key]), path].map((each) => ({ path: each, names: changed }));
  }
  const row = after ?? before;
  if (row === undefined) return [];
  const { principal, permission, resource } = rowWords(row);
  const secrets = places
    .keys([...path, "secrets"])
    .map((variable) => [...path, "secrets", variable])
    .filter((each) => resource.endsWith(`-${textAt([...each, "secret"], places)}`));
  return [
    ...(permission === READ_SECRET ? [{ path: [...path, "readers"], names: principal }] : []),
    ...(permission === CREATE_USERS ? [{ path: [...path, "signUp"] }] : []),
    ...secrets.flatMap((each) => [
      ...(permission === ADD_VERSION ? [{ path: [...each, "versionAdders"], names: principal }] : []),
      { path: each },
    ]),
    // A change that disables or enables a client writes this key.
    { path: [...path, "disabled"] },
    { path },
  ];
}

/** Lists of a client, by the words of an app client's condition. */
const CLIENT_LISTS: Readonly<Record<string, string>> = {
  " scope ": "scopes",
  " callback URL ": "callbackUrls",
  " logout URL ": "logoutUrls",
};

const READ_SECRET = "secretsmanager:GetSecretValue";
const CREATE_USERS = "create users";
const ADD_VERSION = "roles/secretmanager.secretVersionAdder";

/** Id of the client that has this name in the logs and the ledger. */
function clientOf(principal: string, places: Places): string | undefined {
  return places.keys(["clients"]).find((id) => {
    const text = (key: string) => textAt(["clients", id, key], places);
    return principal === `${text("issuer")}/${text("subject") ?? text("previousName") ?? id}`;
  });
}

function textAt(path: ConfigPath, places: Places): string | undefined {
  const [first] = places.values(path);
  return first?.path.length === path.length ? first.text : undefined;
}

function usageCauses(principal: string, changed: string, places: Places): readonly Cause[] {
  const client = clientOf(principal, places);
  const keys = /per second|at once/.test(changed) ? ["throttle", "quota"] : ["quota", "throttle"];
  const owners = [...(client === undefined ? [] : [["clients", client]]), ["gateway", "defaultPlan"]];
  return owners.flatMap((path) => keys.map((key) => ({ path: [...path, key] })));
}

/** An issuer's row names app clients by their variable. A removed value is recognized by the claim's name. */
function issuerCauses(issuer: string, changed: string, places: Places): readonly Cause[] {
  const path = ["issuers", issuer];
  const variable = /CLIENT_(\w+)/.exec(changed)?.[1]?.toLowerCase().replaceAll("_", "-");
  const claims = { scopes: textAt([...path, "scopeClaim"], places), clients: textAt([...path, "clientClaim"], places) };
  const lists = Object.entries({ ...claims, audiences: undefined });
  return [
    ...(variable === undefined ? [] : [{ path: ["clients", variable] }]),
    ...lists.map(([key]) => ({ path: [...path, key], names: changed, onlyValues: true as const })),
    ...lists.flatMap(([key, word]) => (changed.includes(` ${word ?? key} `) ? [{ path: [...path, key] }] : [])),
    { path, names: changed },
  ];
}

/** Clients, services and issuers, in that order, whose id a text contains. The longest id comes first. */
export function declared(words: string, places: Places): readonly ConfigPath[] {
  return ["clients", "services", "issuers"].flatMap((kind) =>
    places
      .keys([kind])
      .filter((id) => new RegExp(`(^|[ /.-])${id}( |:|$|-)`).test(words))
      .sort((a, b) => b.length - a.length)
      .map((id) => [kind, id]),
  );
}
