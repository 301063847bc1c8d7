import { checkedAudience, IS_CHECKED, IS_NOT_PUBLIC, IS_REACHABLE } from "../../../contract/existing-service";

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON, read attribute by attribute
type Attributes = Readonly<Record<string, any>>;

/** Type of a Cloud Run service that a stack uses and does not declare, in references and addresses. */
export const EXISTING_SERVICE = "data.google_cloud_run_v2_service";

/** Whether a type is that of a Cloud Run service, which the stack declares or uses. */
export function isRunService(type: string | undefined): boolean {
  return type === "google_cloud_run_v2_service" || type === EXISTING_SERVICE;
}

/**
 * A service as a resource would declare it, with only the values that each plan guarantees by its postconditions. The
 * check counts as on only if the plan also checks that the service's own policy is not public.
 */
export function guaranteed({ name, location, project, ...service }: Attributes, policy?: Attributes): Attributes {
  const place = { name, location, project };
  const conditions = conditionsOf(service);
  const isSamePlace = Object.entries(place).every(([argument, value]) => policy?.[argument] === value);
  const isPrivate =
    isSamePlace && conditions.includes(IS_CHECKED) && conditionsOf(policy ?? {}).includes(IS_NOT_PUBLIC);
  return {
    ...place,
    ...(isPrivate && { invoker_iam_disabled: false }),
    ...(conditions.includes(IS_REACHABLE) && { ingress: "INGRESS_TRAFFIC_ALL" }),
    custom_audiences: conditions.flatMap((condition) => checkedAudience(condition) ?? []),
  };
}

/** Data sources of such a service. */
export const EXISTING_SERVICE_READS: readonly string[] = [
  "google_cloud_run_v2_service",
  "google_cloud_run_v2_service_iam_policy",
];

/**
 * A stack's data sources without the conditions that this program writes. These call functions, which only compare what
 * the data source read.
 */
export function withoutKnownChecks(data: Blocks): Blocks {
  const known = (condition: unknown) =>
    [IS_CHECKED, IS_NOT_PUBLIC, IS_REACHABLE].includes(String(condition)) || checkedAudience(condition) !== undefined;
  const plain = (body: Attributes): Attributes => {
    const { postcondition } = body?.lifecycle ?? {};
    if (!Array.isArray(postcondition)) return body;
    const others = postcondition.map(({ condition, ...rest }) => (known(condition) ? rest : { condition, ...rest }));
    return { ...body, lifecycle: { ...body.lifecycle, postcondition: others } };
  };
  return Object.fromEntries(
    Object.entries(data).map(([type, named]) => {
      if (!EXISTING_SERVICE_READS.includes(type)) return [type, named];
      return [type, Object.fromEntries(Object.entries(named ?? {}).map(([name, body]) => [name, plain(body)]))];
    }),
  );
}

type Blocks = Readonly<Record<string, Readonly<Record<string, Attributes>>>>;

function conditionsOf({ lifecycle }: Attributes): readonly unknown[] {
  const checks: readonly Attributes[] = [lifecycle?.postcondition ?? []].flat();
  return checks.map(({ condition }) => condition);
}
