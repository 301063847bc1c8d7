import type { ClientDraft, Draft, ServiceDraft } from "./draft";
import { callerName } from "./names";
import { ID } from "./schema/patterns";

/** The id that a service's or client's names are made from; undefined where it cannot be read so far. */
export function namedIn(
  { isUnread }: Draft,
  kind: "services" | "clients",
  id: string,
  entry: ServiceDraft | ClientDraft,
): string | undefined {
  const before = "previousName" in entry ? entry.previousName : undefined;
  return before ?? (ID.test(id) && !isUnread([kind, id, "previousName"]) ? id : undefined);
}

/** As the authorizer names a client's callers; undefined where that cannot be read so far. */
export function callerIn(draft: Draft, id: string, client: ClientDraft): string | undefined {
  const { issuer } = client;
  if (issuer === undefined || client.grant === undefined) return undefined;
  if (client.grant !== "external") {
    const named = namedIn(draft, "clients", id, client);
    return named === undefined ? undefined : callerName({ issuer, id: named });
  }
  return draft.isUnread(["clients", id, "subject"]) ? undefined : callerName({ issuer, id, subject: client.subject });
}
