/** The parts of `terraform show -json` of a plan that the tests read (Terraform documentation, "JSON Output Format"). */
export interface Plan {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly type: string;
    readonly previous_address?: string;
    readonly change: {
      readonly actions: readonly string[];
      readonly after: Record<string, unknown> | null;
      readonly importing?: { readonly id: string };
    };
  }[];
  readonly configuration: {
    readonly root_module: {
      readonly resources: readonly { readonly address: string; readonly expressions: Record<string, unknown> }[];
    };
  };
}

/** Returns the planned attributes of a resource. Values that only an apply knows are missing. */
export function planned(plan: Plan, address: string): Record<string, unknown> {
  const found = plan.resource_changes.find((change) => change.address === address.replaceAll("-", "_"));
  if (!found?.change.after) throw new Error(`the plan has no ${address}`);
  return found.change.after;
}

/** Returns all references in an argument of a resource, at any depth. */
export function referencesOf(plan: Plan, address: string, argument: string): string[] {
  const resource = plan.configuration.root_module.resources.find(
    (each) => each.address === address.replaceAll("-", "_"),
  );
  const found: string[] = [];
  collect(resource?.expressions[argument], found);
  return found;
}

function collect(expression: unknown, found: string[]): void {
  if (typeof expression !== "object" || expression === null) return;
  for (const [key, value] of Object.entries(expression)) {
    if (key === "references") found.push(...(value as string[]));
    else collect(value, found);
  }
}
