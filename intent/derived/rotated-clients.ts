import { namedAs } from "../model/names";
import type { Draft } from "./draft";

/** Every client whose secret is replaced, with the id that its names are made from. */
export function rotatedClients({ clients }: Draft): readonly { id: string; named: string }[] {
  return [...clients].flatMap(([id, client]) =>
    client.grant === "client_credentials" && client.rotateEveryDays !== undefined
      ? [{ id, named: namedAs(id, client) }]
      : [],
  );
}
