import type { Described } from "./mutation";

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Json = any;

/** Mutations of the policy by which the functions decide, and of the identities with which they call. */
export function* policyChanges(policy: Json): Generator<Described> {
  for (const service of Object.keys(policy.services)) yield* serviceChanges(service, Object.keys(policy.services));
  for (const caller of Object.keys(policy.usageKeys ?? {})) {
    yield ["usage of nobody", caller, (copy) => delete copy.policy.usageKeys[caller]];
  }
  for (const [key, { access }] of Object.entries(policy.routes) as [string, Json][]) {
    const route = (copy: Json) => copy.policy.routes[key];
    const { service } = policy.routes[key];
    const other = Object.keys(policy.services).find((each) => each !== service);
    if (other !== undefined) yield ["route's token another service's", key, (copy) => (route(copy).service = other)];
    if (access === "public") {
      yield ["public route closed", key, (copy) => Object.assign(route(copy), { access: { scopes: ["x/y"] } })];
      continue;
    }
    yield ["route made public", key, (copy) => Object.assign(route(copy), { access: "public" })];
    yield ["route without its policy", key, (copy) => delete copy.policy.routes[key]];
    for (const index of access.scopes.keys()) {
      yield ["route's scope changed", key, (copy) => route(copy).access.scopes.splice(index, 1, "x/y")];
    }
  }
  for (const [index, issuer] of policy.issuers.entries()) {
    yield* issuerChanges(issuer, (copy) => copy.policy.issuers[index]);
  }
}

function* issuerChanges(issuer: Json, at: (copy: Json) => Json): Generator<Described> {
  const where = `issuer ${issuer.id}`;
  yield ["issuer removed", where, (copy) => copy.policy.issuers.splice(copy.policy.issuers.indexOf(at(copy)), 1)];
  for (const key of ["issuer", "scopeClaim", "clientClaim", "issuerFrom"].filter((name) => name in issuer)) {
    yield [`${key} changed`, where, (copy) => Object.assign(at(copy), { [key]: "other" })];
  }
  for (const key of ["audiences", "scopes"].filter((name) => name in issuer)) {
    for (const index of issuer[key].keys()) yield [`${key} changed`, where, (copy) => at(copy)[key].splice(index, 1)];
    yield [`${key} added`, where, (copy) => at(copy)[key].push("orders/write")];
  }
  for (const key of ["clients", "subjects"].filter((name) => name in issuer)) {
    for (const [index, entry] of issuer[key].entries()) {
      yield [`${key} removed`, `${where} ${index}`, (copy) => at(copy)[key].splice(index, 1)];
      for (const scope of (entry.scopes ?? []).keys()) {
        yield ["granted scope removed", `${where} ${index}`, (copy) => at(copy)[key][index].scopes.splice(scope, 1)];
      }
    }
  }
}

/** Each value with which a service is called: removed, unknown, and another service's. */
function* serviceChanges(service: string, all: readonly string[]): Generator<Described> {
  const other = all.find((each) => each !== service);
  const of = ({ policy }: { policy: Json }) => policy.services[service];
  yield ["service without an invoker", service, ({ policy }) => delete policy.services[service]];
  for (const key of ["audience", "role", "serviceAccount"]) {
    yield [`${key} of a service removed`, service, (copy) => delete of(copy)[key]];
    yield [`${key} of a service another`, service, (copy) => Object.assign(of(copy), { [key]: `x${of(copy)[key]}` })];
    if (other === undefined) continue;
    yield [
      `${key} of a service like another's`,
      service,
      (copy) => Object.assign(of(copy), { [key]: copy.policy.services[other][key] }),
    ];
  }
}
