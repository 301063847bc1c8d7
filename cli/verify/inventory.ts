import { emailOf } from "../../packages/terraform-access-review/access/google-bindings";
import { httpRoutes, restMethods } from "../../packages/terraform-access-review/terraform-json/gateway-routes";
import {
  blocksOf,
  type Resource,
  referred,
  referring,
  resourcesOf,
  type StackJson,
} from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type CloudTools, calledAs, filled, lastPart, NotListed } from "../process/cloud-tools";
import type { Json } from "../process/json";
import { confirmed, couldNotTell, type FrontDoor, listed, refuted, type Verdict } from "./probes";

/** A deployed stack, and the tools that list its clouds. */
export interface Inventory {
  readonly stack: StackJson;
  /** URLs of the issuers, from Terraform's outputs. */
  readonly issuers: Readonly<Record<string, string>>;
  readonly tools: CloudTools;
}

/** Words for each item of an answer's list, `Items: route {RouteKey}`, or a function of the answer. `{name/}`: its last part. */
type Found = string | ((answer: Json) => readonly string[]);
/** Words for what the stack declares: `stage {name}`, or a function of its attributes. */
type Declared = string | ((attributes: Json) => string);

/** The resources of a type, what is listed at each, and what the stack declares there. Equal words are different objects. */
class Places {
  private readonly calls: (readonly [call: string, found: Found])[] = [];
  private readonly declared: ((object: Resource, stack: StackJson) => readonly string[])[] = [];

  /** @param place `user pool {name}` */
  constructor(
    private readonly type: string,
    private readonly place: string,
  ) {}

  lists(call: string, found: Found): this {
    this.calls.push([call, found]);
    return this;
  }

  /** @param refers argument of a resource that refers to the place: `aws_apigatewayv2_stage.api_id` */
  declares(refers: string, words: Declared): this {
    const [type = "", argument = ""] = refers.split(".");
    const inWords = (each: Json) => (typeof words === "string" ? filled(words, each) : words(each));
    return this.also(({ address }, stack) =>
      referring(stack, type, argument, address).map(({ attributes }) => inWords(attributes)),
    );
  }

  also(declared: (object: Resource, stack: StackJson) => readonly string[]): this {
    this.declared.push(declared);
    return this;
  }

  /** What exists at each place and the stack does not declare: `user pool shop: app client eve`. */
  async *additional(inventory: Inventory): AsyncGenerator<readonly string[]> {
    const { stack, tools } = inventory;
    for (const object of resourcesOf(stack, this.type)) {
      const left = this.declared.flatMap((each) => each(object, stack));
      const values = { ...object.attributes, ...VALUES[this.type]?.(object, inventory) };
      if (this.type in APIS) values.id = await apiId(inventory, object);
      for (const [call, found] of this.calls) {
        for (const qualifier of call.includes("{qualifier}") ? qualifiersOf(object, stack) : [""]) {
          const answer = await calledAs(tools, call, { ...values, qualifier }).catch(orNoPolicy);
          const words = typeof found === "string" ? itemsIn(found, answer) : found(answer);
          yield words.filter((each) => !taken(left, each)).map((each) => `${filled(this.place, values)}: ${each}`);
        }
      }
    }
  }
}

function itemsIn(found: string, answer: Json): readonly string[] {
  const [, list = "", words = ""] = /^(\w*): (.+)$/.exec(found) ?? [];
  return ((list === "" ? answer : answer[list]) ?? []).map((item: Json) => filled(words, item));
}

/** Takes one of equal words out of a list; false if it has none. */
function taken(left: string[], words: string): boolean {
  const index = left.indexOf(words);
  if (index >= 0) left.splice(index, 1);
  return index >= 0;
}

/** A function without a policy has no invokers. */
function orNoPolicy(error: unknown): Json {
  if (error instanceof NotListed && /get-policy.*ResourceNotFoundException/.test(error.message)) return {};
  throw error;
}

/** Aliases and versions of a function to which a permission is granted. */
function qualifiersOf({ address }: Resource, stack: StackJson): readonly string[] {
  const names = referring(stack, "aws_lambda_permission", "function_name", address).flatMap(({ attributes }) => {
    const name = referred(stack, attributes.qualifier)?.attributes.name ?? attributes.qualifier;
    return name === undefined ? [] : [String(name)];
  });
  return [...new Set(names)];
}

/** Values of templates that are no attributes. */
const VALUES: Readonly<Record<string, (object: Resource, inventory: Inventory) => Json>> = {
  google_service_account: (account, { stack }) => ({ email: emailOf(stack, account) }),
  google_logging_log_view: ({ attributes: { bucket } }, { stack }) => ({
    bucket: referred(stack, bucket)?.attributes.bucket_id ?? bucket,
  }),
  aws_cognito_user_pool: ({ name, attributes }, { issuers }) => {
    const [, url = ""] = Object.entries(issuers).find(([issuer]) => issuer.replaceAll("-", "_") === name) ?? [];
    if (url === "") throw new NotListed(`the id of user pool ${attributes.name} is in no output`);
    return { pool: lastPart(url) };
  },
};

/** How each kind of API is listed, and what its id, name and tags are called there. */
const APIS: Readonly<Record<string, readonly [service: string, call: string, ...keys: readonly string[]]>> = {
  aws_apigatewayv2_api: ["apigatewayv2", "get-apis", "Items", "ApiId", "Name", "Tags"],
  aws_api_gateway_rest_api: ["apigateway", "get-rest-apis", "items", "id", "name", "tags"],
};

/** Id of an API. API names are not unique, so the environment's tags identify it. */
async function apiId({ stack, tools }: Inventory, { type, attributes }: Resource): Promise<string> {
  const [service = "", call = "", items = "", id = "", name = "", tags = ""] = APIS[type] ?? [];
  const own = { ...blocksOf(stack.provider.aws?.[0]?.default_tags)[0]?.tags, ...attributes.tags };
  const found = ((await tools.aws(service, call))[items] ?? []).filter(
    (api: Json) =>
      api[name] === attributes.name && Object.entries(own).every(([tag, value]) => api[tags]?.[tag] === value),
  );
  if (found.length === 1) return found[0][id];
  throw new NotListed(
    `${found.length} APIs have the name ${attributes.name} and this environment's tags, expected one`,
  );
}

/** The API's default endpoint, if the stack closes it because a domain is the only entrance. */
export async function closedEndpoint(inventory: Inventory, region: string): Promise<FrontDoor["closedEndpoint"]> {
  const apis = resourcesOf(inventory.stack, ...Object.keys(APIS));
  const api = apis.find(({ attributes }) => attributes.disable_execute_api_endpoint === true);
  // `other-routes` says why the API's id cannot be found.
  const id = api === undefined ? undefined : await apiId(inventory, api).catch(orNotListed);
  return id === undefined ? undefined : { origin: `https://${id}.execute-api.${region}.amazonaws.com` };
}

function orNotListed(error: unknown): undefined {
  if (!(error instanceof NotListed)) throw error;
}

/** Lists the objects of one kind, and compares them with the stack. */
export async function inventoryVerdict({ places, means }: Kind, inventory: Inventory): Promise<Verdict> {
  const additional: string[] = [];
  let count = 0;
  try {
    for (const each of places) {
      for await (const words of each.additional(inventory)) {
        additional.push(...words);
        count += 1;
      }
    }
  } catch (error) {
    if (!(error instanceof NotListed)) throw error;
    // What was found before is a finding, whatever the rest would show.
    if (additional.length === 0) return couldNotTell(error.message);
  }
  if (count === 0) return couldNotTell("the stack declares nothing of this kind");
  if (additional.length === 0) return confirmed(`${count} lists have only what the stack declares`);
  const change = "remove it, or declare it; no plan shows it and no deploy removes it (docs/how-to/drift.md)";
  return refuted(listed(additional), means, change);
}

const at = (type: string, place: string) => new Places(type, place);
const userPool = () => at("aws_cognito_user_pool", "user pool {name}");

const roleInWords = ({ role, condition }: Json) => `${role}${condition === undefined ? "" : " under a condition"}`;

/** Google's objects with a policy of their own. A binding covers one role without a condition; all else is another one. */
const granted = (type: string, argument: string, place: string, call: string) =>
  at(type, `${type.replace(/^google_/, "").replaceAll("_", " ")} ${place}`)
    .lists(`gcloud ${call}`, ({ bindings = [] }) =>
      // In a policy of version 1, a condition is a part of the role's name.
      bindings.map(({ role, condition = /_withcond_/.exec(role) ?? undefined }: Json) =>
        roleInWords({ role: role.replace(/_withcond_.*$/, ""), condition }),
      ),
    )
    .declares(`${type}_iam_binding.${argument}`, roleInWords)
    .declares(`${type}_iam_member.${argument}`, roleInWords);

/** Annotations by which Cloud Run's Admin API v1 shows settings that the provider does not read. */
const SETTINGS: Readonly<Record<string, string>> = {
  "run.googleapis.com/default-url-disabled": "default URL disabled",
  "run.googleapis.com/iap-enabled": "Identity-Aware Proxy",
  "run.googleapis.com/maxScale": "service-level maximum of instances",
};

const settings = ({ metadata, spec }: Json) => {
  const ofRevision = spec?.template?.metadata?.annotations?.["autoscaling.knative.dev/maxScale"];
  return Object.entries<string>(metadata?.annotations ?? {}).flatMap(([name, value]) => {
    // Cloud Run can set a maximum itself. It limits nothing unless it is below that of the revisions.
    const isHarmless = value === "false" || (name.endsWith("/maxScale") && Number(value) >= Number(ofRevision));
    return SETTINGS[name] === undefined || isHarmless ? [] : [`${SETTINGS[name]}: ${value}`];
  });
};

/** Who may invoke a function, by its own policy or by that of an alias or version. */
function invokers({ Policy = '{"Statement":[]}' }: Json): readonly string[] {
  return [JSON.parse(Policy).Statement].flat().map(({ Principal, Condition }: Json) => {
    const who = Principal?.Service ?? Principal?.AWS ?? Principal;
    return callerInWords({ principal: typeof who === "string" ? who : JSON.stringify(who), source_arn: Condition });
  });
}

const callerInWords = ({ principal, source_arn }: Json) =>
  `invoked by ${principal}${source_arn === undefined ? " FOR ANY SOURCE" : " for one source"}`;

/** Cognito turns registration on if a configuration does not say. */
function registration({ UserPool: { DcrConfiguration: set } }: Json): readonly string[] {
  const isOn = set !== undefined && set.EnableStatus !== "Disabled";
  return isOn ? [`dynamic client registration${set.OpenDcrEnabled ? " FOR ANYONE" : ""}`] : [];
}

/** A kind of object of which Terraform compares only what the stack declares, so that no plan shows an additional one. */
interface Kind {
  readonly id: string;
  readonly question: string;
  /** The consequence of an additional object. */
  readonly means: string;
  readonly places: readonly Places[];
}

const kind = (id: string, question: string, means: string, ...places: readonly Places[]): Kind => ({
  ...{ id, question, means, places },
});

export const INVENTORY: readonly Kind[] = [
  kind(
    "other-providers",
    "Does the workload identity pool have only the declared providers?",
    "another provider of the pool can let other identities become the service accounts",
    at("google_iam_workload_identity_pool", "workload identity pool {workload_identity_pool_id}")
      .lists(
        "gcloud iam workload-identity-pools providers list --workload-identity-pool={workload_identity_pool_id} --location=global",
        ": provider {name/}",
      )
      .declares(
        "google_iam_workload_identity_pool_provider.workload_identity_pool_id",
        "provider {workload_identity_pool_provider_id}",
      ),
  ),
  kind(
    "other-bindings",
    "Do services, service accounts, secrets, topics and log views have only the declared roles, without a condition?",
    "principals that the access ledger does not list have a role",
    granted("google_cloud_run_v2_service", "name", "{name}", "run services get-iam-policy {name} --region={location}"),
    granted("google_service_account", "service_account_id", "{email}", "iam service-accounts get-iam-policy {email}"),
    granted("google_secret_manager_secret", "secret_id", "{secret_id}", "secrets get-iam-policy {secret_id}"),
    granted("google_pubsub_topic", "topic", "{name}", "pubsub topics get-iam-policy {name}"),
    granted(
      "google_logging_log_view",
      "name",
      "{name}",
      "logging views get-iam-policy {name} --location={location} --bucket={bucket}",
    ),
  ),
  kind(
    "account-keys",
    "Do the service accounts have no keys?",
    "the holder of the key is the service account, from anywhere, until the key is deleted",
    at("google_service_account", "service account {email}").lists(
      "gcloud iam service-accounts keys list --iam-account={email} --managed-by=user",
      ": key {name/}",
    ),
  ),
  kind(
    "service-settings",
    "Are settings that the provider does not read unset on each Cloud Run service?",
    "calls may be refused, or counted and limited otherwise than config says",
    at("google_cloud_run_v2_service", "service {name}").lists(
      "gcloud run services describe {name} --region={location}",
      settings,
    ),
  ),
  kind(
    "other-routes",
    "Do the API and its domain have only the declared routes, stages and mappings?",
    "the gateway serves a route that no review has seen, possibly without an authorizer",
    at("aws_apigatewayv2_api", "HTTP API {name}")
      .lists("aws apigatewayv2 get-routes --api-id {id}", "Items: route {RouteKey}")
      .lists("aws apigatewayv2 get-stages --api-id {id}", "Items: stage {StageName}")
      .declares("aws_apigatewayv2_stage.api_id", "stage {name}")
      .also((api, stack) =>
        httpRoutes(stack).flatMap((each) => (each.api?.address === api.address ? [`route ${each.key}`] : [])),
      ),
    at("aws_api_gateway_rest_api", "REST API {name}")
      .lists("aws apigateway get-resources --rest-api-id {id} --embed methods", ({ items }) =>
        items.flatMap(({ path, resourceMethods = {} }: Json) =>
          Object.keys(resourceMethods).map((method) => `method ${method} ${path}`),
        ),
      )
      .lists("aws apigateway get-stages --rest-api-id {id}", "item: stage {stageName}")
      .declares("aws_api_gateway_stage.rest_api_id", "stage {stage_name}")
      .also((api, stack) =>
        restMethods(stack).flatMap((each) => (each.api?.address === api.address ? [`method ${each.key}`] : [])),
      ),
    at("aws_apigatewayv2_domain_name", "domain {domain_name}")
      .lists("aws apigatewayv2 get-api-mappings --domain-name {domain_name}", ({ Items }) =>
        Items.map(({ ApiMappingKey: key = "" }: Json) => `mapping /${key}`),
      )
      .declares("aws_apigatewayv2_api_mapping.domain_name", ({ api_mapping_key: key = "" }) => `mapping /${key}`),
  ),
  kind(
    "other-invokers",
    "Do the functions have only the declared invokers, and no URL?",
    "another principal can invoke the function, whose answer has the service's Google ID token",
    at("aws_lambda_function", "function {function_name}")
      .lists("aws lambda get-policy --function-name {function_name}", invokers)
      .lists("aws lambda get-policy --function-name {function_name} --qualifier {qualifier}", invokers)
      .lists(
        "aws lambda list-function-url-configs --function-name {function_name}",
        "FunctionUrlConfigs: function URL {FunctionUrl}",
      )
      .declares("aws_lambda_permission.function_name", callerInWords),
  ),
  kind(
    "other-clients",
    "Do the user pools have only the declared app clients and identity providers?",
    "other programs or people can get tokens of the pool",
    userPool()
      .lists("aws cognito-idp list-user-pool-clients --user-pool-id {pool}", "UserPoolClients: app client {ClientName}")
      .lists(
        "aws cognito-idp list-identity-providers --user-pool-id {pool}",
        "Providers: identity provider {ProviderName}",
      )
      .declares("aws_cognito_user_pool_client.user_pool_id", "app client {name}")
      .declares("aws_cognito_identity_provider.user_pool_id", "identity provider {provider_name}"),
  ),
  // An AWS CLI that does not know the setting leaves it out of its answer. It does not know `--client-type` either, and fails.
  kind(
    "client-registration",
    "Is dynamic client registration off in the user pools, and did no client come from it?",
    "programs can get app clients of the pool by themselves; the authorizer refuses them as client-unknown",
    userPool()
      .lists(
        "aws cognito-idp list-user-pool-clients --user-pool-id {pool} --client-type DCR",
        "UserPoolClients: self-registered app client {ClientName}",
      )
      .lists("aws cognito-idp describe-user-pool --user-pool-id {pool}", registration),
  ),
  kind(
    "log-copies",
    "Do the log groups of the gateway and the functions have no subscription filter?",
    "another place receives the log lines, with callers and paths in them",
    at("aws_cloudwatch_log_group", "log group {name}")
      .lists(
        "aws logs describe-subscription-filters --log-group-name {name}",
        "subscriptionFilters: subscription filter {filterName}",
      )
      .declares("aws_cloudwatch_log_subscription_filter.log_group_name", "subscription filter {name}"),
  ),
];
