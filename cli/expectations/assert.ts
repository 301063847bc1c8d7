import { needsInWords, scopesNamed } from "../../contract/scope-need";
import { sentence } from "../../intent/model/expectation";
import type { Intent } from "../../intent/model/intent";
import { formatProblem } from "../../intent/model/problem";
import { type Places, placesOf } from "../../intent/schema/places";
import type { AccessRow } from "../../packages/terraform-access-review/model/row";
import type { StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { routeKey } from "../../stacks/shared/comes-from";
import { CONFIG } from "../process/project";
import { type Breach, gotOf } from "./calls";
import { breaches } from "./ledger";

/** What names the lines that break an expectation. */
export interface Lines {
  readonly places: Places;
  /** `config/prod.yaml:41`: the line that declares a resource of the stack, or sets one of its attributes. */
  readonly placeOf: (address: string, attribute?: string) => string | undefined;
}

/** Broken expectations of an environment as two lines each: the breach, and the lines that cause it. */
export function expectationFaults(
  intent: Intent,
  stack: StackJson,
  rows: readonly AccessRow[],
  placeOf: Lines["placeOf"],
): readonly string[] {
  const found = breaches(intent.expectations, intent, stack, rows);
  const missing = statedInVain(intent, stack);
  if (found.length === 0) return missing;
  const places = placesOf(CONFIG, intent.environment);
  return [...missing, ...found.map((breach) => faultOf(breach, intent, { places, placeOf }))];
}

const remedy = "correct or remove the address, or state it under the environments that have it";

/** An address that the stack does not have would cover the next resource with that address. */
function statedInVain({ environment, expectations }: Intent, stack: StackJson): readonly string[] {
  // Each statement has all of them.
  return (expectations[0]?.stated?.addresses ?? []).flatMap(({ address, place }) => {
    const [type = "", name = ""] = address.split(".");
    const declared = type === "module" ? stack.module : stack.resource[type];
    if (declared?.[name] !== undefined) return [];
    const message = `got grantsNothing: ${address}, expected a resource or module of synthesized/${environment}`;
    return [formatProblem({ ...place, message, remedy })];
  });
}

/** How config states what a role or a resource grants that the program does not know. */
const STATING = "docs/how-to/expectations.md#what-the-program-does-not-know";

/** @param lines without them, the message does not name the lines that decide */
export function faultOf(breach: Breach, intent: Intent, lines?: Lines): string {
  const { expectation } = breach;
  const message = `${intent.environment}: got ${gotOf(breach)}, expected: ${sentence(expectation)}`;
  const decided = lines === undefined ? "" : causeOf(breach, intent, lines);
  const statable = breach.isUnknown === true && `state what is not known (${STATING})`;
  const isNew = breach.isNew === true && `${breach.principal} is new, so it may be any caller of its issuer`;
  const remedies = [decided, isNew, statable, "correct the config, or change the expectation"];
  const remedy = remedies.filter((part) => part !== "" && part !== false).join("; ");
  return formatProblem({ ...expectation.place, message, remedy });
}

/** The lines that decide, in a sentence; empty if no line does. */
function causeOf(breach: Breach, intent: Intent, { places, placeOf }: Lines): string {
  if (breach.expectation.action === "call") return causeOfCall(breach, intent, places);
  const { target, declaration, from = [] } = breach;
  const granting = new Set(from.flatMap(({ address, argument }) => placeOf(address, argument) ?? []));
  if (granting.size > 0) return `${[...granting].join(" and ")} ${granting.size > 1 ? "grant" : "grants"} it`;
  const place = declaration && placeOf(declaration);
  return place === undefined || place === "" ? "" : `${place} declares ${target}`;
}

function causeOfCall({ principal, target, got, reason }: Breach, intent: Intent, places: Places): string {
  const route = routeAt(target, intent, places);
  if (got === "missing" || route === undefined) return "";
  if (reason === "path-claim")
    return `${route.place} compares the path with claims of the caller that its issuer lists`;
  if (route.scopes === undefined) return `${route.place} makes the route public`;
  const caller = callerAt(principal, intent);
  if (caller === undefined) return `${route.place} opens ${route.what} to ${needsInWords(route.scopes)}`;
  const granted = places.items(caller.path);
  const listed = places.at(caller.path) ?? places.at(caller.path.slice(0, -1));
  const common = scopesNamed(route.scopes).flatMap((scope) => {
    const index = granted.indexOf(scope);
    return index < 0 ? [] : [`${places.at([...caller.path, index])} grants ${scope}`];
  });
  if (got === "allowed") return [...common, `${route.place} opens ${route.what} to it`].join(", and ");
  if (caller.isDisabled) return `${places.at([...caller.path.slice(0, -1), "disabled"])} disables the client`;
  return `${route.place} asks for ${needsInWords(route.scopes)}, and ${listed} does not grant it`;
}

function routeAt(target: string, { services }: Intent, places: Places) {
  for (const { key: service, routes } of services) {
    const found = routes.find(({ key }) => key === target);
    if (found === undefined) continue;
    const path = routeKey({ key: service }, found);
    return {
      what: found.mcp === undefined ? "the route" : `the MCP server ${service}`,
      // An overlay may only add a throttle to a route, which does not affect access.
      place: places.at([...path, "scopes"]) ?? places.at(path) ?? `service ${service}`,
      scopes: found.access.kind === "public" ? undefined : found.access.scopes,
    };
  }
  return undefined;
}

/** Where the scopes of a caller are written. */
function callerAt(name: string, { clients, issuers }: Intent) {
  const [issuer = "", ...rest] = name.split("/");
  const own = rest.join("/");
  const client = clients.find((each) => each.issuer === issuer && [each.id, subjectOf(each)].includes(own));
  if (client !== undefined) {
    const key = "key" in client ? client.key : client.id;
    return { path: ["clients", key, "scopes"], isDisabled: client.disabled };
  }
  return issuers.some(({ id }) => id === issuer)
    ? { path: ["issuers", issuer, "scopes"], isDisabled: false }
    : undefined;
}

function subjectOf(client: Intent["clients"][number]): string | undefined {
  return client.grant === "external" ? client.subject : undefined;
}
