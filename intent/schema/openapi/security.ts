import type { DocumentNode } from "../../source/document-node";
import type { Located, Origin } from "../../source/located";
import { type Documents, isSound, type Refuse, refused } from "./documents";
import type { Why } from "./left-out";

/** Who may call an operation, as a route's access in the config, with the places of the document. */
export type DocumentAccess = { readonly key: "access" | "scopes"; readonly value: Located };

/** A security requirement, or all of an operation's security, that opens nothing. */
export interface Without {
  readonly why: Why;
  readonly origin: Origin;
}

/** Who may call an operation, and what of its security is left out. Without access it has no route. */
export interface OperationAccess {
  readonly access?: DocumentAccess;
  readonly leftOut: readonly Without[];
}

export interface SecurityProps {
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
export class Security {
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
