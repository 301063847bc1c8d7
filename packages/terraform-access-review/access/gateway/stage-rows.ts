import type { AccessRow } from "../../model/row";
import { type Resource, referred, resourcesOf, type StackJson } from "../../terraform-json/stack-json";
import { inWords } from "../../types/words";

/** Kinds of stages: what names their API, and their own name. */
const KINDS = [
  { type: "aws_api_gateway_stage", api: "rest_api_id", name: "stage_name", of: "REST API" },
  { type: "aws_apigatewayv2_stage", api: "api_id", name: "name", of: "API" },
] as const;

/** Each stage is an address of its own: by which names it is reached, past what, and what is written down of it. */
export function stageRows(stack: StackJson): readonly AccessRow[] {
  return KINDS.flatMap(({ type, of, ...at }) =>
    resourcesOf(stack, type).map((stage): AccessRow => {
      const api = referred(stack, stage.attributes[at.api]);
      const parts = [addressOf(stack, api), firewallOf(stack, stage), servedBy(stack, stage), logOf(stage)];
      return {
        principal: "anyone",
        permission: "send requests",
        resource: `stage ${stage.attributes[at.name]} of ${api === undefined ? `${of} of another stack` : inWords(api)}`,
        condition: parts.flatMap(({ condition }) => condition).join("; "),
        terms: {
          permits: parts.flatMap(({ permits = [] }) => permits),
          requires: parts.flatMap(({ requires = [] }) => requires),
        },
      };
    }),
  );
}

interface Part {
  readonly condition: readonly string[];
  readonly permits?: readonly string[];
  readonly requires?: readonly string[];
}

const CERTIFICATE = "with a client certificate from the trust store";

/** By which names, and whether each of them asks for a certificate. */
function addressOf(stack: StackJson, api: Resource | undefined): Part {
  const domains = resourcesOf(stack, "aws_apigatewayv2_api_mapping")
    .filter(({ attributes }) => api !== undefined && referred(stack, attributes.api_id)?.address === api.address)
    .map(({ attributes }) => {
      const domain = referred(stack, attributes.domain_name)?.attributes;
      const asks = [domain?.mutual_tls_authentication].flat()[0] !== undefined;
      return { name: String(domain?.domain_name ?? attributes.domain_name), asks };
    });
  const isClosed = api?.attributes.disable_execute_api_endpoint === true;
  const names = domains.map(({ name }) => name).sort();
  const asked = isClosed && domains.length > 0 && domains.every(({ asks }) => asks) ? [CERTIFICATE] : [];
  const byName = names.length > 0 ? `at ${names.join(" or ")}` : "at no domain name yet";
  const byBoth = ["at the default execute-api endpoint", ...names].join(" or ");
  return {
    condition: [isClosed ? `${byName} only` : byBoth, ...asked],
    permits: names.map((name) => `name ${name}`),
    requires: [...(isClosed ? ["no default endpoint"] : []), ...asked],
  };
}

function firewallOf(stack: StackJson, { address }: Resource): Part {
  const acls = resourcesOf(stack, "aws_wafv2_web_acl_association")
    .filter(({ attributes }) => referred(stack, attributes.resource_arn)?.address === address)
    .map(({ attributes: { web_acl_arn: acl } }) => `behind web ACL ${referred(stack, acl)?.attributes.name ?? acl}`);
  return { condition: acls, requires: acls };
}

/** What a stage serves: an HTTP API's the newest of all, unless it says otherwise. */
function servedBy(stack: StackJson, { attributes }: Resource): Part {
  const { deployment_id, canary_settings, auto_deploy } = attributes;
  if (deployment_id === undefined || auto_deploy === true) return { condition: [] };
  const deployment = referred(stack, deployment_id)?.name ?? `${deployment_id}`;
  const [canary] = [canary_settings].flat();
  return {
    condition: [`serves deployment ${deployment}${canary ? `, AND ${canary.deployment_id} AS A CANARY` : ""}`],
    permits: canary ? [`deployment ${canary.deployment_id}`] : [],
    requires: canary ? [] : [`only deployment ${deployment}`],
  };
}

function logOf({ attributes }: Resource): Part {
  const [log] = [attributes.access_log_settings].flat();
  const secrets = String(log?.format ?? "").match(/\$context\.authorizer\.googleAuthorization/g) ?? [];
  const words = "access log on";
  return {
    condition: [log ? words : "NO ACCESS LOG", ...secrets.map((name) => `LOGS ${name}`)],
    permits: secrets,
    requires: log ? [words] : [],
  };
}
