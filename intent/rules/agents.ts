import { needsMet, scopesOfNeed } from "../../contract/scope-need";
import type { Draft, Rule } from "../derived/draft";
import { expandRoutes, needsOf } from "../derived/routes";
import { SAFE_METHODS } from "../model/methods";
import type { RouteConfig } from "../schema/config";

/** An agent acts without a person: permission to write must be granted explicitly, with a reason. */
export const agentsOnlyRead: Rule = (draft, report) => {
  for (const [id, client] of draft.clients) {
    if (client.kind !== "agent" || client.allowWrites) continue;
    for (const [index, scope] of client.scopes.entries()) {
      const [opened] = writesOpenedBy(draft, scope, client.scopes);
      if (opened === undefined) continue;
      report(["clients", id, "scopes", index], {
        got: `${JSON.stringify(scope)}, which opens ${opened}`,
        expected: "a scope of GET and HEAD routes only: agents are read-only without allowWrites",
        remedy: "remove it, give the read methods a separate scope, or set allowWrites: true with allowWritesReason",
      });
    }
  }
};

/** A permission that is unused, or that has no effect where it is written, misleads reviewers. */
export const writesAreMeant: Rule = (draft, report) => {
  for (const [id, client] of draft.clients) {
    const refuse = (key: string, got: string, expected: string, remedy: string) =>
      report(["clients", id, key], { got, expected, remedy });
    const { kind, allowWrites, allowWritesReason } = client;
    if (kind !== "agent") {
      const written = (["allowWrites", "allowWritesReason"] as const).find((key) =>
        draft.isWritten(["clients", id, key]),
      );
      if (written === undefined) continue;
      refuse(
        written,
        "a client that is not an agent",
        "kind: agent in the same client",
        "remove it, or write kind: agent",
      );
    } else if (allowWrites && allowWritesReason === undefined) {
      refuse("allowWrites", "no reason", "allowWritesReason in the same client", "explain why this agent may write");
    } else if (!allowWrites && allowWritesReason !== undefined) {
      refuse(
        "allowWritesReason",
        "a reason without allowWrites",
        "allowWrites: true in the same client",
        "remove it, or write allowWrites: true",
      );
    } else if (
      allowWrites &&
      client.scopes.every((scope) => writesOpenedBy(draft, scope, client.scopes).length === 0)
    ) {
      refuse(
        "allowWrites",
        "true, but none of its scopes opens a write method",
        "a scope that needs it",
        "remove it and allowWritesReason",
      );
    }
  }
};

/** Behind a REST API each agent has a quota, which stops a runaway loop of calls. An HTTP API counts no usage. */
export const agentsHaveAQuota: Rule = ({ clients, gateway }, report) => {
  if (gateway.kind !== "rest" || gateway.defaultPlan?.quota !== undefined) return;
  for (const [id, client] of clients) {
    if (client.kind !== "agent" || client.quota !== undefined) continue;
    report(["clients", id], {
      got: "an agent without a quota",
      expected: "quota: { requests, per } (or one in gateway.defaultPlan)",
      remedy: "set how many calls it may make, as in quota: { requests: 10000, per: day }",
    });
  }
};

/** Keys of the routes that the scope opens, alone or with others that are held, and whose method is not read-only. */
function writesOpenedBy({ services }: Draft, scope: string, held: readonly string[]): readonly string[] {
  const isOpened = (config: RouteConfig) =>
    needsMet(needsOf(config), held).some((need) => scopesOfNeed(need).includes(scope));
  return [...services].flatMap(([id, service]) =>
    expandRoutes(id, service.routes, service).flatMap(({ key, method, config }) =>
      isOpened(config) && !SAFE_METHODS.includes(method) ? [key] : [],
    ),
  );
}
