import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { restWith, WAF } from "../../../support/domains";
import { stateOf } from "../../../support/rest-state";
import { edited, type Json } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const walled = stateOf(restWith({ waf: { ...WAF, countries: { deny: ["KP", "RU"], mode: "block" } } }));

const rulesOf = (all: Json): Json[] => all.aws_wafv2_web_acl.gateway.rule;
const [RULE, MANAGED] = ["countries", "ip-reputation"];
const named = (all: Json, name: string) => rulesOf(all).find((rule) => rule.name === name);

/** What differs after an edit, and in the other direction. */
function guardsOf(edit: (all: Json) => unknown): readonly (readonly string[])[] {
  const after = edited(walled, edit);
  return [changeOfStacks("dev", walled, after), changeOfStacks("dev", after, walled)].map(({ access }) =>
    access.guards.map(({ effect, guard, doubt }) => `${doubt ? "doubt" : effect} ${guard}`),
  );
}

testAll<[string, (all: Json) => unknown, string]>([
  [
    "a rule less",
    (all) => (all.aws_wafv2_web_acl.gateway.rule = rulesOf(all).filter((each) => each.name !== RULE)),
    `rule[${RULE}]`,
  ],
  ["counting in place of blocking", (all) => (named(all, RULE).action = { count: {} }), `rule[${RULE}]`],
  ["a rule that admits", (all) => (named(all, RULE).action = { allow: {} }), `rule[${RULE}]`],
  [
    "a rule that admits networks past the others",
    (all) => {
      const statement = { ip_set_reference_statement: { arn: "arn:aws:wafv2:eu-west-1:1:regional/ipset/x/1" } };
      rulesOf(all).push({ ...named(all, RULE), name: "x", priority: 99, action: { allow: {} }, statement });
    },
    "rule[x]",
  ],
  [
    "a shorter list of denied countries",
    (all) => (named(all, RULE).statement.geo_match_statement.country_codes = ["KP"]),
    `rule[${RULE}].country_codes`,
  ],
  [
    "counting in place of a managed rule's own action",
    (all) => (named(all, MANAGED).override_action = { count: {} }),
    `rule[${MANAGED}]`,
  ],
])("%s is weaker, and the reverse is stronger", (_, edit, rule) => {
  expect(guardsOf(edit)).toEqual([[`broadened ${rule}`], [`narrowed ${rule}`]]);
});

testAll<[string, (all: Json) => unknown]>([
  [
    "samples of the requests that it matches",
    (all) => (named(all, RULE).visibility_config.sampled_requests_enabled = true),
  ],
  ["other countries", (all) => (named(all, RULE).statement.geo_match_statement.country_codes = ["KP", "SY"])],
  ["another header", (all) => (named(all, RULE).statement = { byte_match_statement: { search_string: "x" } })],
  [
    "a managed rule that admits",
    (all) => {
      const managed = structuredClone(named(all, MANAGED));
      managed.statement.managed_rule_group_statement.rule_action_override = [
        { name: "x", action_to_use: { allow: {} } },
      ];
      rulesOf(all).push({ ...managed, name: "x", priority: 99 });
    },
  ],
  [
    "a group that is not AWS's own",
    (all) => {
      const statement = { rule_group_reference_statement: { arn: "arn:aws:wafv2:eu-west-1:1:regional/rulegroup/x/1" } };
      rulesOf(all).push({ ...named(all, MANAGED), name: "x", priority: 99, statement });
    },
  ],
  [
    "a second rule of the same name",
    (all) => rulesOf(all).unshift({ ...named(all, RULE), action: { allow: {} }, priority: 1 }),
  ],
  ["another order", (all) => (named(all, RULE).priority = 1)],
  ["an answer of its own", (all) => (named(all, RULE).action = { block: { custom_response: { response_code: 200 } } })],
  [
    "a rule whose label another rule matches",
    (all) => {
      const label = {
        name: "x",
        priority: 99,
        action: { count: {} },
        rule_label: [{ name: "other-type" }],
        statement: {},
      };
      rulesOf(all).push({ ...label, visibility_config: named(all, RULE).visibility_config });
    },
  ],
])("%s is in doubt in both directions", (_, edit) => {
  for (const guards of guardsOf(edit)) expect(guards.every((guard) => guard.startsWith("doubt rule"))).toBe(true);
  for (const guards of guardsOf(edit)) expect(guards.length).toBeGreaterThan(0);
});

test("a new rule that samples requests is in doubt, and its end is weaker", () => {
  const [coming, going] = guardsOf((all) => {
    const rule = named(all, RULE);
    const visibility_config = { ...rule.visibility_config, sampled_requests_enabled: true };
    rulesOf(all).push({ ...rule, name: "x", priority: 99, visibility_config });
  });
  expect([coming?.every((guard) => guard.startsWith("doubt rule")), coming?.length, going]).toEqual([
    true,
    expect.any(Number),
    ["broadened rule[x]"],
  ]);
});

test.each([
  ["keeps no log", []],
  ["keeps no log, and its group goes too", ["aws_cloudwatch_log_group"]],
] as const)("a firewall that %s is weaker", (_, types) => {
  const [[lost = ""] = []] = guardsOf((all) => {
    delete all.aws_wafv2_web_acl_logging_configuration;
    for (const type of types) delete all[type].waf;
  });
  expect(lost).toBe("broadened @presence");
});

const addressesOf = (before: typeof walled, edit: (all: Json) => unknown) =>
  changeOfStacks("dev", before, edited(before, edit)).access.guards.map(
    ({ effect, address, guard }) => `${effect} ${guard} of ${address}`,
  );
const denyMore = (all: Json) => all.aws_wafv2_ip_set.denied_ipv4.addresses.push("192.0.2.0/24");

test("more denied networks are stronger, unless something else names their set", () => {
  expect(addressesOf(walled, denyMore)).toEqual(["narrowed rule[denied].addresses of aws_wafv2_web_acl.gateway"]);
  const arn = "${aws_wafv2_ip_set.denied_ipv4.arn}";
  const statement = { ip_set_reference_statement: { arn } };
  const forwarded = { ip_set_reference_statement: { arn, ip_set_forwarded_ip_config: { header_name: "X" } } };
  const others: readonly ((all: Json) => unknown)[] = [
    (all) => (all.aws_wafv2_rule_group = { x: { name: "x", rule: [{ name: "x", action: { allow: {} }, statement }] } }),
    (all) => {
      const rule = { ...named(all, RULE), action: { allow: {} }, statement: forwarded };
      all.aws_wafv2_web_acl.other = { ...all.aws_wafv2_web_acl.gateway, name: "other", rule: [rule] };
    },
  ];
  for (const other of others) {
    expect(addressesOf(edited(walled, other), denyMore)).toContain(
      "broadened addresses of aws_wafv2_ip_set.denied_ipv4",
    );
  }
});

test("a group whose labels a rule matches is in doubt", () => {
  const pass = (all: Json) => {
    const statement = { label_match_statement: { key: "awswaf:managed:aws:bot-control:bot:verified", scope: "LABEL" } };
    rulesOf(all).push({ ...named(all, RULE), name: "x", priority: 98, action: { allow: {} }, statement });
  };
  const count = (all: Json) =>
    rulesOf(all).push({ ...named(all, MANAGED), name: "y", priority: 90, override_action: { count: {} } });
  expect(addressesOf(walled, count)).toEqual(["narrowed rule[y] of aws_wafv2_web_acl.gateway"]);
  expect(addressesOf(edited(walled, pass), count)).toEqual(["broadened rule of aws_wafv2_web_acl.gateway"]);
});

const withTypes = (pattern: string) => (all: Json) => {
  const regex = named(all, "other-types").statement.not_statement.statement[0].regex_match_statement;
  regex.regex_string = `^(?:${pattern})[ \\t]*(?:;|$)`;
};

testAll<[string, string, string, string]>([
  ["fewer content types", "text/html|image/svg\\+xml", "text/html", "narrowed"],
  ["more content types", "text/html", "text/html|image/svg\\+xml", "broadened"],
  ["fewer exceptions in a class", "a[^|x|y]b", "a[^|y]b", "broadened"],
  ["fewer characters in a class", "a[|x|y]b", "a[|y]b", "broadened"],
  ["any subtype", "text/html", "text/html|text/.+", "broadened"],
])("%s", (_, before, after, expected) => {
  const [from, to] = [before, after].map((types) => edited(walled, withTypes(types)));
  const found = changeOfStacks("dev", from as typeof walled, to as typeof walled).access.guards;
  expect(found.map(({ effect }) => effect)).toEqual([expected]);
});

test("a managed group that counts in place of blocking is reported in the words of config", () => {
  const after = edited(walled, (all) => (named(all, MANAGED).override_action = { count: {} }));
  const { guards } = changeOfStacks("dev", walled, after).access;
  expect(guards.map(({ before, after }) => [before, after])).toEqual([["block", "count"]]);
});
