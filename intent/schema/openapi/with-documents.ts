import { writtenKeys } from "../../../contract/route-key";
import type { DocumentNode } from "../../source/document-node";
import { type Finding, findingAt } from "../../source/finding";
import { type Located, type LocatedMap, nodeAt, plain } from "../../source/located";
import { ownValue } from "../../source/values";
import { Documents, fileNamed, type Refuse } from "./documents";
import type { LeftOut, Unrouted } from "./left-out";
import { type Operation, obstacleOf, operationsOf } from "./operations";
import { type OperationAccess, Security } from "./security";

/** Value of a route in the config that leaves out an operation of the document. */
export const CLOSED = "closed";

export interface WithDocuments {
  /** The same config with the documents' operations as routes, and without `closed`. */
  readonly root: LocatedMap;
  readonly findings: readonly Finding[];
  /** In the order of the documents. */
  readonly leftOut: readonly LeftOut[];
  readonly unrouted: readonly Unrouted[];
}

/**
 * Adds the operations of each service's OpenAPI document to its routes, with their places in the document. A route in the
 * config wins: with scopes or access it replaces the operation's access; otherwise it adds its settings to it.
 */
export function withDocuments(configDir: string, root: LocatedMap): WithDocuments {
  const services = root.entries.get("services");
  if (services?.kind !== "map") return { root, findings: [], leftOut: [], unrouted: [] };
  const documents = new Documents(configDir);
  const findings: Finding[] = [];
  const [leftOut, unrouted]: [LeftOut[], Unrouted[]] = [[], []];
  const entries = new Map(
    [...services.entries].map(([id, service]): readonly [string, Located] => {
      if (service.kind !== "map") return [id, service];
      const expansion = new Expansion(root, id, service, documents, (finding) => findings.push(finding));
      const expanded = expansion.service();
      leftOut.push(...expansion.leftOut);
      unrouted.push(...expansion.unrouted);
      return [id, expanded];
    }),
  );
  const whole = { ...root, entries: new Map(root.entries).set("services", { ...services, entries }) };
  return { root: whole, findings, leftOut, unrouted };
}

/** The document that `services.<id>.openapi` names. Undefined if the schema refuses it. */
export function documentNamed(openapi: Located | undefined): { file: string; mayBePublic: boolean } | undefined {
  const node = openapi?.kind === "map" ? openapi.entries.get("document") : openapi;
  if (node?.kind !== "scalar" || typeof node.value !== "string") return undefined;
  // All config files are in one folder, so that a path means the same in each.
  const file = fileNamed(node.value, "config/base.yaml");
  const allowed = openapi?.kind === "map" ? openapi.entries.get("public") : undefined;
  return file === undefined
    ? undefined
    : { file, mayBePublic: allowed?.kind === "scalar" && allowed.value === "allowed" };
}

/** Files of the documents that a config file names. */
export function documentsOf(tree: LocatedMap): readonly string[] {
  const services = tree.entries.get("services");
  if (services?.kind !== "map") return [];
  return [...services.entries.values()].flatMap((service) => {
    const named = service.kind === "map" ? documentNamed(service.entries.get("openapi")) : undefined;
    return named === undefined ? [] : [named.file];
  });
}

/** One service, and the routes that its document adds. */
class Expansion {
  readonly leftOut: LeftOut[] = [];
  readonly unrouted: Unrouted[] = [];
  private readonly written: ReadonlyMap<string, Located>;

  constructor(
    private readonly root: LocatedMap,
    private readonly id: string,
    private readonly config: LocatedMap,
    private readonly documents: Documents,
    private readonly refuse: Refuse,
  ) {
    const routes = config.entries.get("routes");
    this.written = routes?.kind === "map" ? routes.entries : new Map();
  }

  service(): LocatedMap {
    const [openapi, node] = ["openapi", "routes"].map((key) => this.config.entries.get(key));
    const closed = [...this.written].filter(([, route]) => isClosed(route)).map(([key]) => key);
    if (openapi === undefined && closed.length === 0) return this.config;
    const named = documentNamed(openapi);
    const { root, findings } = named ? this.documents.open(named.file) : { findings: [] };
    for (const finding of findings) this.refuse(finding);
    const operations = root ? operationsOf(root, this.documents, this.refuse) : [];
    for (const key of closed) this.closes(key, operations);
    const added = new Map(named && root ? this.routesOf(operations, named, root) : []);
    if (node !== undefined && node.kind !== "map") return this.config;
    const own = [...this.written].filter(([key, route]) => !isClosed(route) && !added.has(key));
    const origin = node?.origin ?? openapi?.origin ?? this.config.origin;
    const merged: Located = { ...node, kind: "map", origin, entries: new Map([...added, ...own]) };
    return { ...this.config, entries: new Map(this.config.entries).set("routes", merged) };
  }

  private routesOf(
    operations: readonly Operation[],
    { file, mayBePublic }: { readonly file: string; readonly mayBePublic: boolean },
    root: DocumentNode,
  ): readonly (readonly [string, Located])[] {
    const { documents, refuse } = this;
    const security = new Security({ documents, root, mayBePublic, meaningsOf: meaningsIn(this.root), refuse });
    const found = operations.flatMap((operation) => this.routeOf(operation, security, file));
    for (const [subject, { origin }] of root.get("webhooks")?.entries ?? []) {
      this.leaveOut({ document: file, subject, part: "webhook", why: [{ kind: "outgoing" }], origin });
    }
    return found;
  }

  private routeOf(operation: Operation, security: Security, document: string): readonly (readonly [string, Located])[] {
    const { key, named: place, node } = operation;
    const own = this.written.get(key) ?? this.closing(key);
    if (own !== undefined && isClosed(own)) this.unrouted.push({ service: this.id, key });
    if (own !== undefined && hasAccess(own)) return [];
    const about = { document, subject: key, origin: place.origin };
    const obstacle = obstacleOf(operation, this.refuse);
    if (obstacle === "refused") return [];
    const read: OperationAccess | undefined =
      obstacle === undefined
        ? security.accessOf(node, operation.item)
        : { leftOut: [{ why: obstacle, origin: place.origin }] };
    if (read === undefined) return [];
    if (read.access === undefined) {
      this.unrouted.push({ service: this.id, key });
      this.leaveOut({ ...about, part: "operation", why: read.leftOut.map(({ why }) => why) });
      return [];
    }
    for (const { why, origin } of read.leftOut) {
      this.leaveOut({ ...about, part: "alternative", why: [why], origin });
    }
    if (node.get("callbacks")) this.leaveOut({ ...about, part: "callbacks", why: [{ kind: "outgoing" }] });
    const settings = own?.kind === "map" ? own.entries : [];
    const entries = new Map([...settings, [read.access.key, read.access.value] as const]);
    return [[key, { kind: "map", origin: own?.origin ?? place.origin, entries }]];
  }

  private leaveOut(part: Omit<LeftOut, "service">): void {
    this.leftOut.push({ service: this.id, ...part });
  }

  /** `ANY /orders: closed` closes every operation of the path. */
  private closing(key: string): Located | undefined {
    const [, everyMethod] = writtenKeys(key);
    const any = this.written.get(everyMethod);
    return any && isClosed(any) ? any : undefined;
  }

  private closes(key: string, operations: readonly Operation[]): void {
    const isFound = operations.some((each) => writtenKeys(each.key).includes(key));
    const isRead = nodeAt(this.config, ["openapi"]) === undefined || operations.length > 0;
    if (isFound || !isRead) return;
    const verdict = {
      got: CLOSED,
      expected: "a route that the service's OpenAPI document has",
      remedy:
        "correct the key or remove the line; a route that is neither in config nor in the document is closed anyway",
    };
    this.refuse(findingAt(this.root, ["services", this.id, "routes", key], verdict));
  }
}

function isClosed(route: Located): boolean {
  return route.kind === "scalar" && route.value === CLOSED;
}

/** Whether a route in the config sets its access. The operation is then ignored. */
function hasAccess(route: Located): boolean {
  return route.kind !== "map" || route.entries.has("scopes") || route.entries.has("access");
}

/**
 * What a scope of a document means in an environment: sets of scopes, of which a caller needs all. Several sets are a
 * contradiction. A scope that is a value of an issuer's `scopeValues` means the scopes that the value grants, unless one
 * of them has the same name. Any other scope means itself.
 */
function meaningsIn(root: LocatedMap): (scope: string) => readonly (readonly string[])[] {
  const issuers = entriesOf(root.entries.get("issuers"));
  const maps = issuers.map(({ scopeValues }) => recordOf(scopeValues));
  const listed = [...issuers, ...entriesOf(root.entries.get("clients"))].map(({ scopes }) => scopes);
  const granted = new Set([...listed, ...maps.flatMap((map) => Object.values(map))].flatMap(textsOf));
  return (scope) => {
    const byValue = maps.map((map) => textsOf(ownValue(map, scope))).filter(({ length }) => length > 0);
    const sets = byValue.map((scopes) => (scopes.includes(scope) ? [scope] : [...new Set(scopes)].sort()));
    if (sets.length === 0 || granted.has(scope)) sets.push([scope]);
    return [...new Map(sets.map((each) => [each.join(" "), each])).values()];
  };
}

function entriesOf(node: Located | undefined): readonly Readonly<Record<string, unknown>>[] {
  return node === undefined ? [] : Object.values(recordOf(plain(node))).map(recordOf);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
