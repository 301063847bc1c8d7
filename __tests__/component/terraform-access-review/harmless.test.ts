import type { SchemaBlock } from "../../../cli/generate/schemas";
import { unreadChanges } from "../../../packages/terraform-access-review/judge/unread";
import type { SynthesizedState } from "../../../packages/terraform-access-review/model/state";
import { canonical } from "../../../packages/terraform-access-review/terraform-json/order";
import type { Attributes } from "../../../packages/terraform-access-review/terraform-json/stack-json";
import { coveredEverywhere, coveredOf, TYPES } from "../../../packages/terraform-access-review/types";
import { auditedDev, auditedRest } from "../../support/auditors";
import { withOwnImages } from "../../support/bootstrap";
import { DOMAIN, httpWith, MUTUAL_TLS, NETWORKS, restWith, WAF } from "../../support/domains";
import { existing } from "../../support/existing";
import { storedSchemas } from "../../support/provider-schemas";
import { provisionedDev } from "../../support/provisioned";
import { stateOf } from "../../support/rest-state";
import { rotatedIntent } from "../../support/rotation";
import { type SchemaMutation, schemaMutations } from "../../support/schema-mutations";
import { sharedIssuerState } from "../../support/shared-issuer";
import { bootstraps, intentOf, intents } from "../../support/shop";
import { small } from "../../support/small";
import { bootstrapStackOf } from "../../support/stack";
import { accessBetween, shared, verdict, verifying } from "../../support/synthesized-states";
import { watchedDev } from "../../support/watched";
import HARMLESS from "./harmless.json";

/** Together, these have every type that the stacks write. Most are small, because each change is compared with a whole. */
const STATES = (ofEnvoy: SynthesizedState): readonly SynthesizedState[] => [
  ofEnvoy,
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
    ...[auditedRest(), watchedDev(), ...intents(), provisionedDev(), existing("dev")].map((intent) => small(intent)),
  ].map((intent) => stateOf(intent)),
  ...bootstraps().map((each) => ({ stack: bootstrapStackOf(withOwnImages(each)).json }) as SynthesizedState),
];

/** One resource of a type that the stacks write, in a state that has it, and the same with each argument of its schema. */
interface Example {
  readonly state: SynthesizedState;
  readonly type: string;
  readonly name: string;
  readonly mutations: readonly SchemaMutation[];
}

const SCHEMAS = storedSchemas();

/** No row reports the nested rules of a firewall, so any change of them counts as broader. */
const NESTED = "aws_wafv2_web_acl";

function examples(ofEnvoy = shared): readonly Example[] {
  const found = new Map<string, Example>();
  for (const state of STATES(ofEnvoy)) {
    for (const [type, named] of Object.entries(state.stack.resource)) {
      const [name, body] = Object.entries(named)[0] ?? [];
      if (found.has(type) || name === undefined || body === undefined || type === NESTED) continue;
      found.set(type, { state, type, name, mutations: schemaMutations(SCHEMAS.get(type) ?? {}, body) });
    }
  }
  return [...found.values()];
}

test("there is an example of every type", () => {
  const types = new Set(examples().map(({ type }) => type));
  expect(Object.keys(TYPES).filter((type) => !types.has(type))).toEqual([NESTED]);
});

test("a change of any argument in the providers' schemas is broader, except those that are listed as harmless or narrower", () => {
  const found: Record<"unchanged" | "narrowed", string[]> = { unchanged: [], narrowed: [] };
  const ofEnvoy = sharedIssuerState(stateOf(small(intentOf("dev"))));
  for (const { state, type, name, mutations } of examples(ofEnvoy)) {
    const compare = (path: string, kind: string, body: unknown, former = state) => {
      const means = verdict(accessBetween(former, withBody(state, type, { [name]: body })));
      if (means !== "broadened") found[means].push(`${type}.${path} ${kind}`);
    };
    const covered = coveredOf(type).map((each) => each.path);
    for (const { path, kind, mutated } of mutations) {
      compare(path, kind, mutated);
      // Every change of another argument is in doubt.
      if (kind !== "added" || !covered.some((pattern) => pattern.test(path))) continue;
      const former = withBody(state, type, { [name]: mutated });
      const others = schemaMutations(SCHEMAS.get(type) ?? {}, mutated as Attributes);
      for (const other of others.filter((each) => each.path === path && each.kind !== "removed")) {
        compare(path, `${other.kind} after it was added`, other.mutated, former);
      }
    }
  }
  expect(differences("changed.unchanged", found.unchanged, HARMLESS.changed.unchanged)).toEqual([]);
  expect(differences("changed.narrowed", found.narrowed, HARMLESS.changed.narrowed)).toEqual([]);
});

test("the review of a new resource depends on each of its arguments, except those that are listed with a reason", () => {
  const unread = examples().flatMap(({ state, type, name, mutations }) => {
    const before = without(state, type, name);
    const own = canonical(accessBetween(before, state));
    const harmless = coveredEverywhere(type);
    const differs = ({ mutated }: SchemaMutation) => {
      const after = withBody(state, type, { [name]: mutated });
      const isInDoubt = unreadChanges(before, after, []).some(({ address }) => address === `${type}.${name}`);
      return isInDoubt || canonical(accessBetween(before, after)) !== own;
    };
    return (
      mutations
        // A block that is there twice is no other argument.
        .filter(({ kind }) => kind !== "doubled")
        .filter((each) => !harmless.some((pattern) => pattern.test(each.path)) && !differs(each))
        .map(({ path }) => `${type}.${path}`)
    );
  });
  expect(differences("added", unread, Object.values(HARMLESS.added).flat())).toEqual([]);
});

test("a new resource of a type that the stacks do not write is broader, whichever argument it has, and so is a change of it", () => {
  const missed: string[] = [];
  for (const [type, block] of SCHEMAS) {
    if (Object.hasOwn(TYPES, type)) continue;
    const named = Object.fromEntries(bodiesOf(block, false).map((body, index) => [`x${index}`, body]));
    const { rows, guards } = accessBetween(NONE, withBody(NONE, type, named));
    const reported = new Set([
      ...rows.map(({ after }) => after?.from.address),
      ...guards.map(({ address }) => address),
    ]);
    missed.push(
      ...Object.keys(named)
        .filter((name) => !reported.has(`${type}.${name}`))
        .map((name) => `${type} ${canonical(named[name])}`),
    );
    // Without the arguments that every type has, such as a description.
    const [none, first] = bodiesOf(block, true).map((body) => withBody(NONE, type, { x: body }));
    if (none === undefined || first === undefined) continue;
    if (verdict(accessBetween(none, first)) !== "broadened") missed.push(`${type} changed`);
  }
  expect(missed).toEqual([]);
  expect(SCHEMAS.size).toBeGreaterThan(2500);
});

/** A body without arguments, and one for each argument of a schema. */
function bodiesOf(block: SchemaBlock, isOuter: boolean): readonly unknown[] {
  return [{}, ...schemaMutations(block, {}, isOuter, 1).map(({ mutated }) => mutated)];
}

const NONE: SynthesizedState = { stack: { resource: {}, provider: {} } };

/** How what a review counts as harmless differs from a list of `harmless.json`. */
function differences(list: string, found: readonly string[], listed: readonly string[]): readonly string[] {
  const place = `__tests__/component/terraform-access-review/harmless.json: ${list}`;
  return [
    ...[...new Set(found)].filter((each) => !listed.includes(each)).map((each) => `${place} lacks ${each}`),
    ...listed.filter((each) => !found.includes(each)).map((each) => `${place}: ${each} is not harmless`),
  ];
}

function withBody({ stack, ...rest }: SynthesizedState, type: string, named: object): SynthesizedState {
  const resource = { ...stack.resource, [type]: { ...stack.resource[type], ...named } };
  return { ...rest, stack: { ...stack, resource } as SynthesizedState["stack"] };
}

function without({ stack, ...rest }: SynthesizedState, type: string, name: string): SynthesizedState {
  const { [name]: _, ...others } = stack.resource[type] ?? {};
  return { ...rest, stack: { ...stack, resource: { ...stack.resource, [type]: others } } };
}
