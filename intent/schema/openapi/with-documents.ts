import { writtenKeys } from "../../../contract/route-key";
import type { DocumentNode } from "../../source/document-node";
import { type Finding, findingAt } from "../../source/finding";
import { type Located, type LocatedMap, nodeAt, type Origin, plain } from "../../source/located";
import { ownValue } from "../../source/values";
import { Documents, fileNamed, isSound, type Refuse, refused } from "./documents";
import { CLOSED, type LeftOut, type Unrouted, type Why } from "./left-out";
import { type Operation, obstacleOf, operationsOf } from "./operations";

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

/** Who may call an operation, as a route's access in the config, with the places of the document. */
type DocumentAccess = { readonly key: "access" | "scopes"; readonly value: Located };

/** A security requirement, or all of an operation's security, that opens nothing. */
interface Without {
  readonly why: Why;
  readonly origin: Origin;
}

/** Who may call an operation, and what of its security is left out. Without access it has no route. */
interface OperationAccess {
  readonly access?: DocumentAccess;
  readonly leftOut: readonly Without[];
}

interface SecurityProps {
  readonly documents: Documents;
  readonly root: DocumentNode;
  /** Whether config allows public operations. */
  readonly mayBePublic: boolean;
  /** The sets of scopes that a scope of the document means: exactly one, unless config contradicts itself. */
  readonly meaningsOf: (scope: string) => readonly (readonly string[])[];
  readonly refuse: Refuse;
}

/**
 * Reads the security of operations. One requirement of the list is enough, like one of a route's scopes. A caller needs
 * all scopes of a requirement, as with `allOf`. A requirement that the front door cannot enforce is left out, so that
 * it gives no access. A contradiction in the document is refused.
 */
class Security {
  private readonly schemes: DocumentNode | undefined;

  constructor(private readonly props: SecurityProps) {
    const components = props.root.get("components");
    this.schemes = components?.get("securitySchemes");
    for (const node of [components, this.schemes]) for (const fault of node?.faults ?? []) props.refuse(fault);
  }

  /**
   * Undefined after a refusal.
   *
   * @param item the path item that the operation is in
   */
  accessOf(operation: DocumentNode, item: DocumentNode): OperationAccess | undefined {
    const own = operation.get("security");
    const other = own === undefined ? this.lostSecurity([operation, item]) : undefined;
    if (other !== undefined) {
      const got = `an operation of ${other}, whose own security would be lost`;
      return this.refused(operation, got, "security at the operation", MOVE_SECURITY);
    }
    const security = own ?? this.props.root.get("security");
    if (security === undefined) return { leftOut: [{ why: { kind: "no-security" }, origin: operation.origin }] };
    if (!this.isSound(security, "list")) return undefined;
    const requirements = security.items;
    const isDefault = own === undefined;
    const open = requirements.length === 0 ? security : requirements.find(isOpen);
    if (open !== undefined && this.props.mayBePublic && !isDefault) {
      return {
        access: { key: "access", value: { kind: "scalar", origin: open.origin, value: "public" } },
        leftOut: [],
      };
    }
    if (requirements.length === 0)
      return { leftOut: [{ why: { kind: "public", isDefault }, origin: security.origin }] };
    const read = requirements.map((requirement) => this.alternative(requirement, isDefault));
    const each = read.filter((alternative) => alternative !== undefined);
    if (each.length < read.length) return undefined;
    const items = eachOnce(each.flatMap((alternative) => ("need" in alternative ? [alternative.need] : [])));
    const leftOut = each.flatMap((alternative) => ("why" in alternative ? [alternative] : []));
    if (items.length === 0) return { leftOut };
    return { access: { key: "scopes", value: { kind: "list", origin: security.origin, items } }, leftOut };
  }

  /** Another file that an operation comes from, if it has security for its own operations. */
  private lostSecurity(parts: readonly DocumentNode[]): string | undefined {
    const { documents, root } = this.props;
    const files = parts.map(({ origin }) => origin.file).filter((file) => file !== root.origin.file);
    return files.find((file) => documents.open(file).root?.get("security") !== undefined);
  }

  /** What a requirement needs, or why it is left out. Undefined after a refusal. */
  private alternative(requirement: DocumentNode, isDefault: boolean): { readonly need: Located } | Without | undefined {
    if (!this.isSound(requirement, "map")) return undefined;
    const { origin } = requirement;
    const schemes = [...requirement.entries];
    const read = schemes.map(([name, list]) => ({ name, list, scheme: this.schemeOf(name, list) }));
    const [first] = read;
    if (first === undefined) return { why: { kind: "public", isDefault }, origin };
    if (read.some(({ scheme }) => scheme === undefined)) return undefined;
    if (read.length > 1) return { why: { kind: "several-schemes", schemes: read.map(({ name }) => name) }, origin };
    const { name, list, scheme } = first;
    if (scheme === undefined || !this.isSound(list, "list")) return undefined;
    const type = scheme.get("type")?.text ?? "";
    if (WITHOUT_TOKEN.includes(type)) {
      const place = scheme.get("in")?.text;
      return { why: { kind: "scheme", scheme: name, type, ...(place !== undefined && { place }) }, origin };
    }
    if (list.items.length === 0) return { why: { kind: "no-scope", scheme: name }, origin };
    const scopes = list.items.map((item) => this.scopesOf(item, scheme));
    const each = eachOnce(scopes.flatMap((some) => some ?? []));
    const [only] = each;
    if (scopes.includes(undefined) || only === undefined) return undefined;
    if (each.length === 1) return { need: only };
    const allOf: Located = { kind: "list", origin: list.origin, items: each };
    return { need: { kind: "map", origin: list.origin, entries: new Map([["allOf", allOf]]) } };
  }

  /** A scheme that the document declares soundly. */
  private schemeOf(name: string, at: DocumentNode): DocumentNode | undefined {
    const { documents, refuse } = this.props;
    const declared = this.schemes?.get(name);
    if (declared === undefined) {
      const got = `the unknown scheme ${JSON.stringify(name)}`;
      return this.refused(at, got, "one of components.securitySchemes", "declare it, or correct the name");
    }
    const scheme = documents.resolve(declared, refuse);
    if (scheme === undefined || !this.isSound(scheme, "map")) return undefined;
    if (!this.hasSoundFlows(scheme)) return undefined;
    const type = scheme.get("type")?.text;
    if ([...WITH_TOKEN, ...WITHOUT_TOKEN].includes(type ?? "")) return scheme;
    const got = `${JSON.stringify(name)} of type ${type ?? "nothing"}`;
    return this.refused(at, got, `a type of OpenAPI: ${[...WITH_TOKEN, ...WITHOUT_TOKEN].join(", ")}`, "correct it");
  }

  /** Refuses a key that appears twice: readers differ in which of the two flows or scopes they use. */
  private hasSoundFlows(scheme: DocumentNode): boolean {
    const flows = scheme.get("flows");
    const each = [...(flows?.entries.values() ?? [])];
    const faults = [flows, ...each, ...each.map((flow) => flow.get("scopes"))].flatMap((node) => node?.faults ?? []);
    for (const fault of faults) this.props.refuse(fault);
    return faults.length === 0;
  }

  private scopesOf(item: DocumentNode, scheme: DocumentNode): readonly Located[] | undefined {
    if (!this.isSound(item, "text")) return undefined;
    const scope = item.text ?? "";
    const flows = [...(scheme.get("flows")?.entries.values() ?? [])];
    const isDeclared = flows.some((flow) => flow.get("scopes")?.get(scope) !== undefined);
    const got = JSON.stringify(scope);
    if (scheme.get("type")?.text === "oauth2" && !isDeclared) {
      return this.refused(item, got, "a scope of the scheme's flows", "declare it there, or correct it");
    }
    const [meaning = [], other] = this.props.meaningsOf(scope);
    if (other !== undefined) {
      const both = [meaning, other].map((scopes) => scopes.join(" and ")).join(", and as ");
      return this.refused(item, `${got}, which config reads as ${both}`, "one meaning", ONE_MEANING);
    }
    return meaning.map((value) => ({ kind: "scalar", origin: item.origin, value }));
  }

  private isSound(node: DocumentNode, kind: DocumentNode["kind"]): boolean {
    return isSound(node, kind, this.props.refuse);
  }

  private refused(node: DocumentNode, got: string, expected: string, remedy: string): undefined {
    return refused(this.props.refuse, node, got, expected, remedy);
  }
}

function isOpen(requirement: DocumentNode): boolean {
  return requirement.kind === "map" && requirement.faults.length === 0 && requirement.entries.size === 0;
}

/** Two schemes may require the same scopes. Such requirements become one. */
function eachOnce(needs: readonly Located[]): readonly Located[] {
  const textOf = (need: Located): string =>
    need.kind === "map"
      ? JSON.stringify([...need.entries.values()].map(itemsOf).sort())
      : JSON.stringify([need.kind === "scalar" && need.value]);
  const itemsOf = (node: Located): unknown =>
    node.kind === "list" ? node.items.map((item) => item.kind === "scalar" && item.value).sort() : "";
  return [...new Map(needs.map((need) => [textOf(need), need])).values()];
}

/** Types of schemes whose calls carry a token with scopes. */
const WITH_TOKEN = ["oauth2", "openIdConnect"];
const WITHOUT_TOKEN = ["apiKey", "http", "mutualTLS"];

const MOVE_SECURITY =
  "write security in the operation; the security of a whole document counts only for the document that config names";
const ONE_MEANING =
  "let every scopeValues grant the same scopes for it, and no client have a scope of its name; or write the route in config, with its access";
