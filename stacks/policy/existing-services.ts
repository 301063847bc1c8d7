import { acceptsAudience, IS_CHECKED, IS_NOT_PUBLIC, IS_REACHABLE } from "../../contract/existing-service";
import type { ExistingService, Intent, Service } from "../../intent/model/intent";
import { referencesIn } from "../../packages/terraform-access-review/terraform-json/references";
import {
  type Attributes,
  type Resource,
  resourcesOf,
  type StackJson,
  texts,
} from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, differing, type Finding, unless } from "./rule";

type Declared = Pick<Intent, "google" | "services">;

const SERVICE = "google_cloud_run_v2_service";
const MEMBER = "google_cloud_run_v2_service_iam_member";

/**
 * The front door adds one member to a service that others manage, and changes nothing else of it. What it relies on is
 * checked by each plan, because the owner may change it at any time.
 */
export const existingServices: BuiltInRule<Declared> = {
  id: "existing-services",
  promise:
    "A service with `existing` gets one member, its own invoker account, and no other resource names it. Each plan checks that it is private, takes calls from the internet and accepts the audience.",
  findings: (stack, { google, services }) => [
    ...services.flatMap((service) => serviceFindings(stack, service, google.project)),
    ...unknownServices(stack, services),
  ],
};

/** The Terraform name of a service's declarations. */
function nameOf({ key }: Pick<Service, "key">): string {
  return key.replaceAll("-", "_");
}

function serviceFindings(stack: StackJson, service: Service, ownProject: string): readonly Finding[] {
  const { audience, existing } = service;
  if (existing === undefined) return [];
  const name = nameOf(service);
  const address = `data.${SERVICE}.${name}`;
  const place = { name: existing.name, location: existing.region, project: existing.project };
  const { [SERVICE]: all = {}, [`${SERVICE}_iam_policy`]: policies = {} } = stack.data ?? {};
  return [
    ...readFindings(address, all[name], place, [IS_CHECKED, IS_REACHABLE, acceptsAudience(audience)]),
    ...readFindings(`data.${SERVICE}_iam_policy.${name}`, policies[name], place, [IS_NOT_PUBLIC]),
    ...differing(
      `${MEMBER}.${name}`,
      "is not the one grant on the existing service: ",
      granted(stack.resource[MEMBER]?.[name]),
      { ...memberOf(service) },
    ),
    ...resourcesOf(stack, /^google_/)
      .filter((each) => each.address !== `${MEMBER}.${name}` && namesService(each, address, existing, ownProject))
      .map((each) => ({
        address: each.address,
        message: `names ${existing.name}, a service that others manage: only ${MEMBER}.${name} may`,
      })),
  ];
}

/** A data source that reads exactly this service, and fails a plan on exactly these conditions. */
function readFindings(
  address: string,
  found: Attributes | undefined,
  place: Readonly<Record<string, string>>,
  conditions: readonly string[],
): readonly Finding[] {
  if (found === undefined) return [{ address, message: "is missing: no plan would check the existing service" }];
  const { lifecycle = {}, ...others } = found;
  const checks: readonly Attributes[] = [lifecycle.postcondition ?? []].flat();
  const asked = Object.fromEntries(Object.keys(place).map((argument) => [argument, others[argument]]));
  const missing = conditions.filter((condition) => !checks.some((check) => check.condition === condition));
  return [
    ...differing(address, "reads another service: ", asked, place),
    ...["count", "for_each", "provider"].flatMap((argument) =>
      unless(others[argument] === undefined, address, `has ${argument}: the check would not be certain`),
    ),
    ...missing.map((condition) => ({ address, message: `lacks a postcondition with ${condition}` })),
  ];
}

/** The one grant on an existing service. */
function memberOf(service: Pick<Service, "key">): Readonly<Record<string, string>> {
  const at = `data.${SERVICE}.${nameOf(service)}`;
  return {
    name: `\${${at}.name}`,
    location: `\${${at}.location}`,
    project: `\${${at}.project}`,
    role: "roles/run.invoker",
    member: `\${google_service_account.${nameOf(service)}.member}`,
  };
}

function granted({ "//": _, depends_on: __, lifecycle: ___, ...arguments_ }: Attributes = {}): Attributes {
  return arguments_;
}

/** Whether a grant is exactly the one on an existing service of config. */
export function isOwnMember({ type, name, attributes }: Resource, services: readonly Service[]): boolean {
  const service = services.find((each) => each.existing !== undefined && nameOf(each) === name);
  if (type !== MEMBER || service === undefined) return false;
  return differing("", "", granted(attributes), memberOf(service)).length === 0;
}

/** Whether a Google resource is about the service: by reference, or as a Cloud Run resource of its name and place. */
function namesService(
  { type, attributes }: Resource,
  address: string,
  { name, project, region }: ExistingService,
  ownProject: string,
): boolean {
  const refers = texts(attributes).some((text) => referencesIn(text).some((each) => each.address === address));
  const { location = region, project: at = ownProject } = attributes;
  const isNamed = [attributes.name, attributes.service].includes(name);
  const isThere = [location, at].every((text, index) => /\$\{/.test(text) || text === [region, project][index]);
  return refers || (/^google_cloud_run_/.test(type) && isNamed && isThere);
}

/** Data sources of Cloud Run services that config does not name. */
function unknownServices({ data = {} }: StackJson, services: readonly Service[]): readonly Finding[] {
  const known = services.filter(({ existing }) => existing !== undefined).map(nameOf);
  return Object.keys(data[SERVICE] ?? {})
    .filter((name) => !known.includes(name))
    .map((name) => ({ address: `data.${SERVICE}.${name}`, message: "is no existing service of the config" }));
}
