import { emailOf } from "../../../packages/terraform-access-review/access/google-bindings";
import { httpRoutes, restMethods } from "../../../packages/terraform-access-review/terraform-json/gateway-routes";
import {
  type Attributes,
  blocksOf,
  existingServices,
  listOf,
  type Resource,
  referred,
  referring,
  resourcesOf,
  type StackJson,
} from "../../../packages/terraform-access-review/terraform-json/stack-json";
import type { Json } from "../../process/json";
import { type CloudTools, NotListed } from "./cloud-tools";

/** Objects of one place that Terraform does not manage one by one, so that no plan shows an additional one. */
export interface Listing {
  /** `workload identity pool shop-dev`. */
  readonly place: string;
  /** What exists there. Equal texts are different objects. */
  readonly found: () => Promise<readonly string[]>;
  /** What the stack declares there. */
  readonly declared: readonly string[];
}

/** A deployed stack, and the tools that list its clouds. */
export interface Inventory {
  readonly stack: StackJson;
  /** URLs of the issuers, from Terraform's outputs. */
  readonly issuers: Readonly<Record<string, string>>;
  readonly tools: CloudTools;
}

/** What exists in a place and the stack does not declare. */
export async function undeclared({ found, declared }: Listing): Promise<readonly string[]> {
  const left = [...declared];
  return (await found()).filter((each) => {
    const index = left.indexOf(each);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

export function poolProviders({ stack, tools }: Inventory): readonly Listing[] {
  return resourcesOf(stack, "google_iam_workload_identity_pool").map(({ address, attributes }) => {
    const pool = String(attributes.workload_identity_pool_id);
    const type = "google_iam_workload_identity_pool_provider";
    return {
      place: `workload identity pool ${pool}`,
      found: async () => {
        const at = [`--workload-identity-pool=${pool}`, "--location=global"];
        const providers = await tools.gcloud("iam", "workload-identity-pools", "providers", "list", ...at);
        return providers.map(({ name }: Json) => `provider ${lastPart(name)}`);
      },
      declared: referring(stack, type, "workload_identity_pool_id", address).map(
        (provider) => `provider ${provider.attributes.workload_identity_pool_provider_id}`,
      ),
    };
  });
}

interface Granting {
  /** Argument with which a grant names the object. */
  readonly of: string;
  /** Default: its name. */
  readonly named?: (object: Resource, stack: StackJson) => string;
  /** How to read its policy. */
  readonly policy: (object: Attributes, name: string, stack: StackJson) => readonly string[];
}

/** Types of objects with a policy of their own. */
const GRANTS: Readonly<Record<string, Granting>> = {
  google_cloud_run_v2_service: {
    of: "name",
    policy: ({ location }, name) => ["run", "services", "get-iam-policy", name, `--region=${location}`],
  },
  google_service_account: {
    of: "service_account_id",
    named: (account, stack) => emailOf(stack, account),
    policy: (_, email) => ["iam", "service-accounts", "get-iam-policy", email],
  },
  google_secret_manager_secret: {
    of: "secret_id",
    named: ({ attributes }) => attributes.secret_id,
    policy: (_, id) => ["secrets", "get-iam-policy", id],
  },
  google_pubsub_topic: {
    of: "topic",
    policy: (_, name) => ["pubsub", "topics", "get-iam-policy", name],
  },
  google_logging_log_view: {
    of: "name",
    policy: ({ bucket, location }, name, stack) => [
      ...["logging", "views", "get-iam-policy", name, `--location=${location}`],
      `--bucket=${referred(stack, bucket)?.attributes.bucket_id ?? bucket}`,
    ],
  },
};

/** A binding covers one role without a condition. Every other role, and every condition, is another binding. */
export function otherGrants(inventory: Inventory): readonly Listing[] {
  const { stack, tools } = inventory;
  const own = Object.entries(GRANTS).flatMap(([type, { of, named, policy }]) =>
    resourcesOf(stack, type).map((object): Listing => {
      const { address, attributes } = object;
      const name = named?.(object, stack) ?? attributes.name;
      return {
        place: `${type.replace(/^google_/, "").replaceAll("_", " ")} ${name}`,
        found: async () => {
          const { bindings = [] } = await tools.gcloud(...policy(attributes, name, stack));
          // In a policy of version 1, a condition is a part of the role's name.
          return bindings.map(({ role, condition }: Json) =>
            roleInWords(role.replace(/_withcond_.*$/, ""), condition !== undefined || /_withcond_/.test(role)),
          );
        },
        declared: [`${type}_iam_binding`, `${type}_iam_member`]
          .flatMap((each) => referring(stack, each, of, address))
          .map(({ attributes: { role, condition } }) => roleInWords(String(role), condition !== undefined)),
      };
    }),
  );
  return [...own, ...existingServices(stack).map((service) => publicGrants(inventory, service))];
}

/** The owner of an existing service may grant roles on it, but none to everybody. */
function publicGrants({ tools }: Inventory, { attributes }: Resource): Listing {
  return {
    place: existingPlace(attributes),
    found: async () => {
      const { bindings = [] } = await tools.gcloud("run", "services", "get-iam-policy", ...existingArgs(attributes));
      return bindings.flatMap(({ role, members = [] }: Json) =>
        members.filter((member: string) => EVERYBODY.includes(member)).map((member: string) => `${role} for ${member}`),
      );
    },
    declared: [],
  };
}

const EVERYBODY: readonly string[] = ["allUsers", "allAuthenticatedUsers"];

function existingPlace({ name, project }: Attributes): string {
  return `existing service ${name} of ${project}`;
}

function existingArgs({ name, location, project }: Attributes): readonly string[] {
  return [name, `--region=${location}`, `--project=${project}`];
}

function roleInWords(role: string, isConditional: boolean): string {
  return `${role}${isConditional ? " under a condition" : ""}`;
}

export function accountKeys({ stack, tools }: Inventory): readonly Listing[] {
  return resourcesOf(stack, "google_service_account").map((account) => {
    const email = emailOf(stack, account);
    return {
      place: `service account ${email}`,
      found: async () => {
        const args = ["iam", "service-accounts", "keys", "list", `--iam-account=${email}`, "--managed-by=user"];
        return (await tools.gcloud(...args)).map(({ name }: Json) => `key ${lastPart(name)}`);
      },
      declared: [],
    };
  });
}

/** Annotations by which Cloud Run's Admin API v1 shows settings that the provider does not read. */
const SETTINGS: readonly (readonly [annotation: string, words: string])[] = [
  ["run.googleapis.com/default-url-disabled", "default URL disabled"],
  ["run.googleapis.com/iap-enabled", "Identity-Aware Proxy"],
  ["run.googleapis.com/maxScale", "service-level maximum of instances"],
];

/** Labels that Google or Terraform's provider sets. */
const OTHERS_LABELS = /^(goog-|cloud\.googleapis\.com\/|run\.googleapis\.com\/)/;

export function serviceSettings(inventory: Inventory): readonly Listing[] {
  const { stack, tools } = inventory;
  const own = resourcesOf(stack, "google_cloud_run_v2_service").map(({ attributes }) => {
    const labels = { ...stack.provider.google?.[0]?.default_labels, ...attributes.labels };
    return {
      place: `service ${attributes.name}`,
      found: async () => {
        const at = `--region=${attributes.location}`;
        const { metadata = {} } = await tools.gcloud("run", "services", "describe", attributes.name, at);
        const set = SETTINGS.flatMap(([annotation, words]) => {
          const value = metadata.annotations?.[annotation];
          return value === undefined || value === "false" ? [] : [`${words}: ${value}`];
        });
        const own = Object.keys(metadata.labels ?? {}).filter((label) => !OTHERS_LABELS.test(label));
        return [...set, ...own.map((label) => `label ${label}`)];
      },
      declared: Object.keys(labels).map((label) => `label ${label}`),
    };
  });
  return [...own, ...existingServices(stack).map((service) => existingSettings(inventory, service))];
}

/** Settings of an existing service that refuse the gateway's calls, or let others in. All else is its owner's. */
function existingSettings({ tools }: Inventory, { attributes }: Resource): Listing {
  const accepted = listOf(attributes.custom_audiences);
  return {
    place: existingPlace(attributes),
    found: async () => {
      const { metadata = {}, status = {} } = await tools.gcloud(
        ...["run", "services", "describe"],
        ...existingArgs(attributes),
      );
      const annotation = (name: string): string | undefined => metadata.annotations?.[`run.googleapis.com/${name}`];
      const audiences = [...JSON.parse(annotation("custom-audiences") ?? "[]"), status.url];
      const ingress = annotation("ingress") ?? "all";
      return [
        ...["default-url-disabled", "iap-enabled", "invoker-iam-disabled"].flatMap((name) =>
          annotation(name) === "true" ? [`${name}: true`] : [],
        ),
        ...(ingress === "all" ? [] : [`ingress: ${ingress}`]),
        ...accepted.filter((each) => !audiences.includes(each)).map((each) => `does not accept the audience ${each}`),
      ];
    },
    declared: [],
  };
}

/** Routes and stages of each API, and the mappings of its domain. */
export function gatewayParts(inventory: Inventory): readonly Listing[] {
  const { stack, tools } = inventory;
  const http = resourcesOf(stack, "aws_apigatewayv2_api").map((api): Listing => {
    const stages = referring(stack, "aws_apigatewayv2_stage", "api_id", api.address);
    return {
      place: `HTTP API ${api.attributes.name}`,
      found: async () => {
        const { Items } = await tools.aws("apigatewayv2", "get-apis");
        const id = theOne(inventory, api, Items, { id: "ApiId", name: "Name", tags: "Tags" });
        const routes = await tools.aws("apigatewayv2", "get-routes", "--api-id", id);
        const found = await tools.aws("apigatewayv2", "get-stages", "--api-id", id);
        return [
          ...routes.Items.map(({ RouteKey }: Json) => `route ${RouteKey}`),
          ...found.Items.map(({ StageName }: Json) => `stage ${StageName}`),
        ];
      },
      declared: [
        ...httpRoutes(stack).flatMap((each) => (each.api?.address === api.address ? [`route ${each.key}`] : [])),
        ...stages.map(({ attributes }) => `stage ${attributes.name}`),
      ],
    };
  });
  const rest = resourcesOf(stack, "aws_api_gateway_rest_api").map((api): Listing => {
    const stages = referring(stack, "aws_api_gateway_stage", "rest_api_id", api.address);
    return {
      place: `REST API ${api.attributes.name}`,
      found: async () => {
        const { items } = await tools.aws("apigateway", "get-rest-apis");
        const id = theOne(inventory, api, items, { id: "id", name: "name", tags: "tags" });
        const resources = await tools.aws("apigateway", "get-resources", "--rest-api-id", id, "--embed", "methods");
        const { item } = await tools.aws("apigateway", "get-stages", "--rest-api-id", id);
        return [
          ...resources.items.flatMap(({ path, resourceMethods = {} }: Json) =>
            Object.keys(resourceMethods).map((method) => `method ${method} ${path}`),
          ),
          ...item.map(({ stageName }: Json) => `stage ${stageName}`),
        ];
      },
      declared: [
        ...restMethods(stack).flatMap((each) => (each.api?.address === api.address ? [`method ${each.key}`] : [])),
        ...stages.map(({ attributes }) => `stage ${attributes.stage_name}`),
      ],
    };
  });
  const domains = resourcesOf(stack, "aws_apigatewayv2_domain_name").map(({ address, attributes }): Listing => {
    const name = String(attributes.domain_name);
    return {
      place: `domain ${name}`,
      found: async () => {
        const { Items } = await tools.aws("apigatewayv2", "get-api-mappings", "--domain-name", name);
        return Items.map(({ ApiMappingKey = "" }: Json) => `mapping /${ApiMappingKey}`);
      },
      declared: referring(stack, "aws_apigatewayv2_api_mapping", "domain_name", address).map(
        (mapping) => `mapping /${mapping.attributes.api_mapping_key ?? ""}`,
      ),
    };
  });
  return [...http, ...rest, ...domains];
}

/** Permissions to invoke each function, by its own policy and those of its aliases and versions, and its URLs. */
export function functionCallers({ stack, tools }: Inventory): readonly Listing[] {
  return resourcesOf(stack, "aws_lambda_function").map(({ address, attributes }): Listing => {
    const name = String(attributes.function_name);
    const permissions = referring(stack, "aws_lambda_permission", "function_name", address);
    const qualifiers = permissions.flatMap(({ attributes: { qualifier } }) => {
      const named = referred(stack, qualifier)?.attributes.name ?? qualifier;
      return named === undefined ? [] : [String(named)];
    });
    return {
      place: `function ${name}`,
      found: async () => {
        const of = ["--function-name", name];
        const places = [[], ...[...new Set(qualifiers)].map((each) => ["--qualifier", each])];
        const policies = await Promise.all(places.map((place) => policyOf(tools, [...of, ...place])));
        const { FunctionUrlConfigs = [] } = await tools.aws("lambda", "list-function-url-configs", ...of);
        return [
          ...policies.flat().map((statement) => invokerInWords(statement)),
          ...FunctionUrlConfigs.map(({ FunctionUrl }: Json) => `function URL ${FunctionUrl}`),
        ];
      },
      declared: permissions.map(({ attributes: { principal, source_arn } }) =>
        callerInWords(String(principal), source_arn !== undefined),
      ),
    };
  });
}

/** The statements of a function's policy; none if it has no policy. */
async function policyOf(tools: CloudTools, args: readonly string[]): Promise<readonly Json[]> {
  try {
    const { Policy } = await tools.aws("lambda", "get-policy", ...args);
    return [JSON.parse(Policy).Statement].flat();
  } catch (error) {
    if (error instanceof NotListed && /ResourceNotFoundException/.test(error.message)) return [];
    throw error;
  }
}

function invokerInWords({ Principal, Condition }: Json): string {
  const named = Principal?.Service ?? Principal?.AWS ?? Principal;
  return callerInWords(typeof named === "string" ? named : JSON.stringify(named), Condition !== undefined);
}

function callerInWords(principal: string, isLimited: boolean): string {
  return `invoked by ${principal}${isLimited ? " for one source" : " FOR ANY SOURCE"}`;
}

/** Subscriptions that copy the log lines of the gateway and the functions to another place. */
export function logCopies({ stack, tools }: Inventory): readonly Listing[] {
  return resourcesOf(stack, "aws_cloudwatch_log_group").map(({ address, attributes }) => ({
    place: `log group ${attributes.name}`,
    found: async () => {
      const args = ["logs", "describe-subscription-filters", "--log-group-name", attributes.name];
      const { subscriptionFilters = [] } = await tools.aws(...args);
      return subscriptionFilters.map(({ filterName }: Json) => `subscription filter ${filterName}`);
    },
    declared: referring(stack, "aws_cloudwatch_log_subscription_filter", "log_group_name", address).map(
      (filter) => `subscription filter ${filter.attributes.name}`,
    ),
  }));
}

/** App clients and identity providers of each user pool. */
export function poolClients(inventory: Inventory): readonly Listing[] {
  const { stack, tools } = inventory;
  return resourcesOf(stack, "aws_cognito_user_pool").map((pool): Listing => {
    const { address, attributes } = pool;
    return {
      place: `user pool ${attributes.name}`,
      found: async () => {
        const of = poolArgs(inventory, pool);
        const { UserPoolClients } = await tools.aws("cognito-idp", "list-user-pool-clients", ...of);
        const { Providers } = await tools.aws("cognito-idp", "list-identity-providers", ...of);
        return [
          ...UserPoolClients.map(({ ClientName }: Json) => `app client ${ClientName}`),
          ...Providers.map(({ ProviderName }: Json) => `identity provider ${ProviderName}`),
        ];
      },
      declared: [
        ...referring(stack, "aws_cognito_user_pool_client", "user_pool_id", address).map(
          (client) => `app client ${client.attributes.name}`,
        ),
        ...referring(stack, "aws_cognito_identity_provider", "user_pool_id", address).map(
          (provider) => `identity provider ${provider.attributes.provider_name}`,
        ),
      ],
    };
  });
}

/**
 * Dynamic client registration of each user pool, and the app clients that registered themselves. An AWS CLI that does not
 * know the setting leaves it out of its answer. It does not know `--client-type` either, and fails.
 */
export function poolRegistrations(inventory: Inventory): readonly Listing[] {
  const { stack, tools } = inventory;
  return resourcesOf(stack, "aws_cognito_user_pool").map(
    (pool): Listing => ({
      place: `user pool ${pool.attributes.name}`,
      found: async () => {
        const of = poolArgs(inventory, pool);
        const registered = ["list-user-pool-clients", ...of, "--client-type", "DCR"];
        const { UserPoolClients } = await tools.aws("cognito-idp", ...registered);
        const { UserPool } = await tools.aws("cognito-idp", "describe-user-pool", ...of);
        const { DcrConfiguration: registration } = UserPool;
        // Cognito turns registration on if a configuration does not say.
        const isOn = registration !== undefined && registration.EnableStatus !== "Disabled";
        return [
          ...(isOn ? [`dynamic client registration${registration.OpenDcrEnabled ? " FOR ANYONE" : ""}`] : []),
          ...UserPoolClients.map(({ ClientName }: Json) => `self-registered app client ${ClientName}`),
        ];
      },
      declared: [],
    }),
  );
}

/** Arguments of the AWS CLI that name a user pool. */
function poolArgs({ issuers }: Inventory, { name, attributes }: Resource): readonly string[] {
  const id = lastPart(Object.entries(issuers).find(([issuer]) => issuer.replaceAll("-", "_") === name)?.[1] ?? "");
  if (id === "") throw new NotListed(`the id of user pool ${attributes.name} is in no output`);
  return ["--user-pool-id", id];
}

/** Id of an API. API names are not unique, so the environment's tags identify it. */
function theOne(
  { stack }: Inventory,
  { attributes }: Resource,
  items: readonly Json[] = [],
  keys: { readonly id: string; readonly name: string; readonly tags: string },
): string {
  const tags = { ...blocksOf(stack.provider.aws?.[0]?.default_tags)[0]?.tags, ...attributes.tags };
  const found = items.filter(
    (item) =>
      item[keys.name] === attributes.name &&
      Object.entries(tags).every(([tag, value]) => item[keys.tags]?.[tag] === value),
  );
  if (found.length === 1) return found[0][keys.id];
  throw new NotListed(
    `${found.length} APIs have the name ${attributes.name} and this environment's tags, expected one`,
  );
}

function lastPart(path: unknown): string {
  return String(path).split("/").at(-1) ?? "";
}
