import { isAssumption } from "../access/auditor-rows";
import { type ChangeModel, type RowChange, rowOf } from "../model/change";
import type { Fact } from "../model/fact";
import { calledRoute } from "../model/row";
import { isRunService } from "../terraform-json/existing-service";
import { compareText, groupedBy } from "../terraform-json/order";
import { permissionWords, visible, words } from "./words";

/** The changed hops of a request's path, for a picture and for the words next to it. */
export interface Diagram {
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
  /** Changed grants that are not on the path of a request, or too many for a picture. */
  readonly left: number;
}

export interface DiagramNode {
  readonly label: string;
  readonly column: number;
}

export interface DiagramEdge {
  /** Indices of nodes. */
  readonly from: number;
  readonly to: number;
  readonly change: EdgeChange;
  readonly words: string;
}

export type EdgeChange = "new" | "removed" | "changed" | "kept";

/** The path of a request, from left to right. */
const COLUMNS = ["caller", "gateway", "role", "service account", "service"] as const;

/** Maximum number of arrows, for legibility. */
const MOST_EDGES = 24;

/** Maximum number of services for which the picture shows the rest of the path. */
const MOST_SERVICES = 12;

/** Routes that a line names before it counts the rest. */
const MOST_ROUTES = 3;

interface Link {
  readonly from: DiagramNode;
  readonly to: DiagramNode;
  readonly change: EdgeChange;
  readonly words: string;
}

const GATEWAY: DiagramNode = { label: "API Gateway", column: 1 };

export function diagramOf({ access }: ChangeModel): Diagram {
  const calls = callLinks(access.rows);
  const grants = access.rows.flatMap((change) => grantLink(change) ?? []);
  const drawn = [...calls, ...grants].slice(0, MOST_EDGES);
  const called = access.rows.map(rowOf).filter((row) => calledRoute(row) !== undefined);
  const kept = [...new Set(called.map(({ resource }) => serviceName(resource)))]
    .slice(0, MOST_SERVICES)
    .flatMap((service) => wayTo(service, drawn, isDirect(service, access.rows)));
  const links = [...drawn, ...kept];
  const ends = links.flatMap(({ from, to }) => [from, to]);
  const nodes = ends
    .filter((each, index) => ends.findIndex((other) => same(each, other)) === index)
    .sort((a, b) => a.column - b.column || (a.column < 2 ? 0 : compareText(a.label, b.label)));
  const at = (wanted: DiagramNode) => nodes.findIndex((each) => same(each, wanted));
  const others = access.rows.length - called.length - grants.length;
  return {
    nodes,
    edges: links.map(({ from, to, change, words }) => ({ from: at(from), to: at(to), change, words })),
    left: others + calls.length + grants.length - drawn.length,
  };
}

/** Whether Envoy decides, so that no role and no service account is between the gateway and the service. */
function isDirect(service: string, changes: readonly RowChange[]): boolean {
  return changes.some(
    ({ after }) =>
      after !== undefined &&
      serviceName(after.resource) === service &&
      after.terms?.requires?.some(({ kind }) => kind === "envoy-verified") === true,
  );
}

/** The rest of the path to a service. Role, service account and service have the same name. */
function wayTo(service: string, drawn: readonly Link[], direct: boolean): readonly Link[] {
  const between = direct ? [] : [node("role", service), node("service account", service)];
  const way = [GATEWAY, ...between, node("service", service)];
  return way.slice(1).flatMap((to, index): readonly Link[] => {
    const from = way[index] as DiagramNode;
    const there = drawn.some((link) => same(link.from, from) && same(link.to, to) && link.change !== "removed");
    return there ? [] : [{ from, to, change: "kept", words: "as before" }];
  });
}

/** One arrow for each caller and kind of change. Its text names the routes. */
function callLinks(changes: readonly RowChange[]): readonly Link[] {
  const calls = changes.flatMap((change) => {
    const row = rowOf(change);
    const route = row.principal.kind === "no-caller" ? undefined : calledRoute(row);
    return route === undefined ? [] : [{ principal: words(row.principal), route, change: changeOf(change) }];
  });
  return [...groupedBy(calls, ({ change, principal }) => `${change} ${principal}`).values()].map((group) => {
    const [{ principal = "", change = "kept" } = {}] = group;
    const routes = listed(group.map(({ route }) => route));
    return {
      from: node("caller", principal),
      to: GATEWAY,
      change,
      words: `${principal} ${VERBS[change]} call ${routes}`,
    };
  });
}

function grantLink(change: RowChange): Link | undefined {
  const row = rowOf(change);
  const { principal, action, resource } = row;
  const how = changeOf(change);
  const link = (from: DiagramNode, to: DiagramNode, who: string, what: string): Link => {
    return { from, to, change: how, words: `${who} ${VERBS[how]} ${what}` };
  };
  const [role, account] = [nameOf("aws_iam_role", resource), nameOf("google_service_account", resource)];
  if (isAssumption(row) && role !== undefined && nameOf("aws_iam_role", principal) !== undefined)
    return link(GATEWAY, node("role", role), words(principal), `assume role ${role}`);
  const [, federated] = principal.kind === "federated" ? (/assumed-role\/(\S+)$/.exec(principal.identity) ?? []) : [];
  if (account !== undefined && federated !== undefined) {
    const what = `get tokens of service account ${account} (${permissionWords(row)})`;
    return link(node("role", federated), node("service account", account), `role ${federated}`, what);
  }
  const service = nameOf("google_cloud_run_v2_service", resource);
  if (service === undefined || action.kind !== "google-role" || action.permissions !== undefined) return undefined;
  const invoker = nameOf("google_service_account", principal);
  const from = invoker === undefined ? node("caller", words(principal)) : node("service account", invoker);
  return link(from, node("service", service), words(principal), `invoke service ${service}`);
}

/** The name of a resource, if the fact is one of this type. */
function nameOf(type: string, fact: Fact): string | undefined {
  const isOfType = fact.kind === "resource" && (fact.type === type || (isRunService(type) && isRunService(fact.type)));
  return isOfType ? fact.name : undefined;
}

function serviceName(resource: Fact): string {
  return nameOf("google_cloud_run_v2_service", resource) ?? words(resource);
}

const VERBS: Readonly<Record<EdgeChange, string>> = {
  new: "may now",
  removed: "may no longer",
  changed: "may, with a changed condition,",
  kept: "may",
};

function changeOf({ before, after }: RowChange): EdgeChange {
  if (before === undefined) return "new";
  return after === undefined ? "removed" : "changed";
}

function listed(routes: readonly string[]): string {
  const more = routes.length - MOST_ROUTES;
  return more > 0 ? `${routes.slice(0, MOST_ROUTES).join(", ")} and ${more} more` : routes.join(", ");
}

function node(column: (typeof COLUMNS)[number], label: string): DiagramNode {
  return { label, column: COLUMNS.indexOf(column) };
}

function same(a: DiagramNode, b: DiagramNode): boolean {
  return a.label === b.label && a.column === b.column;
}

/** An arrow in Mermaid's syntax, and its colour for light and dark backgrounds. */
const ARROWS: Readonly<Record<EdgeChange, { readonly arrow: string; readonly colour: string }>> = {
  new: { arrow: "==>", colour: "#2f6fde" },
  removed: { arrow: "--x", colour: "#8c959f" },
  changed: { arrow: "==>", colour: "#bf8700" },
  kept: { arrow: "-.->", colour: "#8c959f" },
};

/** Source of a picture that GitHub draws; empty if there is nothing to draw. */
export function mermaid(model: ChangeModel): string {
  const { nodes, edges, left } = diagramOf(model);
  if (edges.every(({ change }) => change === "kept")) return "";
  const boxes = nodes.map(({ label }, index) => `  n${index}["${quoted(label)}"]`);
  const arrows = edges.map(
    ({ from, to, change, words }) =>
      `  n${from} ${ARROWS[change].arrow}|"${quoted(change === "kept" ? words : `${change}: ${words}`)}"| n${to}`,
  );
  const styles = edges.map(
    ({ change }, index) => `  linkStyle ${index} stroke:${ARROWS[change].colour},stroke-width:2px`,
  );
  const note = left > 0 ? [`  %% ${left} changed grants are in the list only`] : [];
  return ["flowchart LR", ...boxes, ...arrows, ...styles, ...note, ""].join("\n");
}

/** Writes everything but plain letters as `#123;`, which Mermaid resolves within quotes. */
function quoted(text: string): string {
  const short = visible(text).slice(0, 200);
  return short.replace(/[^\p{L}\p{N} .,/-]/gu, (sign) => `#${sign.codePointAt(0)};`);
}
