import type { Reason } from "../model/change";

const WORDS: { readonly [Kind in Reason["kind"]]: (reason: Extract<Reason, { readonly kind: Kind }>) => string } = {
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
  return (WORDS[reason.kind] as (reason: Reason) => string)(reason);
}
