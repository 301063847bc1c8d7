import { accessLedger } from "../../packages/terraform-access-review/access/ledger";
import { normalized } from "../../packages/terraform-access-review/judge/normal";
import { rowChanges } from "../../packages/terraform-access-review/judge/rows";
import { type AccessChange, GUARDS, type RowChange } from "../../packages/terraform-access-review/model/change";
import type { AccessRow } from "../../packages/terraform-access-review/model/row";
import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";
import { goneFrom } from "../../packages/terraform-access-review/types/named";
import { type Mutation, mutations } from "./ledger-mutations";
import { restDev } from "./rest";
import { OF_REST } from "./rest-mutations";
import { stateOf } from "./rest-state";
import { accessBetween, dev, shared, verdict, verifying } from "./synthesized-states";

interface Mutated {
  readonly state: SynthesizedState;
  readonly all: readonly Mutation[];
  /** Mutations with another meaning than in the other states. */
  readonly news: readonly Mutation[];
  readonly others: readonly Mutation[];
}

function mutated(state: SynthesizedState, isNews: RegExp): Mutated {
  const all = mutations(state);
  const [news, others] = [true, false].map((wanted) => all.filter(({ name }) => isNews.test(name) === wanted));
  return { state, all, news: news ?? [], others: others ?? [] };
}

const OF_EACH_REST_TYPE = new RegExp(`^[^:]+: (${Object.keys(OF_REST).join("|")})\\.|^usage of nobody`);

/** Every state whose mutations are judged, by the component that decides. */
export const MUTATED = {
  "functions decide": () => mutated(dev, /./),
  "Envoy decides": () => mutated(shared, /^[^:]*(Envoy|gateway|authorizer|route|invoker)/),
  "functions decide and Envoy verifies": () => mutated(verifying, /^[^:]*Envoy/),
  "functions decide before a REST API": () => mutated(stateOf(restDev()), OF_EACH_REST_TYPE),
} as const satisfies Readonly<Record<string, () => Mutated>>;

/** Kinds that exist in every environment, with any handshake and gateway. */
export const EVERYWHERE =
  /^(runs as|unread|grant|inline|managed|trigger|service without|member|role widened|users of)|of a service|token another|statement/;

/** Returns the names of mutations that do not change the ledger of a state. */
export function unseen(state: SynthesizedState, all: readonly Mutation[]): readonly string[] {
  const ledger = (each: SynthesizedState) => JSON.stringify(accessLedger(each.stack, each.policy, each.envoy));
  const before = ledger(state);
  return all.filter((mutation) => ledger(mutation.mutated) === before).map(({ name }) => name);
}

/** Kinds whose mutations always open something, even if they also close something. */
const LOOSER =
  /loosened|widened|opened|allowed|check off|kept longer|condition removed|for any|any caller|mapping changed|made public|another|without authorizer|(Principal|Action|Resource) changed|^(?!identity source).* added/;

/** Kinds that only remove a grant. */
const TAKEN = /^(member|statement|granted scope|clients|subjects|issuer|Envoy's client) removed$/;

/** An unread resource has no row in a review, but a line with a hash of the whole resource. */
const UNREAD = /^unread /;

/** Returns the mutations that a review misjudges, with its verdict: by ledgers alone, or by whole changes. */
export function misjudged(
  state: SynthesizedState,
  all: readonly Mutation[],
  change: typeof accessBetween = byLedgers,
): readonly string[] {
  return all.flatMap(({ kind, name, mutated }) => {
    const isUnread = UNREAD.test(kind);
    let known: AccessChange | undefined;
    const whole = () => (known ??= accessBetween(state, mutated));
    const forth = isUnread || change === accessBetween ? whole() : change(state, mutated);
    const faults = isUnread ? unreadFaults(forth) : rowFaults(forth.rows, change(mutated, state).rows);
    // If no row is broader, a guard may be.
    const isBroader = () => verdict(forth) === "broadened" || verdict(whole()) === "broadened";
    if (LOOSER.test(kind) && !isBroader()) faults.push("is not broader");
    if (TAKEN.test(kind)) {
      const verdicts = `${verdict(whole())}, and back ${verdict(accessBetween(mutated, state))}`;
      const expected = deniesNoLonger(forth) ? "broadened, and back narrowed" : "narrowed, and back broadened";
      if (verdicts !== expected) faults.push(verdicts);
    }
    return faults.map((fault) => `${name}: ${fault}`);
  });
}

/** Each unread resource has its own line, so that allowing one does not allow another. */
function unreadFaults({ rows, guards: [guard, ...more] }: AccessChange): string[] {
  const isNamed = guard?.guard === GUARDS.created && /sha256/.test(guard.after);
  return isNamed && rows.length + more.length === 0 ? [] : ["is not reported by one line that names all of it"];
}

function rowFaults(forth: readonly RowChange[], back: readonly RowChange[]): string[] {
  const turned = back.map(({ before, after }) => ({ before: after, after: before }));
  if (forth.length === 0) return ["changes no row"];
  return pairs(forth) === pairs(turned) ? [] : ["changes other rows on the way back"];
}

function byLedgers(before: SynthesizedState, after: SynthesizedState): AccessChange {
  const gone = () => goneFrom(before.stack, after.stack);
  return { rows: rowChanges(ledgerOf(before), ledgerOf(after), gone), guards: [] };
}

const LEDGERS = new WeakMap<SynthesizedState, readonly AccessRow[]>();

function ledgerOf(state: SynthesizedState): readonly AccessRow[] {
  const known = LEDGERS.get(state);
  if (known !== undefined) return known;
  const { stack, policy, envoy } = normalized(state);
  const ledger = accessLedger(stack, policy, envoy);
  LEDGERS.set(state, ledger);
  return ledger;
}

/** Whether a denial was removed. */
function deniesNoLonger({ rows }: AccessChange): boolean {
  return rows.some(({ before, after }) => before?.effect === "deny" && after === undefined);
}

function pairs(rows: readonly Pick<RowChange, "before" | "after">[]): string {
  return JSON.stringify(rows.map(({ before = null, after = null }) => JSON.stringify([before, after])).sort());
}
