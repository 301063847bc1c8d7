import type { Rule, ServiceDraft } from "../derived/draft";
import { expandRoutes } from "../derived/routes";
import { ALARM_KEYS, ALARMS, needsAuthorizer } from "../model/alarm-table";
import { FILTER_PATTERN_CHARACTERS, METRIC_FILTERS_PER_GROUP } from "../model/limits";
import { countsOf, patternsOf, sloOf } from "../model/slo";

/** An alarm can notify only topics of its own region (CloudWatch, "PutMetricAlarm"). */
export const alarmsAreToldHere: Rule = ({ aws, alarms }, report) => {
  for (const [index, topic] of (alarms?.actions ?? []).entries()) {
    if (topic.split(":")[3] === aws.region) continue;
    report(["alarms", "actions", index], {
      got: topic,
      expected: `a topic in ${aws.region} (CloudWatch notifies only topics of the alarm's region)`,
      remedy: "name a topic of that region",
    });
  }
};

/** With `handshake: shared-issuer` there are no authorizer functions, so a threshold for them would have no effect. */
export const alarmsHaveASource: Rule = ({ handshake, alarms, isWritten }, report) => {
  if (handshake === "federated" || alarms === undefined) return;
  for (const key of ALARM_KEYS) {
    const path = ["alarms", key];
    if (!needsAuthorizer(key) || !isWritten(path)) continue;
    report(path, {
      got: `${key} with handshake: ${handshake}`,
      expected: "none of the authorizer functions' alarms (there are no functions)",
      remedy: "remove it",
    });
  }
};

/** A percentage of fast requests has no meaning without the time that counts as fast. */
export const slosHaveAnObjective: Rule = ({ services, isWritten }, report) => {
  for (const [id, { slo }] of services) {
    if (slo === undefined || slo.latencyMs !== undefined) continue;
    const path = ["services", id, "slo"];
    if (slo.availability === undefined) {
      report(path, {
        got: "neither availability nor latencyMs",
        expected: "at least one objective",
        remedy: "write it as in slo: { availability: 99.9, latencyMs: 300 }, or remove slo",
      });
    } else if (isWritten([...path, "latencyPercent"])) {
      report([...path, "latencyPercent"], {
        got: "latencyPercent without latencyMs",
        expected: "both, or neither",
        remedy: "add latencyMs, or remove it",
      });
    }
  }
};

/** Requests of a service are counted by filters on its routes, and a log group supports a limited number of filters. */
export const slosFitTheLog: Rule = ({ services, alarms }, report) => {
  const perService = [...services].map(([id, service]) => ({ id, patterns: sloPatterns(id, service) }));
  const ofAlarms = alarms ? ALARM_KEYS.filter((key) => ALARMS[key].source.kind === "access-share").length : 0;
  const count = perService.flatMap(({ patterns }) => patterns).length + ofAlarms;
  if (count > METRIC_FILTERS_PER_GROUP) {
    report(["services"], {
      got: `${count} metric filters on the access log, for alarms and for routes of services with slo`,
      expected: `at most ${METRIC_FILTERS_PER_GROUP} (CloudWatch Logs' quota per log group)`,
      remedy: "remove slo from a service, or merge routes with {path+}",
    });
  }
  for (const { id, patterns } of perService) {
    const longest = Math.max(0, ...patterns.map(({ length }) => length));
    if (longest <= FILTER_PATTERN_CHARACTERS) continue;
    report(["services", id, "slo"], {
      got: `a route that makes a filter pattern of ${longest} characters`,
      expected: `at most ${FILTER_PATTERN_CHARACTERS} (CloudWatch Logs' limit)`,
      remedy: "shorten the route's path, or remove slo",
    });
  }
};

function sloPatterns(id: string, { routes, slo }: ServiceDraft): readonly string[] {
  if (slo === undefined) return [];
  const keys = expandRoutes(id, routes).map(({ key }) => key);
  return countsOf(sloOf(slo)).flatMap(({ condition }) => patternsOf(keys, condition));
}
