import type { Intent } from "../../../intent/model/intent";
import { intentOf } from "../shop";

/** Dev with `services.orders.verifyCallerToken: true`, and the key URLs that Envoy needs. */
export function verifying(intent: Intent): Intent {
  const issuers = intent.issuers.map((issuer) =>
    issuer.kind !== "oidc" ? issuer : { ...issuer, jwksUri: `${issuer.issuer}/keys/v2` },
  );
  const services = intent.services.map((service) =>
    service.id === "orders" ? { ...service, verifiesCallerToken: true } : service,
  );
  return { ...intent, issuers, services, envoy: intentOf("preview").envoy };
}
