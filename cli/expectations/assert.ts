import { writtenKeys } from "../../contract/route-key";
import { needsInWords, scopesNamed } from "../../contract/scope-need";
import { sentence } from "../../intent/model/expectation";
import type { Intent } from "../../intent/model/intent";
import { formatProblem } from "../../intent/model/problem";
import { type Places, placesOf } from "../../intent/schema/places";
import type { AccessRow } from "../../packages/terraform-access-review/model/row";
import type { StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { CONFIG } from "../process/project";
import { type Breach, gotOf } from "./calls";
import { breaches } from "./ledger";

/** Broken expectations of an environment as two lines each: the breach, and the config that causes it. */
export function expectationFaults(intent: Intent, stack: StackJson, rows: readonly AccessRow[]): readonly string[] {
  const found = breaches(intent.expectations, intent, stack, rows);
  if (found.length === 0) return [];
  const places = placesOf(CONFIG, intent.environment);
  return found.map((breach) => faultOf(breach, intent, places));
}

/** How config states what a role or a resource grants that the program does not know. */
const STATING = "docs/how-to/expectations.md#what-the-program-does-not-know";

/** @param places lines of config. Without them, the message does not name the config that decides */
export function faultOf(breach: Breach, intent: Intent, places?: Places): string {
  const { expectation } = breach;
  const message = `${intent.environment}: got ${gotOf(breach)}, expected: ${sentence(expectation)}`;
  const decided = places === undefined ? "" : causeOf(breach, intent, places);
  const statable = breach.isUnknown === true && `state what is not known (${STATING})`;
  const remedies = [decided, statable, "correct the config, or change the expectation"];
  const remedy = remedies.filter((part) => part !== "" && part !== false).join("; ");
  return formatProblem({ ...expectation.place, message, remedy });
}

/** The lines of config that decide, in a sentence; empty if no line does. */
function causeOf(breach: Breach, intent: Intent, places: Places): string {
  return breach.expectation.action === "call"
    ? causeOfCall(breach, intent, places)
    : causeOfGrant(breach, intent, places);
}

function causeOfCall({ principal, target, got }: Breach, intent: Intent, places: Places): string {
  const route = routeAt(target, intent, places);
  if (got === "missing" || route === undefined) return "";
  if (route.scopes === undefined) return `${route.place} makes the route public`;
  const caller = callerAt(principal, intent);
  if (caller === undefined) return `${route.place} opens the route to ${needsInWords(route.scopes)}`;
  const granted = places.items(caller.path);
  const listed = places.at(caller.path) ?? places.at(caller.path.slice(0, -1));
  const common = scopesNamed(route.scopes).flatMap((scope) => {
    const index = granted.indexOf(scope);
    return index < 0 ? [] : [`${places.at([...caller.path, index])} grants ${scope}`];
  });
  if (got === "allowed") return [...common, `${route.place} opens the route to it`].join(", and ");
  if (caller.isDisabled) return `${places.at([...caller.path.slice(0, -1), "disabled"])} disables the client`;
  return `${route.place} asks for ${needsInWords(route.scopes)}, and ${listed} does not grant it`;
}

function routeAt(target: string, { services }: Intent, places: Places) {
  for (const { key: service, routes } of services) {
    const found = routes.find(({ key }) => key === target);
    if (found === undefined) continue;
    // An overlay may only add a throttle to a route, which does not affect access.
    const [place] = writtenKeys(target).flatMap((key) => {
      const path = ["services", service, "routes", key];
      return places.at([...path, "scopes"]) ?? places.at(path) ?? [];
    });
    return {
      place: place ?? `service ${service}`,
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

function causeOfGrant(
  { target, expectation: { action } }: Breach,
  { services, clients }: Intent,
  places: Places,
): string {
  const [, id] = /^clients\/(.+)$/.exec(target) ?? [];
  const service = services.find(({ key, secrets }) =>
    action === "invoke" ? key === target : secrets.some((secret) => secret.id === target),
  );
  const variable = service?.secrets.find((secret) => secret.id === target)?.variable;
  const path =
    id !== undefined && clients.length > 0
      ? ["clients", id]
      : ["services", service?.key ?? "", ...(action === "invoke" ? [] : ["secrets", variable ?? ""])];
  const place = places.at(path);
  return place === undefined ? "" : `${place} declares ${target}`;
}
