import { changeOfStacks } from "../../../packages/terraform-access-review/change/from-stacks";
import { ReadableStack } from "../../support/local/reading";
import { stateOf } from "../../support/rest-state";
import { CHECKED_ONLY, leavesOfConfig, SETTINGS, shopWith } from "../../support/settings";

const states = ({ before, after }: (typeof SETTINGS)[number]) =>
  [before, after].map((overlay) => stateOf(shopWith(overlay))) as [
    ReturnType<typeof stateOf>,
    ReturnType<typeof stateOf>,
  ];
const differ = ([one, other]: readonly [unknown, unknown]) => JSON.stringify(one) !== JSON.stringify(other);

test("every key of the config has a case here", () => {
  expect(SETTINGS.map(({ key }) => key).sort()).toEqual([...leavesOfConfig()].sort());
});

test("every key alone changes the stack or the policy, except those that are only checked", () => {
  const unchanged = SETTINGS.filter((setting) => !differ(states(setting))).map(({ key }) => key);
  expect(unchanged.sort()).toEqual([...CHECKED_ONLY].sort());
});

test("the local front door reads the stack of every key", () => {
  const refusals = SETTINGS.flatMap(({ key, after }) => {
    const refusal = ReadableStack.ofIntent(shopWith(after)).refusal();
    return refusal === undefined ? [] : [`${key}: ${refusal}`];
  });
  expect(refusals).toEqual([]);
});

test("a review of every key names the change, in both directions", () => {
  const silent = SETTINGS.flatMap((setting) => {
    const [before, after] = states(setting);
    const changes = [changeOfStacks("dev", before, after), changeOfStacks("dev", after, before)];
    const isNamed = changes.every(({ resources, access, notes }) => {
      return resources.length + access.rows.length + access.guards.length + notes.length > 0;
    });
    return isNamed ? [] : [setting.key];
  });
  expect(silent.sort()).toEqual([...CHECKED_ONLY, ...UNREVIEWED].sort());
});

test("a review knows every part that a key changes, in both directions", () => {
  const unknown = SETTINGS.flatMap((setting) => {
    const [before, after] = states(setting);
    const changes = [changeOfStacks("dev", before, after), changeOfStacks("dev", after, before)];
    const guards = changes.flatMap(({ access }) => access.guards.filter(({ doubt, known }) => doubt && !known));
    return guards.map(({ address, guard }) => `${setting.key}: ${address} ${guard}`);
  });
  expect([...new Set(unknown)].sort()).toEqual([]);
});

test("a review judges a change of every key, except of these", () => {
  const doubtful = SETTINGS.filter((setting) => {
    const [before, after] = states(setting);
    const changes = [changeOfStacks("dev", before, after), changeOfStacks("dev", after, before)];
    return changes.some(({ access }) => access.guards.some(({ doubt }) => doubt === true));
  });
  expect(doubtful.map(({ key }) => key).sort()).toEqual([...UNJUDGED].sort());
});

/** A former address changes nothing where the stack before has no resource with it. */
const UNREVIEWED: readonly string[] = ["services.<id>.routes.<id>.previousName"];

/**
 * They decide where everything is, who decides on calls and by which rules, or what answers for an address. A review shows
 * the change for a person to judge. A region is one line.
 */
const UNJUDGED: readonly string[] = [
  "alarms.gatewayErrorPercent",
  "aws.account",
  "aws.region",
  "clients.<id>.claims.<id>",
  "clients.<id>.rotateEveryDays",
  "gateway.allowedNetworks",
  "gateway.authorizer.provisionedConcurrency",
  "gateway.domain.name",
  "gateway.domain.records",
  "gateway.domain.zoneId",
  "gateway.mutualTls.truststore",
  "gateway.waf.body.maxBytes",
  "gateway.waf.body.mode",
  "gateway.waf.contentTypes.only",
  "gateway.waf.networks.trust",
  "gateway.waf.rateLimit.windowSeconds",
  "google.project",
  "google.region",
  "handshake",
  "issuers.<id>.domainPrefix",
  "issuers.<id>.grants",
  "issuers.<id>.jwksUri",
  "issuers.<id>.scopeValues.<id>",
  "name",
  "services.<id>.deployedBy",
  "services.<id>.deployedBy.pipeline",
  "services.<id>.deployedBy.traffic",
  "services.<id>.existing.audience",
  "services.<id>.existing.name",
  "services.<id>.existing.project",
  "services.<id>.existing.region",
  "services.<id>.port",
  "services.<id>.previousName",
  "services.<id>.secrets.<id>.replicas",
  "services.<id>.verifyCallerToken",
  "state.bucket",
  "state.path",
  "state.region",
];
