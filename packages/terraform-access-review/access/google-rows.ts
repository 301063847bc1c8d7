import { type AccessRow, RUN_AS } from "../model/row";
import { blocksOf, listOf, type Resource, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { inWords, readable } from "../types/words";
import { openServiceRow, verifiedAgainRows } from "./envoy-rows";
import { grantRows } from "./google-grants";
import type { Sidecars } from "./sidecar/read";

/** Every grant in Google that the stack declares: the federation, and each member of each binding. */
export function googleRows(stack: StackJson, sidecars: Sidecars): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, "google_iam_workload_identity_pool_provider").map((provider) =>
      federationRow(stack, provider),
    ),
    ...grantRows(stack),
    ...resourcesOf(stack, "google_cloud_run_v2_service").flatMap((service) => serviceRows(stack, service, sidecars)),
    ...resourcesOf(stack, "google_service_account_key").map(({ address, attributes }) => ({
      principal: `holder of the key ${address}`,
      permission: "impersonate it, from anywhere",
      resource: readable(stack, attributes.service_account_id),
      condition: "LONG-LIVED KEY",
    })),
  ];
}

function federationRow(stack: StackJson, { attributes }: Resource): AccessRow {
  const { attribute_condition, attribute_mapping, aws, oidc } = attributes;
  const mapping = Object.entries(attribute_mapping ?? {}).map(([key, value]) => `${key} = ${value}`);
  const isAws = oidc === undefined;
  return {
    principal: isAws ? `AWS account ${aws?.account_id}` : `tokens issued by ${oidc.issuer_uri}`,
    permission: isAws
      ? "exchange a signed GetCallerIdentity request for a federated token"
      : "be exchanged for a federated token",
    resource: `${readable(stack, attributes.workload_identity_pool_id)}, provider ${attributes.workload_identity_pool_provider_id}`,
    condition: [attribute_condition ?? (isAws ? "ANY ROLE OF THE ACCOUNT" : "ANY TOKEN"), ...mapping].join("; "),
    // Without a mapping of its own the pool has one: fewer lines are no less.
    terms: { permits: [...admitted(attribute_condition), ...mapping], requires: mapping },
  };
}

/** `attribute.aws_role in ['a', 'b']` admits two; any other condition is one alternative that is not looked into. */
function admitted(condition: unknown): readonly string[] {
  const text = String(condition ?? "any role");
  const [, claim, list] = /^([a-z_.]+) in \[((?:'[^']*'(?:, *)?)+)\]$/.exec(text) ?? [];
  if (claim === undefined || list === undefined) return [text];
  return [...list.matchAll(/'([^']*)'/g)].map(([, value]) => `${claim} ${value}`);
}

/** What a service asks of its callers: the check itself, the audiences it accepts, and the identity as which it acts. */
function serviceRows(stack: StackJson, service: Resource, sidecars: Sidecars): readonly AccessRow[] {
  const { invoker_iam_disabled, custom_audiences, ingress } = service.attributes;
  const sidecar = sidecars.get(service.address);
  if (invoker_iam_disabled !== false) return [runAsRow(stack, service), openServiceRow(service, sidecar)];
  const audiences = listOf(custom_audiences);
  return [
    runAsRow(stack, service),
    {
      principal: "principals with roles/run.invoker",
      permission: "invoke it",
      resource: inWords(service),
      condition: `ID token with audience ${[...audiences, "its run.app URL"].join(" or ")}; ingress ${ingress}`,
      terms: { permits: [...audiences, String(ingress)] },
    },
    ...verifiedAgainRows(stack, service, sidecar),
  ];
}

/** Whatever the account may, the service's code may. Google gives one to a service that names none. */
function runAsRow(stack: StackJson, service: Resource): AccessRow {
  const account = blocksOf(service.attributes.template)[0]?.service_account ?? undefined;
  const resource = account === undefined ? "THE PROJECT'S DEFAULT SERVICE ACCOUNT" : readable(stack, account);
  return { principal: inWords(service), permission: RUN_AS, resource, condition: "-" };
}
