import type { Intent } from "../../intent/model/intent";

const ROUTES = ["GET /orders", "GET /orders/export", "POST /orders", "DELETE /orders/{id}", "GET /products"];
/** The scopes of these routes. */
const SCOPES = ["orders/read", "orders/export", "orders/support", "orders/write"];

/**
 * The same environment with four routes of one service. It has every type of resource that the environment has, but
 * half as many, so each Terraform command takes half of the time.
 *
 * @param ids Services to keep: `catalog` has one public route
 */
export function small(intent: Intent, ids: readonly string[] = ["orders"]): Intent {
  const services = intent.services
    .filter(({ id }) => ids.includes(id))
    .map((service) => ({ ...service, routes: service.routes.filter(({ key }) => ROUTES.includes(key)) }));
  const withFewerScopes = <T extends object>(holder: T): T =>
    "scopes" in holder && Array.isArray(holder.scopes)
      ? { ...holder, scopes: holder.scopes.filter((scope) => SCOPES.includes(scope)) }
      : holder;
  return {
    ...intent,
    services,
    issuers: intent.issuers.map(withFewerScopes),
    clients: intent.clients.map(withFewerScopes),
  };
}
