import type { Rule } from "../derived/draft";
import { service } from "../schema/services";

/** Keys of how the front door uses a service. Its owner decides everything else of an existing one. */
const OF_THE_FRONT_DOOR = [
  "existing",
  "forwardAuthorization",
  "mcp",
  "openapi",
  "previousName",
  "routes",
  "timeoutSeconds",
];
const OF_ITS_OWNER = Object.keys(service.shape).filter((key) => !OF_THE_FRONT_DOOR.includes(key));

/** Nothing here changes an existing service, so nothing may be written that would. */
export const existingIsLeftAlone: Rule = ({ services, isWritten }, report) => {
  for (const [id, { existing }] of services) {
    if (existing === undefined) continue;
    for (const key of OF_ITS_OWNER) {
      const path = ["services", id, key];
      if (!isWritten(path)) continue;
      report(path, {
        got: `${key} together with existing`,
        expected: "neither: the service's owner decides that, and no plan here changes it",
        remedy: `remove it (${key}: null, if the base file has it), or remove existing`,
      });
    }
  }
};

/** A service that is declared here runs an image. */
export const otherServicesHaveAnImage: Rule = ({ services }, report) => {
  for (const [id, { existing, image }] of services) {
    if (existing !== undefined || image !== undefined) continue;
    report(["services", id, "image"], {
      got: "nothing",
      expected: "an image reference",
      remedy:
        "write it as in europe-docker.pkg.dev/acme/shop/orders:1.4.0; existing is for a service that others manage",
    });
  }
};

/** Only the invoker check protects an existing service: Envoy would have to run in it. */
export const existingIsFederated: Rule = ({ handshake, services }, report) => {
  if (handshake === "federated") return;
  for (const [id, { existing }] of services) {
    if (existing === undefined) continue;
    report(["services", id, "existing"], {
      got: "existing with handshake: shared-issuer",
      expected: "handshake: federated (with shared-issuer, Envoy must run in the service, which is not managed here)",
      remedy: "write handshake: federated, or declare the service with its image",
    });
  }
};
