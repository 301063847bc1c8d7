import type { TerraformStack } from "cdktf";
import type { Intent } from "../intent/model/intent";
import { type Addresses, resourcesIn } from "./shared/addresses";

/** A word in the addresses of one resource type that a release renamed. */
export interface RenamedWord {
  readonly type: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Old words stay in this list: resources from an older release move to their new address with the first deploy of a
 * newer one.
 */
export const RENAMED_WORDS: readonly RenamedWord[] = [];

/**
 * Constructs in which a word of a path is a client's id. Elsewhere, except in `Identity` and `Alarms`, it may be a
 * service's id.
 */
const CLIENTS = ["AppClients", "ClientRotations", "ClientSecrets"];
const NO_SERVICES = ["Alarms", "Identity"];

/**
 * Declares Terraform moves for renamed services, clients and routes, and for words that a release renamed. Existing
 * resources move to their new address instead of being destroyed and created again.
 */
export function declareMoves(
  stack: TerraformStack,
  { services, clients }: Pick<Intent, "clients" | "services">,
  addresses: Addresses,
  renamed: readonly RenamedWord[] = RENAMED_WORDS,
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
  const idBefore = (word: string, structure: readonly string[]) => {
    if (structure.some((segment) => CLIENTS.includes(segment))) return before.clients.get(word) ?? word;
    if (structure.some((segment) => NO_SERVICES.includes(segment))) return word;
    return before.routes.get(word) ?? before.services.get(word) ?? word;
  };
  const resources = resourcesIn(stack, addresses);
  const declared = new Set(resources.map(({ address }) => address));
  const moves = resources.flatMap(({ resource, address }) => {
    const { terraformResourceType: type } = resource;
    const former = (word: string) => renamed.find((each) => each.type === type && each.to === word)?.from ?? word;
    const ofRelease = `${type}.${addresses.nameWith(resource, (...at) => former(idBefore(...at)))}`;
    const ofIds = `${type}.${addresses.nameWith(resource, idBefore)}`;
    // Two steps, because either rename may have been deployed first, and an address can have only one origin.
    return [...(declared.has(ofRelease) ? [] : [{ from: ofRelease, to: ofIds }]), { from: ofIds, to: address }].filter(
      ({ from, to }) => from !== to,
    );
  });
  if (moves.length > 0) stack.addOverride("moved", moves);
}
