import type { Draft } from "./draft";
import { namedIn } from "./draft-names";

/** Every client whose secret is replaced, with the id that its names are made from. */
export function rotatedClients(draft: Draft): readonly { id: string; named: string }[] {
  return [...draft.clients].flatMap(([id, client]) => {
    if (client?.grant !== "client_credentials" || client.rotateEveryDays === undefined) return [];
    const named = namedIn(draft, "clients", id, client);
    return named === undefined ? [] : [{ id, named }];
  });
}
