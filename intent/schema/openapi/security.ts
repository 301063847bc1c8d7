import type { DocumentNode } from "../../source/document-node";
import type { Located } from "../../source/located";
import { type Documents, isSound, type Refuse, refused } from "./documents";

/** Who may call an operation, as a route's access in the config, with the places of the document. */
export type DocumentAccess = { readonly key: "access" | "scopes"; readonly value: Located };

export interface SecurityProps {
  readonly documents: Documents;
  readonly root: DocumentNode;
  /** Whether config allows public operations. */
  readonly mayBePublic: boolean;
  readonly refuse: Refuse;
}

/**
 * Reads the security of operations. One requirement of the list is enough, like one of a route's scopes. A caller needs
 * all scopes of a requirement, as with `allOf`. A requirement that the front door cannot enforce is refused, never
 * ignored.
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
  accessOf(operation: DocumentNode, item: DocumentNode): DocumentAccess | undefined {
    const own = operation.get("security");
    const other = own === undefined ? this.lostSecurity([operation, item]) : undefined;
    if (other !== undefined) {
      const got = `an operation of ${other}, whose own security would be lost`;
      return this.refused(operation, got, "security at the operation", MOVE_SECURITY);
    }
    const security = own ?? this.props.root.get("security");
    if (security === undefined) return this.refused(operation, "no security", REQUIREMENTS, NAME_SECURITY);
    if (!this.isSound(security, "list")) return undefined;
    const requirements = security.items;
    const open = requirements.length === 0 ? security : requirements.find(isOpen);
    if (open !== undefined) return this.publicAccess(open, own !== undefined);
    const needs = requirements.map((requirement) => this.needOf(requirement));
    if (needs.includes(undefined)) return undefined;
    const items = eachOnce(needs.filter((need) => need !== undefined));
    return { key: "scopes", value: { kind: "list", origin: security.origin, items } };
  }

  /** Another file that an operation comes from, if it has security for its own operations. */
  private lostSecurity(parts: readonly DocumentNode[]): string | undefined {
    const { documents, root } = this.props;
    const files = parts.map(({ origin }) => origin.file).filter((file) => file !== root.origin.file);
    return files.find((file) => documents.open(file).root?.get("security") !== undefined);
  }

  private publicAccess(open: DocumentNode, isOwn: boolean): DocumentAccess | undefined {
    const got = open.kind === "list" ? "security: []" : "the requirement {}";
    if (!isOwn) return this.refused(open, `${got} for all operations`, REQUIREMENTS, STAND_IN_OPERATION);
    if (!this.props.mayBePublic) return this.refused(open, got, "a scope, because config allows no public one", ALLOW);
    return { key: "access", value: { kind: "scalar", origin: open.origin, value: "public" } };
  }

  private needOf(requirement: DocumentNode): Located | undefined {
    if (!this.isSound(requirement, "map")) return undefined;
    const [scheme, second] = requirement.entries;
    if (scheme === undefined) return undefined;
    if (second) {
      const got = `${scheme[0]} and ${second[0]} in one requirement`;
      return this.refused(second[1], got, "one scheme: a call has one token", CLOSE_OR_WRITE);
    }
    const [name, list] = scheme;
    const known = this.schemeOf(name, list);
    if (known === undefined || !this.isSound(list, "list")) return undefined;
    const scopes = list.items.map((item) => this.scopeOf(item, known));
    const each = eachOnce(scopes.filter((scope) => scope !== undefined));
    if (scopes.includes(undefined)) return undefined;
    const got = `${name}: [], which any token meets`;
    if (each.length === 0) return this.refused(list, got, "at least one scope", "name a scope that the caller needs");
    if (each.length === 1) return each[0];
    const allOf: Located = { kind: "list", origin: list.origin, items: each };
    return { kind: "map", origin: list.origin, entries: new Map([["allOf", allOf]]) };
  }

  /** The scheme of a requirement, if the front door can check it. */
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
    if (type === "oauth2" || type === "openIdConnect") return scheme;
    const got = `${JSON.stringify(name)} of type ${type ?? "nothing"}`;
    return this.refused(at, got, "a scheme of type oauth2 or openIdConnect", CLOSE_OR_WRITE);
  }

  /** Refuses a key that appears twice: readers differ in which of the two flows or scopes they use. */
  private hasSoundFlows(scheme: DocumentNode): boolean {
    const flows = scheme.get("flows");
    const each = [...(flows?.entries.values() ?? [])];
    const faults = [flows, ...each, ...each.map((flow) => flow.get("scopes"))].flatMap((node) => node?.faults ?? []);
    for (const fault of faults) this.props.refuse(fault);
    return faults.length === 0;
  }

  private scopeOf(item: DocumentNode, scheme: DocumentNode): Located | undefined {
    if (!this.isSound(item, "text")) return undefined;
    const scope = item.text ?? "";
    const flows = [...(scheme.get("flows")?.entries.values() ?? [])];
    const isDeclared = flows.some((flow) => flow.get("scopes")?.get(scope) !== undefined);
    if (scheme.get("type")?.text === "oauth2" && !isDeclared) {
      const got = JSON.stringify(scope);
      return this.refused(item, got, "a scope of the scheme's flows", "declare it there, or correct it");
    }
    return { kind: "scalar", origin: item.origin, value: scope };
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

const REQUIREMENTS = "requirements with scopes at the operation or the document";
const NAME_SECURITY = "add security with a scope; where config allows it, security: [] makes an operation public";
const STAND_IN_OPERATION = "write security: [] in each operation that is public, so that a new one is not";
const MOVE_SECURITY =
  "write security in the operation; the security of a whole document counts only for the document that config names";
const ALLOW = "name a scope, or write public: allowed next to the document's path in config";
/** Includes the remedy for a person who cannot change the document. */
export const CLOSE_OR_WRITE = "change the document, or write the route in config, with its access or as closed";
