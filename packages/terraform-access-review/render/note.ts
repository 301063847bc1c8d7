import type { Note, Reason } from "../model/change";

type Of<Kind extends Note["kind"]> = Extract<Note, { readonly kind: Kind }>;

/** Number of resources that one sentence names. */
const MOST = 5;

const WORDS: { readonly [Kind in Note["kind"]]: (note: Of<Kind>) => string } = {
  "planning-failed": () => "Terraform failed while it planned: more may change than this report shows",
  "plan-incomplete": () => "the plan is not complete: another one must follow it",
  check: ({ name = "a check", status, problems }) => {
    if (status === "unknown") return `${name}: can be checked only by the apply`;
    return [`${name} ${status === "fail" ? "failed" : "could not be checked"}`, ...problems].join(": ");
  },
  "not-judged": ({ address, argument, side }) =>
    side === "planned"
      ? `the access of ${address} is not judged: its ${argument} cannot be read before the apply`
      : `the access that ${address} grants now is not judged: its ${argument} cannot be read`,
  "policy-unknown": () =>
    "the authorizer policy that is deployed is in no commit of this repository: every route counts as broadened",
  "create-failed": ({ address }) =>
    `${address} exists, but its create failed: the deploy untaints it, keeps it and changes it in place`,
  "maybe-renamed": ({ added, gone }) =>
    `service ${added} is new and ${gone} is gone, with the same image: if ${added} is ${gone} under another id, write ` +
    `previousName: ${gone} into services.${added}, and nothing is replaced`,
  "other-code": ({ changed }) => `the functions run other code: read what changed in ${changed.join(", ")}`,
  "other-program": ({ from, to, changed }) => {
    const more = changed.length > MOST ? ` and ${changed.length - MOST} more` : "";
    return (
      `this program changes too, from ${from} to ${to}, and its own changes are among these: to see them apart from those of ` +
      `${changed.slice(0, MOST).join(", ")}${more}, upgrade in a pull request of its own`
    );
  },
  "stays-drifted": ({ address }) => `no deploy changes ${address} back`,
  "snapshot-stays": () =>
    "the changes of the REST API do not go live: its deployment stays, and the stage serves the old snapshot",
  "snapshot-replaced": ({ address }) => `a new deployment of the REST API goes live: ${address} is replaced`,
  "snapshot-still-serves": ({ addresses }) => {
    const more = addresses.length > MOST ? ` and ${addresses.length - MOST} more` : "";
    return (
      `the new deployment is made before ${addresses.slice(0, MOST).join(", ")}${more} ` +
      `${addresses.length === 1 ? "is" : "are"} destroyed, and serves what is destroyed until there is another ` +
      "deployment: npm run deploy makes it right after"
    );
  },
  "rollout-moves": ({ service, percent, image, from }) =>
    `${percent} % of calls to ${service} go to image ${image}, and ${100 - percent} % to ${from}`,
  "rollout-refused": ({ service, from }) =>
    `deploy will refuse the rollout of ${service}: before this change, ${from} did not run with these settings and ` +
    "rollout: { percent: 100 }. Deploy that first, and change settings before or after a rollout",
  "rollout-instances": ({ service, fewest, most }) => {
    const upTo = most === undefined ? "no declared maximum" : `up to ${most} instances`;
    return `while two revisions of ${service} run, they have ${upTo} and at least ${fewest}: scaling is per revision`;
  },
  "rollout-without-slo": ({ service }) => `no alarm can stop the rollout of ${service}: it has no slo`,
  "rollout-unwatched": ({ service, calls, percent, errors }) =>
    `with fewer than ${calls} calls to ${service} in six hours, no alarm can stop the rollout: at ${percent} %, an image ` +
    `that always fails makes fewer than ${errors} calls fail`,
  "rollout-ended": ({ service, image, isPromoted }) =>
    `100 % of calls to ${service} go to image ${image}: ${isPromoted ? "its rollout is promoted" : "without a rollout"}`,
  "rollout-aborted": ({ service, from, image }) =>
    `100 % of calls to ${service} go to image ${from}: the rollout of ${image} is aborted`,
};

/** @throws Error if the note is of no known kind, as in a change model that another program wrote */
export function noteWords(note: Note): string {
  if (!Object.hasOwn(WORDS, note.kind)) throw new Error(`a note of the unknown kind ${JSON.stringify(note.kind)}`);
  return (WORDS[note.kind] as (note: Note) => string)(note);
}

const REASONS: { readonly [Kind in Reason["kind"]]: (reason: Extract<Reason, { readonly kind: Kind }>) => string } = {
  delete_because_count_index: () => "its index is beyond count",
  delete_because_each_key: () => "its key is no longer in for_each",
  delete_because_no_module: () => "its module is no longer declared",
  delete_because_no_move_target: () => "what it was moved to is not declared",
  delete_because_wrong_repetition: () => "count or for_each came or went",
  replace_because_tainted: () => "an earlier apply left it incomplete",
  replace_by_request: () => "requested with -replace",
  replace_by_triggers: () => "something it watches with replace_triggered_by changes",
  deposed: ({ key }) => `left over from an earlier replacement (${key})`,
  unmanaged: () => "the old one stays, unmanaged",
  "deleted-outside": () => "deleted outside Terraform",
  going: ({ states, restore }) =>
    [
      ...states.map(([path, value]) => `${path} is ${value}`),
      ...(restore === undefined ? [] : [`restore it with: ${restore}`]),
    ].join("; "),
};

export function reasonWords(reason: Reason): string {
  return (REASONS[reason.kind] as (reason: Reason) => string)(reason);
}
