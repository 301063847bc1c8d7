import type { Draft } from "../derived/draft";
import type { Rule } from "../derived/rule";
import type { Report } from "../source/finding";
import type { Path } from "../source/located";

/** A throttle above the account's quota has no effect: the quota applies first, and to every API of the account. */
export const throttlesFitTheAccount: Rule = (draft, report) => {
  if (draft.gateway.throttle) checkThrottle(draft, draft.gateway.throttle, ["gateway", "throttle"], report);
  for (const [id, { routes }] of draft.services) {
    for (const [key, route] of routes) {
      if (route === "public" || route.throttle === undefined) continue;
      checkThrottle(draft, route.throttle, ["services", id, "routes", key, "throttle"], report);
    }
  }
};

type Throttle = NonNullable<Draft["gateway"]["throttle"]>;

function checkThrottle({ limits }: Draft, throttle: Throttle, path: Path, report: Report): void {
  const { ratePerSecond, burst } = throttle;
  const { requestsPerSecond: most, requestBurst: mostAtOnce } = limits;
  if (ratePerSecond > most) {
    report([...path, "ratePerSecond"], {
      got: String(ratePerSecond),
      expected: `at most ${most} (API Gateway's quota of the account)`,
      remedy: "lower it, or ask AWS for a larger quota and set limits.requestsPerSecond",
    });
  }
  if (burst > mostAtOnce) {
    report([...path, "burst"], {
      got: String(burst),
      expected: `at most ${mostAtOnce} (API Gateway's quota of the account)`,
      remedy: "lower it, or ask AWS for a larger quota and set limits.requestBurst",
    });
  }
}

/** API Gateway compares origins as text, so an origin must be written exactly as browsers send it. */
export const corsOriginsAreExact: Rule = ({ gateway }, report) => {
  for (const [index, origin] of (gateway.cors?.origins ?? []).entries()) {
    const sent = URL.canParse(origin) ? new URL(origin).origin : undefined;
    if (sent === origin) continue;
    report(["gateway", "cors", "origins", index], {
      got: JSON.stringify(origin),
      expected: "an origin as browsers send it: lower-case host, no default port, no slash",
      remedy: sent === undefined ? "write it as in https://shop.example.com" : `write ${sent}`,
    });
  }
};
