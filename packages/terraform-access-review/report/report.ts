import type { AccessRow } from "../access/row";
import type { ChangeModel, Effect, ResourceChange } from "../change/model";
import { isNewSnapshot } from "../change/snapshot";
import { guardSentence, rowSentence } from "./sentences";
import { type Cloud, serviceOf } from "./services";
import { type Verdict, verdictOf } from "./verdict";

/** What every renderer prints, in the order in which a reviewer needs it. */
export interface Report {
  readonly environment: string;
  readonly verdict: Verdict;
  /** One sentence on another handshake, before all else. */
  readonly handshake?: string;
  readonly access: readonly AccessLine[];
  /** Destroyed, replaced, forgotten, and whatever else puts data at risk: what holds data first. */
  readonly losses: readonly ResourceChange[];
  readonly drift: readonly ResourceChange[];
  readonly groups: readonly Group[];
  /** Changes that follow from something shown elsewhere, by what they follow from. */
  readonly follows: readonly { readonly cause: string; readonly addresses: readonly string[] }[];
  readonly notes: readonly string[];
  readonly unchanged: number;
}

export interface AccessLine {
  readonly effect: Effect;
  readonly sentence: string;
  readonly cloud: Cloud;
  /** The condition before and after, as far as there is one. */
  readonly before?: string;
  readonly after?: string;
  /** The row's own cells; undefined for a protection. */
  readonly row?: Pick<AccessRow, "principal" | "permission" | "resource">;
  /** The same call is possible by another API. */
  readonly elsewhere?: true;
  /** `config/base.yaml:41`, where the config says it. */
  readonly source?: string;
}

export interface Group {
  readonly cloud: Cloud;
  readonly service: string;
  readonly changes: readonly ResourceChange[];
}

/** Where the config says what a row says; undefined where it is no one line's doing. */
export type Locate = (row: AccessRow) => string | undefined;

const NOWHERE: Locate = () => undefined;

export function reportOf(model: ChangeModel, locate: Locate = NOWHERE): Report {
  const losses = model.resources.filter(
    (change) =>
      change.loss !== undefined ||
      (["destroyed", "replaced", "forgotten"].includes(change.action) && !isNewSnapshot(change)),
  );
  const others = model.resources.filter(({ follows }) => follows === undefined);
  return {
    environment: model.environment,
    verdict: verdictOf(model),
    ...(model.handshake !== undefined && { handshake: model.handshake }),
    access: accessLines(model, locate),
    losses: [...losses].sort((a, b) => Number(a.loss === undefined) - Number(b.loss === undefined)),
    drift: model.drift,
    groups: groupsOf(others),
    follows: followsOf(model.resources),
    notes: model.notes,
    unchanged: model.unchanged,
  };
}

function accessLines({ access }: ChangeModel, locate: Locate): readonly AccessLine[] {
  const lines = [
    ...access.rows.map((change): AccessLine => {
      const { effect, before, after, elsewhere } = change;
      const row = (after ?? before) as AccessRow;
      const { principal, permission, resource } = row;
      const source = locate(row);
      return {
        effect,
        sentence: rowSentence(change),
        cloud: cloudOf(row),
        ...(before && { before: before.condition }),
        ...(after && { after: after.condition }),
        row: { principal, permission, resource },
        ...(elsewhere && { elsewhere }),
        ...(source !== undefined && { source }),
      };
    }),
    ...access.guards.map((change): AccessLine => {
      const { effect, before, after, address } = change;
      return { effect, sentence: guardSentence(change), cloud: serviceOf(address).cloud, before, after };
    }),
  ];
  return [
    ...lines.filter(({ effect }) => effect === "broadened"),
    ...lines.filter(({ effect }) => effect !== "broadened"),
  ];
}

/** By the words of the ledger: whose grant it is. */
function cloudOf({ permission, resource }: AccessRow): Cloud {
  if (/^roles\/|GetCallerIdentity|^(DENY )?calls? (it|of its app)|^(become it|pass Envoy)/.test(permission))
    return "Google Cloud";
  if (resource.startsWith("Envoy of ")) return "Google Cloud";
  return resource === "" ? "Terraform" : "AWS";
}

function groupsOf(changes: readonly ResourceChange[]): readonly Group[] {
  const groups = new Map<string, { cloud: Cloud; service: string; changes: ResourceChange[] }>();
  for (const change of changes) {
    const { cloud, service } = serviceOf(change.type);
    const key = `${cloud} ${service}`;
    const group = groups.get(key) ?? { cloud, service, changes: [] };
    group.changes.push(change);
    groups.set(key, group);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

function followsOf(changes: readonly ResourceChange[]): Report["follows"] {
  const causes = new Map<string, string[]>();
  for (const { follows, address } of changes) {
    if (follows !== undefined) causes.set(follows, [...(causes.get(follows) ?? []), address]);
  }
  return [...causes].map(([cause, addresses]) => ({ cause, addresses }));
}
