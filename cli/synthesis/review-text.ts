import { stringify } from "yaml";

/** A stack in cdktf's form: Terraform's JSON syntax. */
export interface TerraformJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly [block: string]: unknown;
}

/**
 * A stack as people review it: sorted keys, two spaces, no cdktf metadata (its version, and the paths of constructs). A
 * diff then shows only what changes in the clouds.
 */
export function reviewText(stack: TerraformJson): string {
  return `${JSON.stringify(tidy(stack), null, 2)}\n`;
}

function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== "//");
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, tidy(inner)]));
}

interface Container {
  readonly args?: readonly string[];
}

/**
 * Each service's Envoy configuration as a separate file, by file name: `envoy-orders.yaml`. In YAML, like Envoy's
 * documentation. In the stack it is a single argument, whose diff is unreadable.
 */
export function envoyFiles({ resource }: TerraformJson): Readonly<Record<string, string>> {
  const services = Object.entries(resource?.google_cloud_run_v2_service ?? {});
  const versions = resource?.google_secret_manager_secret_version ?? {};
  return Object.fromEntries(
    services.flatMap(([name, { template }]) => {
      const { containers = [] } = template as { readonly containers?: readonly Container[] };
      const argued = containers.flatMap(({ args = [] }) =>
        args.includes("--config-yaml") ? [args[args.indexOf("--config-yaml") + 1]] : [],
      );
      const text = argued[0] ?? versions[`${name}_envoy_configuration`]?.secret_data;
      return text === undefined
        ? []
        : [[`envoy-${name}.yaml`, stringify(JSON.parse(String(text)), { lineWidth: 0, aliasDuplicateObjects: false })]];
    }),
  );
}
