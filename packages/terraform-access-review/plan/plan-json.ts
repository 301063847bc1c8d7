import { EXISTING_SERVICE } from "../terraform-json/existing-service";
import type { Attributes } from "../terraform-json/stack-json";

/**
 * The parts of `terraform show -json` of a plan that the review reads: Terraform's documentation, "JSON Output Format",
 * format_version 1.x.
 */
export interface PlanJson {
  readonly format_version: string;
  readonly terraform_version?: string;
  readonly errored?: boolean;
  /** Whether an apply would do anything. */
  readonly applyable?: boolean;
  readonly complete?: boolean;
  readonly resource_changes?: readonly PlannedChange[];
  readonly resource_drift?: readonly PlannedChange[];
  readonly deferred_changes?: readonly { readonly reason?: string; readonly resource_change?: PlannedChange }[];
  readonly output_changes?: Readonly<Record<string, Change>>;
  readonly prior_state?: { readonly values?: { readonly root_module?: StateModule; readonly outputs?: unknown } };
  readonly configuration?: PlannedConfiguration;
  readonly checks?: readonly CheckResult[];
  readonly action_invocations?: readonly {
    readonly address?: string;
    readonly lifecycle_action_trigger?: { readonly triggering_resource_address?: string };
  }[];
}

export interface PlannedChange {
  readonly address: string;
  readonly previous_address?: string;
  /** `managed`, or `data` for a data source. */
  readonly mode?: string;
  readonly type: string;
  readonly provider_name?: string;
  /** Set for an object that an earlier replacement left over. */
  readonly deposed?: string;
  readonly change: Change;
  readonly action_reason?: string;
}

export interface Change {
  readonly actions: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
  /** `true` for each value that is known only after the apply, in the shape of the value. */
  readonly after_unknown?: unknown;
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
  readonly replace_paths?: readonly (readonly (string | number)[])[];
  readonly importing?: { readonly id?: string; readonly identity?: unknown };
}

export interface StateModule {
  readonly resources?: readonly StateResource[];
  readonly child_modules?: readonly StateModule[];
}

export interface StateResource {
  readonly address: string;
  readonly mode?: string;
  readonly type: string;
  readonly values?: Attributes;
  readonly sensitive_values?: unknown;
  /** Addresses of all its dependencies, direct and indirect. */
  readonly depends_on?: readonly string[];
}

/** The configuration as Terraform read it. Each expression is `{ constant_value }` or `{ references }`. */
export interface PlannedConfiguration {
  readonly provider_config?: Readonly<
    Record<
      string,
      { readonly full_name?: string; readonly version_constraint?: string; readonly expressions?: Attributes }
    >
  >;
  readonly root_module?: PlannedModule;
}

export interface PlannedModule {
  readonly resources?: readonly PlannedResource[];
  readonly outputs?: Readonly<Record<string, { readonly expression?: unknown; readonly sensitive?: boolean }>>;
  readonly module_calls?: Readonly<Record<string, { readonly module?: PlannedModule }>>;
  readonly variables?: Attributes;
}

export interface PlannedResource {
  readonly address: string;
  readonly expressions?: Attributes;
  readonly provisioners?: readonly { readonly type?: string }[];
  readonly count_expression?: unknown;
  readonly for_each_expression?: unknown;
}

export interface CheckResult {
  readonly address?: { readonly to_display?: string };
  readonly status?: string;
  readonly instances?: readonly {
    readonly status?: string;
    readonly problems?: readonly { readonly message?: string }[];
  }[];
}

/** Every managed object of the prior state, with its current values in the clouds. */
export function stateOf(plan: PlanJson): readonly StateResource[] {
  return resourcesIn(plan.prior_state?.values?.root_module).filter(({ mode }) => mode !== "data");
}

/** The Cloud Run services that the stack uses and does not declare, as the last refresh found them. */
export function existingServicesOf(plan: PlanJson): readonly StateResource[] {
  return resourcesIn(plan.prior_state?.values?.root_module)
    .filter(({ mode, type }) => mode === "data" && `data.${type}` === EXISTING_SERVICE)
    .map((each) => ({ ...each, type: EXISTING_SERVICE }));
}

function resourcesIn(module: StateModule | undefined): readonly StateResource[] {
  if (module === undefined) return [];
  return [...(module.resources ?? []), ...(module.child_modules ?? []).flatMap(resourcesIn)];
}

/** Changes of managed objects: data sources change nothing. */
export function managed(changes: readonly PlannedChange[] | undefined): readonly PlannedChange[] {
  return (changes ?? []).filter(({ mode }) => mode !== "data");
}

/** Finds the declaration of an object: `module.a["x"].aws_iam_role.b[0]` is one of `aws_iam_role.b` in the module. */
export function declaredIn({
  root_module = {},
}: PlannedConfiguration = {}): (address: string) => PlannedResource | undefined {
  const resourcesOf = (module: PlannedModule, prefix: string): readonly (readonly [string, PlannedResource])[] => [
    ...(module.resources ?? []).map((each) => [`${prefix}${each.address}`, each] as const),
    ...Object.entries(module.module_calls ?? {}).flatMap(([name, call]) =>
      resourcesOf(call.module ?? {}, `${prefix}module.${name}.`),
    ),
  ];
  const byAddress = new Map(resourcesOf(root_module, ""));
  return (address) => byAddress.get(address.replace(KEY, ""));
}

/** The key in an address. In quotes, it may contain anything. */
const KEY = /\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g;
