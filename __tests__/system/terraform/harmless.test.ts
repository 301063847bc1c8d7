import type { SchemaBlock } from "../../../cli/generate/generate";
import type { SynthesizedState } from "../../../packages/terraform-access-review/model/state";
import { TYPES } from "../../../packages/terraform-access-review/types";
import { auditedDev, auditedRest } from "../../support/auditors";
import { withOwnImages } from "../../support/bootstrap";
import { DOMAIN, httpWith, MUTUAL_TLS, NETWORKS, restWith, WAF } from "../../support/domains";
import { schemasOfProviders } from "../../support/provider-schemas";
import { provisionedDev } from "../../support/provisioned";
import { stateOf } from "../../support/rest-state";
import { rotatedIntent } from "../../support/rotation";
import { schemaMutations } from "../../support/schema-mutations";
import { bootstraps, intents } from "../../support/shop";
import { small } from "../../support/small";
import { bootstrapStackOf } from "../../support/stack";
import { accessBetween, shared, verdict, verifying } from "../../support/synthesized-states";
import { describeTerraform } from "../../support/terraform-stack";
import { watchedDev } from "../../support/watched";
import HARMLESS from "./harmless.json";

/** Together, these have every type that the stacks write. Most are small, because each change is compared with a whole. */
const STATES = (): readonly SynthesizedState[] => [
  shared,
  verifying,
  ...[
    small(auditedDev()),
    small(rotatedIntent()),
    small(httpWith({ domain: DOMAIN, mutualTls: MUTUAL_TLS })),
    restWith({
      domain: DOMAIN,
      waf: WAF,
      allowedNetworks: NETWORKS,
      defaultPlan: { quota: { requests: 1000, per: "day" } },
    }),
    ...[auditedRest(), watchedDev(), ...intents(), provisionedDev()].map((intent) => small(intent)),
  ].map((intent) => stateOf(intent)),
  ...bootstraps().map((each) => ({ stack: bootstrapStackOf(withOwnImages(each)).json }) as SynthesizedState),
];

describeTerraform("a change of any argument in the providers' schemas counts as", () => {
  let schemas: ReadonlyMap<string, SchemaBlock>;

  beforeAll(() => {
    schemas = schemasOfProviders();
  });

  test("broader, except those that are listed as harmless or narrower", () => {
    const found: Record<"unchanged" | "narrowed", Set<string>> = { unchanged: new Set(), narrowed: new Set() };
    const seen = new Set<string>();
    for (const state of STATES()) {
      for (const [type, named] of Object.entries(state.stack.resource)) {
        const [name, body] = Object.entries(named)[0] ?? [];
        // No row reports the nested rules of a firewall, so any change of them counts as broader.
        if (seen.has(type) || name === undefined || body === undefined || type === "aws_wafv2_web_acl") continue;
        seen.add(type);
        for (const { path, kind, mutated } of schemaMutations(schemas.get(type) ?? {}, body)) {
          const means = verdict(accessBetween(state, withBody(state, type, { [name]: mutated })));
          if (means !== "broadened") found[means].add(`${type}.${path} ${kind}`);
        }
      }
    }
    const lists = Object.fromEntries(Object.entries(found).map(([means, each]) => [means, [...each].sort()]));
    expect(lists).toEqual(HARMLESS);
    expect(Object.keys(TYPES).filter((type) => !seen.has(type))).toEqual(["aws_wafv2_web_acl"]);
  });

  test("broader for an unknown type: when it is added, and when it changes", () => {
    const unknown = [...schemas.keys()].filter((type) => !Object.hasOwn(TYPES, type)).sort();
    const sampled = unknown.filter((_, index) => index % Math.floor(unknown.length / 200) === 0);
    const state = shared;
    const missed = sampled.filter((type) => {
      const [first, second] = schemaMutations(schemas.get(type) ?? {}, {});
      const has = (body: unknown) => withBody(state, type, { x: body });
      const [came, is] = [
        has(first?.mutated ?? {}),
        has({ ...(first?.mutated as object), ...(second?.mutated as object) }),
      ];
      const broader = (from: SynthesizedState, to: SynthesizedState) =>
        verdict(accessBetween(from, to)) === "broadened";
      return !broader(state, came) || (second !== undefined && !broader(came, is));
    });
    expect(missed).toEqual([]);
    expect(sampled.length).toBeGreaterThanOrEqual(200);
  });
});

function withBody({ stack, ...rest }: SynthesizedState, type: string, named: object): SynthesizedState {
  const resource = { ...stack.resource, [type]: { ...stack.resource[type], ...named } };
  return { ...rest, stack: { ...stack, resource } as SynthesizedState["stack"] };
}
