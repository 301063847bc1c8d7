import { TerraformResource, type TerraformStack } from "cdktf";
import type { Intent } from "../intent/model/intent";
import type { Addresses } from "./shared/addresses";

/** Constructs in which a word of a path is a client's id; everywhere else but in `Identity` it may be a service's. */
const CLIENTS = ["AppClients", "ClientRotations", "ClientSecrets"];
const IDENTITY = "Identity";

/**
 * Declares to Terraform where a renamed service, client or route was before, so that what exists moves to its new address
 * instead of being destroyed and created again.
 */
export function declareMoves(
  stack: TerraformStack,
  { services, clients }: Pick<Intent, "clients" | "services">,
  addresses: Addresses,
): void {
  const before = {
    services: new Map(services.map(({ key, id }) => [key, id])),
    routes: new Map(
      services
        .flatMap(({ routes }) => routes)
        .flatMap(({ address, previousAddress }) => (previousAddress === undefined ? [] : [[address, previousAddress]])),
    ),
    clients: new Map(clients.flatMap((client) => (client.grant === "external" ? [] : [[client.key, client.id]]))),
  };
  const moves = stack.node
    .findAll()
    .filter((node) => TerraformResource.isTerraformResource(node))
    .flatMap((resource) => {
      const name = addresses.nameOf(resource);
      const from = addresses.nameWith(resource, (word, structure) => {
        if (structure.some((segment) => CLIENTS.includes(segment))) return before.clients.get(word) ?? word;
        if (structure.includes(IDENTITY)) return word;
        return before.routes.get(word) ?? before.services.get(word) ?? word;
      });
      const { terraformResourceType: type } = resource;
      return from === name ? [] : [{ from: `${type}.${from}`, to: `${type}.${name}` }];
    });
  if (moves.length > 0) stack.addOverride("moved", moves);
}
