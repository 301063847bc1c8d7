import type { CheckResult, PlanJson } from "./plan-json";

/** Facts that only a plan contains and no resource shows, one sentence each. */
export function notesOf(plan: PlanJson): readonly string[] {
  return [
    ...(plan.errored ? ["Terraform failed while it planned: more may change than this report shows"] : []),
    ...(plan.complete === false && !plan.errored ? ["the plan is not complete: another one must follow it"] : []),
    ...deferredNotes(plan),
    ...(plan.checks ?? []).flatMap(checkNotes),
    ...(plan.action_invocations ?? []).map(
      ({ address, lifecycle_action_trigger: trigger }) =>
        `the action ${address ?? "without a name"} runs` +
        (trigger?.triggering_resource_address === undefined ? "" : ` with ${trigger.triggering_resource_address}`),
    ),
  ];
}

const DEFERRED: Readonly<Record<string, string>> = {
  absent_prereq: "what it needs does not exist yet",
  deferred_prereq: "what it needs is deferred as well",
  instance_count_unknown: "count or for_each is not known yet",
  provider_config_unknown: "its provider's settings are not known yet",
  resource_config_unknown: "its settings are not known yet",
};

function deferredNotes({ deferred_changes }: PlanJson): readonly string[] {
  return (deferred_changes ?? []).map(({ reason, resource_change }) => {
    const why = DEFERRED[reason ?? ""] ?? "Terraform gives no reason";
    return `${resource_change?.address ?? "a resource"} is deferred to a later plan: ${why}`;
  });
}

function checkNotes({ address, status, instances }: CheckResult): readonly string[] {
  const name = address?.to_display ?? "a check";
  if (status === "unknown") return [`${name}: can be checked only by the apply`];
  if (status !== "fail" && status !== "error") return [];
  const problems = (instances ?? []).flatMap((instance) => instance.problems ?? []).map(({ message }) => message);
  const word = status === "fail" ? "failed" : "could not be checked";
  return [[`${name} ${word}`, ...problems.filter((message) => message !== undefined)].join(": ")];
}
