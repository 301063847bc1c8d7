import { envoysOf } from "../access/envoys";
import type { AccessChange, GuardChange, Handshake, HandshakeChange, RowChange } from "../model/change";
import { type Fact, factId } from "../model/fact";
import type { AccessRow } from "../model/row";
import type { SynthesizedState } from "../model/state";
import { blocksOf, listOf, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { soleText } from "../types/named";

/** The services of both stacks whose handshake differs; undefined if there is none. */
export function handshakeChange(before: SynthesizedState, after: SynthesizedState): HandshakeChange | undefined {
  const [former, latest] = [handshakes(before), handshakes(after)];
  const found: Partial<Record<Handshake, string[]>> = {};
  for (const [address, { name, handshake }] of latest) {
    const was = former.get(address)?.handshake;
    if (was === undefined || was === handshake) continue;
    found[handshake] = [...(found[handshake] ?? []), name];
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

/** Handshakes by address. A service with unreadable access has none: the ledger has a row for that. */
function handshakes({ stack, envoy }: SynthesizedState) {
  const envoys = envoysOf(stack, envoy);
  const found = new Map<string, { readonly name: string; readonly handshake: Handshake }>();
  for (const { address, attributes } of resourcesOf(stack, "google_cloud_run_v2_service")) {
    const name = String(attributes.name);
    if (attributes.invoker_iam_disabled === false) found.set(address, { name, handshake: "federated" });
    else if (envoys.get(address)?.isRead) found.set(address, { name, handshake: "shared-issuer" });
  }
  return found;
}

/**
 * With another handshake, other functions, roles and rules decide on the same callers. Whether they decide alike is no
 * comparison of rows, so a person judges what would be broader. A caller, an issuer or a principal of another account that
 * was not there before stays broader, and so does what the review does not know.
 *
 * @param rowsBefore every row of the ledger before
 */
export function judgedByAPerson(
  { rows, guards }: AccessChange,
  rowsBefore: readonly AccessRow[],
  { provider }: StackJson,
): AccessChange {
  const known = new Set(rowsBefore.map(({ principal }) => factId(principal)));
  const accounts = blocksOf(provider.aws).flatMap(({ allowed_account_ids }) => listOf(allowed_account_ids));
  const isOfHandshake = ({ after }: RowChange) => {
    if (after === undefined) return false;
    const { principal } = after;
    if (principal.kind === "aws-account") return accounts.includes(principal.id);
    if (principal.kind === "text") return SERVICES.includes(soleText(principal) ?? "");
    return (
      INSIDE.includes(principal.kind) || (["caller", "issuer"].includes(principal.kind) && known.has(factId(principal)))
    );
  };
  const unjudged = (change: RowChange | GuardChange) => change.effect === "broadened";
  return {
    rows: rows.map((each) => (unjudged(each) && isOfHandshake(each) ? { ...each, effect: "unjudged" } : each)),
    guards: guards.map((each) => (unjudged(each) && each.known ? { ...each, effect: "unjudged" } : each)),
  };
}

/** Principals of the environment itself, and those that a token or a permission makes. */
const INSIDE: readonly Fact["kind"][] = [
  "authorizer",
  "federated",
  "jwt-holders",
  "permitted",
  "resource",
  "token-holders",
  "tokenless-callers",
];

/** AWS services that call the functions of an environment. */
const SERVICES: readonly string[] = ["apigateway.amazonaws.com", "lambda.amazonaws.com"];
