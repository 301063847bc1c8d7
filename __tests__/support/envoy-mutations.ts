import type { Described } from "./mutation";
import { enforced } from "./shared-issuer";

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Json = any;

/** Mutations of one service's Envoy: of its container, and of the policy that it enforces. */
export function* envoyChanges(where: string, at: (copy: Json) => Json): Generator<Described> {
  const containers = (copy: Json) => at(copy).template.containers;
  yield ["Envoy gone, so another way in", where, (copy) => containers(copy).shift()];
  yield ["Envoy's container another: command", where, (copy) => Object.assign(containers(copy)[0], { command: ["x"] })];
  yield ["Envoy's container another: image", where, (copy) => Object.assign(containers(copy)[0], { image: "other" })];
  const policy = (change: (policy: Json, service: Json) => unknown) => (copy: Json) =>
    enforced(copy, (found) => change(found, found.services[at(copy).name]));
  yield ["Envoy's image another", where, policy((found) => Object.assign(found, { image: other(found.image) }))];
  yield ["Envoy's client removed", where, policy((found) => pool(found).clients.pop())];
  yield ["Envoy's client added", where, policy((found) => pool(found).clients.push({ ...CLIENT }))];
  yield ["Envoy's keys kept longer", where, policy((found) => Object.assign(found, { keysSeconds: 86_400 }))];
  yield ["Envoy's clock loosened", where, policy((found) => Object.assign(found, { clockSkewSeconds: 900 }))];
  yield ["Envoy's issuer another", where, policy((found) => Object.assign(pool(found), { url: "https://x" }))];
  yield ["Envoy's tokens of another kind", where, policy((found) => Object.assign(pool(found), ANY_KIND))];
  yield ["Envoy's route removed", where, policy((_, { routes }) => delete routes[scoped(routes)])];
  yield [
    "Envoy's route opened",
    where,
    policy((_, { routes }) => Object.assign(routes, { [scoped(routes)]: "public" })),
  ];
  yield ["Envoy's scopes widened", where, policy((_, { routes }) => routes[scoped(routes)].scopes.push("orders/read"))];
}

const CLIENT = { name: "customers/x", claim: "x", scopes: ["orders/read"] };

/** Tokens of a pool that are not checked to be access tokens. */
const ANY_KIND = { kind: "token", audiences: ["x"] };

function pool({ issuers }: Json): Json {
  return issuers.find(({ id }: Json) => id === "customers");
}

/** The last route that requires scopes. */
function scoped(routes: Json): string {
  return Object.keys(routes).findLast((key) => routes[key] !== "public") as string;
}

function other(image: string): string {
  return image.replace(/7d$/, "7e");
}
