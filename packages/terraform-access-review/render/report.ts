import { type AccessVerdict, changesNothing, isDataAtRisk, lossesOf, verdictOn } from "../judge/fail-on";
import { guardKey, rowKey } from "../judge/keys";
import {
  type AccessChange,
  type Action,
  type ChangeModel,
  type Effect,
  type GuardChange,
  type Handshake,
  type ResourceChange,
  type RowChange,
  rowOf,
} from "../model/change";
import { type Fact, isSame } from "../model/fact";
import { POLICY_ADDRESS } from "../model/place";
import { type AccessRow, calledRoute } from "../model/row";
import { canonical, compareText, groupedBy } from "../terraform-json/order";
import { changedTerms, conditionChange } from "./condition-change";
import { noteWords } from "./note";
import { guardSentence, rowSentence } from "./sentences";
import { type UsualDecisions, usualDecisions } from "./usual-decisions";
import { conditionWords, EFFECTS, rowWords } from "./words";

/** What every renderer prints, in the order in which a reviewer needs it. */
export interface Report {
  readonly environment: string;
  /** Names the report. Default: the environment. */
  readonly title: string;
  readonly verdict: Verdict;
  /** One sentence on a changed handshake, shown before everything else. */
  readonly handshake?: string;
  readonly access: readonly AccessLine[];
  /** Sentences that state the decision on the routes of these lines. Their conditions are shown without it. */
  readonly usual: readonly string[];
  /** Destroyed, replaced, forgotten, and other changes that put data at risk. Resources with data come first. */
  readonly losses: readonly ResourceChange[];
  readonly drift: readonly ResourceChange[];
  /** Access that the drift opened and closed. */
  readonly driftAccess: readonly AccessLine[];
  readonly groups: readonly Group[];
  /** Changes that follow from another change that is shown, by that cause. */
  readonly follows: readonly { readonly cause: string; readonly addresses: readonly string[] }[];
  readonly notes: readonly string[];
  readonly unchanged: number;
}

export interface AccessLine {
  readonly effect: Effect;
  readonly sentence: string;
  readonly cloud: Cloud;
  /** Changed parts of a condition: `adds scope orders/write`. */
  readonly parts: readonly string[];
  /** The condition before and after, if there is one. */
  readonly before?: string;
  readonly after?: string;
  /** The same without the text of `usual`. Empty for a protection, and if `parts` are the whole difference. */
  readonly shown: readonly ShownCondition[];
  /** Undefined for a protection. */
  readonly change?: RowChange;
  /** Works out the key of the change. */
  readonly key: () => string;
  readonly source?: Place;
}

export interface ShownCondition {
  readonly when: "before" | "now";
  readonly text: string;
}

export interface Group {
  readonly cloud: Cloud;
  readonly service: string;
  readonly changes: readonly ResourceChange[];
}

/** The losses that a reader needs, without those that lose nothing and follow from another that is shown. */
export function shownLosses({ losses }: Pick<Report, "losses">): readonly ResourceChange[] {
  return losses.filter(({ loss, follows }) => loss !== undefined || follows === undefined);
}

/** Finds the line of the config that causes a change of access or of a protection; undefined if it is not one line. */
export interface Locate {
  readonly row: (change: RowChange) => Place | undefined;
  readonly guard: (change: GuardChange) => Place | undefined;
}

export interface Place {
  /** `config/base.yaml:41` */
  readonly text: string;
  /** Its URL for a browser. Must not come from anything that a branch's code writes. */
  readonly url?: string;
}

const NOWHERE: Locate = { row: () => undefined, guard: () => undefined };

export const NO_ACCESS: AccessChange = { rows: [], guards: [] };

export function reportOf(model: ChangeModel, locate: Locate = NOWHERE, title = model.environment): Report {
  const losses = lossesOf(model.resources);
  const others = model.resources.filter(({ follows }) => follows === undefined);
  const usual = usualDecisions(model.access.rows.map(rowOf));
  const { driftAccess = NO_ACCESS } = model;
  const handshake = handshakeSentence(model);
  return {
    environment: model.environment,
    title,
    verdict: verdictOf(model, title),
    ...(handshake !== undefined && { handshake }),
    access: accessLines(model.access, locate, usual),
    usual: usual.sentences,
    losses: [...losses].sort((a, b) => Number(a.loss === undefined) - Number(b.loss === undefined)),
    drift: model.drift,
    // No line of config causes it.
    driftAccess: accessLines(driftAccess, NOWHERE, usualDecisions(driftAccess.rows.map(rowOf))),
    groups: groupsOf(others),
    follows: followsOf(model.resources),
    notes: model.notes.map(noteWords),
    unchanged: model.unchanged,
  };
}

function accessLines(access: AccessChange, locate: Locate, usual: UsualDecisions): readonly AccessLine[] {
  const lines = [
    ...withBorrowedPlaces(inOrder(access.rows).map((change) => rowLine(change, locate, usual))),
    ...access.guards.map((guard): AccessLine => {
      const { effect, before, after, address } = guard;
      const sentence = guardSentence(guard);
      const source = locate.guard(guard);
      const cells = {
        effect,
        sentence,
        cloud: serviceOf(address).cloud,
        parts: [],
        before,
        after,
        shown: [],
        key: () => guardKey(guard),
      };
      return { ...cells, ...(source !== undefined && { source }) };
    }),
  ];
  return EFFECTS.flatMap((effect) => lines.filter((line) => line.effect === effect));
}

/** Changes of callers come before those inside the clouds. */
function inOrder(changes: readonly RowChange[]): readonly RowChange[] {
  const keyed = changes.map((change) => {
    const { principal, resource, permission, condition } = rowWords(rowOf(change));
    const isCall = calledRoute(rowOf(change)) !== undefined;
    return { change, key: [isCall ? 0 : 1, principal, resource, permission, condition].join("\u0000") };
  });
  return keyed.sort((a, b) => compareText(a.key, b.key)).map(({ change }) => change);
}

function rowLine(change: RowChange, locate: Locate, usual: UsualDecisions): AccessLine {
  const { effect, before, after } = change;
  const { parts, isWhole } = before && after ? conditionChange(before, after) : { parts: [], isWhole: false };
  const source = locate.row(change);
  return {
    effect,
    sentence: rowSentence(change),
    cloud: cloudOf(rowOf(change)),
    parts,
    ...(before && { before: conditionWords(before.conditions) }),
    ...(after && { after: conditionWords(after.conditions) }),
    shown: isWhole ? [] : shownConditions(change, usual),
    change,
    key: () => rowKey(change),
    ...(source !== undefined && { source }),
  };
}

/** If the decision itself changed, both conditions state it. */
function shownConditions({ before, after }: RowChange, { shorten }: UsualDecisions): readonly ShownCondition[] {
  const isOther = before && after && canonical(before.decision) !== canonical(after.decision);
  const show = (when: ShownCondition["when"], row: AccessRow | undefined): readonly ShownCondition[] => {
    const text = row && (isOther ? conditionWords(row.conditions) : shorten(row));
    return text === undefined || (text === "-" && !(before && after)) ? [] : [{ when, text }];
  };
  return [...show("before", before), ...show("now", after)];
}

/** The cloud of the resource that declares a grant. The authorizer, whose policy decides on calls, runs in AWS. */
function cloudOf({ from: { address } }: AccessRow): Cloud {
  return address === POLICY_ADDRESS ? "AWS" : serviceOf(address).cloud;
}

/**
 * Gives rows that follow from a call the place of the call's own row: a route that loses its last caller, the role of a
 * function that gets or loses the only route of a service, and Envoy's rules.
 */
function withBorrowedPlaces(lines: readonly AccessLine[]): readonly AccessLine[] {
  const calls = lines.flatMap(({ change, source }) => {
    const row = change && rowOf(change);
    const key = row === undefined || row.principal.kind === "no-caller" ? undefined : calledRoute(row);
    return row === undefined || key === undefined ? [] : [{ row, key, source }];
  });
  return lines.map((line) => {
    const { change } = line;
    const source = change && calls.find((call) => followsFrom(change, call))?.source;
    return source === undefined ? line : { ...line, source };
  });
}

interface Call {
  readonly row: AccessRow;
  readonly key: string;
}

function followsFrom(change: RowChange, call: Call): boolean {
  const { principal, action, resource } = rowOf(change);
  if (principal.kind === "no-caller") return action.kind === "call" && action.key === call.key;
  if (action.kind === "call") return false;
  if (action.kind === "aws-actions" && action.actions.includes("sts:AssumeRole"))
    return (
      resource.kind === "resource" && call.row.resource.kind === "resource" && resource.name === call.row.resource.name
    );
  const isOfEnvoy = resource.kind === "envoy" || action.kind === "call-past";
  return isOfEnvoy && changedTerms(change).some((term) => isAbout(term, call));
}

/** Whether a term of Envoy's rules is about a call, or about its caller. */
function isAbout(term: Fact, { row: { principal }, key }: Call): boolean {
  if (term.kind === "envoy-pass") return term.key === key;
  const isNamed = term.kind === "envoy-client" || term.kind === "envoy-client-scope";
  return isNamed && isSame(principal, { kind: "caller", name: term.name });
}

function groupsOf(changes: readonly ResourceChange[]): readonly Group[] {
  const groups = groupedBy(changes, ({ type }) => `${serviceOf(type).cloud} ${serviceOf(type).service}`);
  return [...groups]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, group]) => ({ ...serviceOf(group[0]?.type ?? ""), changes: group }));
}

function followsOf(changes: readonly ResourceChange[]): Report["follows"] {
  const causes = groupedBy(changes, ({ follows }) => follows);
  return [...causes].flatMap(([cause, all]) =>
    cause === undefined ? [] : [{ cause, addresses: all.map(({ address }) => address) }],
  );
}

const MEANS: Readonly<Record<Handshake, string>> = {
  federated: "Cloud Run checks the invoker again, so no call bypasses the gateway, its functions and its throttles",
  "shared-issuer":
    "Cloud Run no longer checks the invoker: anyone with a valid token may call past the gateway, whose throttles and network rules then do not apply, and Envoy in front of each app decides",
};

/** The effect of a changed handshake, in one sentence; undefined if no service changes its handshake. */
export function handshakeSentence({
  handshake,
  resources,
}: Pick<ChangeModel, "handshake" | "resources">): string | undefined {
  if (handshake === undefined) return undefined;
  const sentences = (["shared-issuer", "federated"] as const).flatMap((to) => {
    const services = handshake[to];
    const from = to === "federated" ? "shared-issuer" : "federated";
    return services === undefined
      ? []
      : [`handshake of ${services.join(", ")} changes from ${from} to ${to}: ${MEANS[to]}`];
  });
  return [...sentences, ...counted(resources, "destroyed"), ...counted(resources, "added")].join("; ");
}

function counted(resources: readonly ResourceChange[], wanted: Action): readonly string[] {
  const found = resources.filter(({ type, action }) => action === wanted && type !== "");
  const groups = [...groupedBy(found, ({ type }) => serviceOf(type).service)].sort(([a], [b]) => compareText(a, b));
  const words = groups.map(([service, { length }]) => `${service} ${length}`);
  return words.length === 0 ? [] : [`${wanted} with it: ${words.join(", ")}`];
}

/** The vendor's name of a service and its cloud, by the prefix of the resource type. */
const SERVICES: readonly (readonly [prefix: string, service: string, cloud: Cloud])[] = [
  ["aws_apigateway", "API Gateway", "AWS"],
  ["aws_api_gateway", "API Gateway", "AWS"],
  ["aws_cognito", "Cognito", "AWS"],
  ["aws_cloudwatch", "CloudWatch", "AWS"],
  ["aws_iam", "IAM", "AWS"],
  ["aws_lambda", "Lambda", "AWS"],
  ["aws_s3", "S3", "AWS"],
  ["aws_secretsmanager", "Secrets Manager", "AWS"],
  ["aws_", "other AWS services", "AWS"],
  ["google_cloud_run", "Cloud Run", "Google Cloud"],
  ["google_iam_workload_identity", "Workload identity federation", "Google Cloud"],
  ["google_pubsub", "Pub/Sub", "Google Cloud"],
  ["google_secret_manager", "Secret Manager", "Google Cloud"],
  ["google_logging", "Cloud Logging", "Google Cloud"],
  ["google_monitoring", "Cloud Monitoring", "Google Cloud"],
  ["google_service_account", "Service accounts", "Google Cloud"],
  ["google_project", "Project", "Google Cloud"],
  ["google_", "other Google services", "Google Cloud"],
];

type Cloud = "AWS" | "Google Cloud" | "Terraform";

/** The service of a type. A part that is not a resource belongs to Terraform itself. */
export function serviceOf(type: string): { readonly service: string; readonly cloud: Cloud } {
  const [, service, cloud] = SERVICES.find(([prefix]) => type.startsWith(prefix)) ?? ["", "Settings", "Terraform"];
  return { service, cloud } as { service: string; cloud: Cloud };
}

/** A part of the verdict, and the meaning of its colour. */
export interface Badge {
  readonly words: string;
  readonly tone: Verdict["access"] | "risk" | "drift";
}

export interface Verdict {
  /** `dev: 2 added, 1 replaced · access broadened · data at risk`. */
  readonly line: string;
  /** The parts of the line without the environment and the counts of resources. */
  readonly badges: readonly Badge[];
  /** `2 added, 1 replaced`; empty if nothing changes. */
  readonly changes: string;
  readonly access: AccessVerdict;
  /** A resource with data, or an identity, is destroyed or replaced. */
  readonly dataAtRisk: boolean;
  readonly drifted: boolean;
  readonly counts: Readonly<Partial<Record<Action, number>>>;
}

const ORDER: readonly Action[] = [
  "destroyed",
  "replaced",
  "added",
  "changed",
  "moved",
  "imported",
  "forgotten",
  "drifted",
];

/** The whole change in one line. One broader part makes it broader, even if other parts became narrower. */
export function verdictOf(model: ChangeModel, title = model.environment): Verdict {
  const { resources, access, drift } = model;
  const counts: Partial<Record<Action, number>> = {};
  for (const { action } of resources) counts[action] = (counts[action] ?? 0) + 1;
  const verdict = verdictOn(access);
  const dataAtRisk = isDataAtRisk(model);
  const parts = ORDER.flatMap((action) => (counts[action] === undefined ? [] : [`${counts[action]} ${action}`]));
  const nothing = changesNothing(model);
  const changes = nothing ? "" : parts.join(", ") || "no resource changes";
  const badges: readonly Badge[] = nothing
    ? [{ words: "no change", tone: "unchanged" }]
    : [
        { words: verdict === "unjudged" ? "access cannot be judged" : `access ${verdict}`, tone: verdict },
        ...(dataAtRisk ? [{ words: "data at risk", tone: "risk" } as const] : []),
        ...(drift.length > 0 ? [{ words: `${drift.length} drifted`, tone: "drift" } as const] : []),
      ];
  const words = [...(nothing ? [] : [changes]), ...badges.map((badge) => badge.words)];
  const line = `${title}: ${words.join(" · ")}`;
  const drifted = drift.length > 0;
  return { line, badges, changes, access: verdict, dataAtRisk, drifted, counts };
}
