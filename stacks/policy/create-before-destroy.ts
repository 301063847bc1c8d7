import { referencesIn } from "../../packages/terraform-access-review/terraform-json/references";
import {
  type Attributes,
  isFields,
  resourcesOf,
} from "../../packages/terraform-access-review/terraform-json/stack-json";
import type { BuiltInRule, Finding, StackJson } from "./rule";

/** The cloud gives each object of these types an id, so two may exist for a moment. */
const GETS_AN_ID =
  /^aws_(acm_certificate|api_gateway_deployment|api_gateway_rest_api|cognito_user_pool|cognito_user_pool_client|lambda_permission|lambda_provisioned_concurrency_config)$/;

/** An API may be enabled while it is. */
const MAY_BE_REPEATED = "google_project_service";

/** Only their place in the API is unique. Whatever replaces such an object also gives it another place. */
const PART_OF_REST_API =
  /^aws_api_gateway_(authorizer|gateway_response|integration|integration_response|method|method_response|resource|rest_api_policy)$/;

/**
 * Types from which a function may inherit. The former version's instances, and the permission for the function or its
 * alias, serve until the next ones do (ADR 0034), and neither exists without the function.
 */
const OF_A_VERSION = ["aws_lambda_permission", "aws_lambda_provisioned_concurrency_config"];

/**
 * Nothing with a fixed name is created before its predecessor is destroyed, because the cloud refuses the second object
 * (409). Terraform passes `create_before_destroy` on to everything that a resource depends on, directly or not.
 */
export const createBeforeDestroy: BuiltInRule = {
  id: "create-before-destroy",
  promise:
    "Nothing with a fixed name is created before its predecessor is destroyed: the cloud would refuse the second one.",
  findings: (stack) =>
    resourcesOf(stack, /./)
      .filter(({ type, attributes }) => createsFirst(attributes) && !OF_A_VERSION.includes(type))
      .flatMap(({ address }): readonly Finding[] => {
        const [first, ...others] = [...inheriting(stack, address)].filter(([each]) => isFixed(each));
        if (first === undefined) return [];
        const more = others.length === 0 ? "" : `, and to ${others.length} more with fixed names`;
        const message =
          `passes create_before_destroy on to ${[...first[1], first[0]].join(", to ")}${more}: its replacement would be ` +
          "created while its name is taken, and refused. Remove a reference or a dependency on the way to it";
        return [{ address, message }];
      }),
};

/**
 * Addresses that Terraform creates before it destroys the predecessor, and that the predecessor would be in the way of:
 * with the same name, or in the same place.
 */
export function createdInTheWay(stack: StackJson): ReadonlySet<string> {
  const origins = resourcesOf(stack, /./).filter(({ attributes }) => createsFirst(attributes));
  const first = origins.flatMap(({ address }) => [...inheriting(stack, address).keys()]);
  return new Set(first.filter((address) => !GETS_AN_ID.test(typeIn(address))));
}

function createsFirst({ lifecycle }: Attributes): boolean {
  return lifecycle?.create_before_destroy === true;
}

/** Types of other providers are not judged. */
function isFixed(address: string): boolean {
  const type = typeIn(address);
  return (
    /^(aws|google)_/.test(type) && type !== MAY_BE_REPEATED && !GETS_AN_ID.test(type) && !PART_OF_REST_API.test(type)
  );
}

function typeIn(address: string): string {
  return address.slice(0, address.indexOf("."));
}

/** Addresses on which a resource depends, the nearest first, each with the addresses on the way to it. */
function inheriting(stack: StackJson, from: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const open: [address: string, way: readonly string[]][] = [[from, []]];
  for (const [address, way] of open) {
    if (found.has(address)) continue;
    found.set(address, way);
    const next = address === from ? [] : [...way, address];
    open.push(...dependenciesOf(declaredAt(stack, address)).map((each): [string, readonly string[]] => [each, next]));
  }
  return found;
}

/** The declaration at an address: of a resource, `data.<type>.<name>`, `local.<name>` or `module.<name>`. */
function declaredAt(stack: StackJson, address: string): unknown {
  const blocks = stack as unknown as Readonly<Record<string, Attributes | undefined>>;
  const [first = "", second = "", third = ""] = address.split(".");
  if (first === "data") return blocks.data?.[second]?.[third];
  if (first === "local") return blocks.locals?.[second];
  if (first === "module") return blocks.module?.[second];
  return blocks.resource?.[first]?.[second];
}

/** Every address in a declaration: in a template, or as a whole text, as `depends_on` names it. */
function dependenciesOf(value: unknown): readonly string[] {
  if (typeof value === "string") {
    const [whole, type = "", name = "", attribute = ""] = /^(\w+)\.([\w-]+)(?:\.([\w-]+))?$/.exec(value) ?? [];
    const locals = value.includes("${") ? [...value.matchAll(/\blocal\.[\w-]+/g)].map(([each]) => each) : [];
    return [
      ...(whole === undefined ? [] : [addressOf(type, name, attribute)]),
      ...referencesIn(value).map((each) => addressOf(each.type, each.name, each.attribute)),
      ...locals,
    ];
  }
  if (Array.isArray(value)) return value.flatMap(dependenciesOf);
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "//" ? [] : dependenciesOf([key, inner])));
}

function addressOf(type: string, name: string, attribute: string): string {
  return type === "data" ? `data.${name}.${attribute}` : `${type}.${name}`;
}
