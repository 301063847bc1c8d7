import type { Draft } from "../derived/draft";
import { needsOf } from "../derived/routes";
import type { Rule } from "../derived/rule";
import { UNRESERVED_CONCURRENCY_MIN } from "../model/limits";

const PATH = ["gateway", "authorizer", "provisionedConcurrency"] as const;

/** With `handshake: shared-issuer` there is no function that Lambda could keep started. */
export const provisionedConcurrencyHasAFunction: Rule = ({ handshake, isWritten }, report) => {
  if (handshake === "federated" || !isWritten(PATH)) return;
  report(PATH, {
    got: `provisionedConcurrency with handshake: ${handshake}`,
    expected: "none (with this handshake no function decides: API Gateway and each service's Envoy do)",
    remedy: "remove it, or write null in this environment's file if config/base.yaml has it",
  });
};

/**
 * Provisioned concurrency counts towards a function's reserved concurrency, or else towards the account's (AWS Lambda,
 * "Configuring provisioned concurrency"). A deploy starts the new version's instances before it stops the former's, so
 * each function needs twice the number for that time.
 */
export const provisionedConcurrencyFits: Rule = (draft, report) => {
  const { provisionedConcurrency: each, reservedConcurrency: reserved = {} } = draft.gateway.authorizer;
  if (draft.handshake !== "federated" || each === undefined) return;
  const served = functionsWithRoutes(draft);
  for (const id of served) {
    const most = Math.floor((reserved[id] ?? Number.POSITIVE_INFINITY) / 2);
    if (each <= most) continue;
    report(PATH, {
      got: String(each),
      expected: `at most ${most}, half of reservedConcurrency.${id} (a deploy keeps instances of two versions)`,
      remedy: `lower it, or raise gateway.authorizer.reservedConcurrency.${id}`,
    });
  }
  const unreserved = served.filter((id) => reserved[id] === undefined);
  const others = Object.values(reserved).reduce((sum, count) => sum + count, 0);
  const free = draft.limits.lambdaConcurrency - UNRESERVED_CONCURRENCY_MIN - others;
  const most = Math.max(0, Math.floor(free / 2 / Math.max(1, unreserved.length)));
  if (unreserved.length === 0 || each <= most) return;
  report(PATH, {
    got: String(each),
    expected: `at most ${most} (of the account's ${draft.limits.lambdaConcurrency}, AWS Lambda keeps ${UNRESERVED_CONCURRENCY_MIN} free; a deploy keeps instances of two versions)`,
    remedy: "lower it, or ask AWS for a larger quota and set limits.lambdaConcurrency",
  });
};

/** The functions that get instances: those with routes. */
function functionsWithRoutes({ services }: Draft): readonly ("callers" | "public")[] {
  const routes = [...services.values()].flatMap((service) => [...service.routes.values()]);
  const found = new Set(routes.map((route) => (needsOf(route).length === 0 ? "public" : "callers")));
  return [...found].sort();
}
