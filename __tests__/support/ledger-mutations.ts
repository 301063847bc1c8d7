import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";
import { envoyChanges } from "./envoy-mutations";
import { newGrants, OF_GRANTS } from "./grant-mutations";
import { changed, type Described } from "./mutation";
import { policyChanges } from "./policy-mutations";
import { OF_REST, type Single } from "./rest-mutations";

export interface Mutation {
  readonly kind: string;
  /** `member loosened: google_service_account_iam_binding.orders`. */
  readonly name: string;
  /** Made on demand, because most tests need only a few of hundreds. */
  readonly mutated: SynthesizedState;
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Json = any;

/** Every grant and restriction of a stack, each removed or loosened alone. */
export function mutations(state: SynthesizedState): readonly Mutation[] {
  return [...changes(state)].map(([kind, where, change]) => ({
    kind,
    name: `${kind}: ${where}`,
    get mutated() {
      return changed(state, change);
    },
  }));
}

/** The first mutation of each kind, for the fast tier. */
export function onePerKind(all: readonly Mutation[]): readonly Mutation[] {
  return [...new Map([...all].reverse().map((each) => [each.kind, each])).values()].reverse();
}

/** The first mutation of each kind in each type of resource, for the products: all objects of a type are read alike. */
export function onePerType(all: readonly Mutation[]): readonly Mutation[] {
  const keyed = [...all].reverse().map((each) => [`${each.kind} ${/: (\w+)\./.exec(each.name)?.[1]}`, each] as const);
  return [...new Map(keyed).values()].reverse();
}

/** How many mutations there are of each kind. */
export function countedKinds(all: readonly Mutation[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of all) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function* changes(sources: SynthesizedState): Generator<Described> {
  for (const [type, named] of Object.entries(sources.stack.resource)) {
    for (const [name, attributes] of Object.entries(named)) {
      const at = (copy: { stack: Json }) => copy.stack.resource[type][name];
      yield* resourceChanges(type, `${type}.${name}`, attributes, at);
    }
  }
  yield* newGrants(sources.stack);
  if (sources.policy !== undefined) yield* policyChanges(sources.policy);
}

function* resourceChanges(
  type: string,
  where: string,
  attributes: Json,
  at: (copy: Json) => Json,
): Generator<Described> {
  if (/_iam_binding$/.test(type)) yield* memberChanges(where, attributes, at);
  if (/_iam_member$/.test(type))
    yield ["member loosened", where, (copy) => Object.assign(at(copy), { member: "allUsers" })];
  for (const argument of ["assume_role_policy", "policy"]) {
    if (typeof attributes[argument] === "string") yield* statementChanges(argument, where, attributes, at);
  }
  const listed = LISTS[type] ?? {};
  for (const [argument, kind] of Object.entries(listed)) yield* listChanges(kind, where, argument, attributes, at);
  for (const [kind, change, applies] of [...(SINGLE[type] ?? []), ...(OF_GRANTS[type] ?? [])]) {
    if (applies?.(attributes) ?? true) yield [kind, where, (copy) => change(at(copy))];
  }
  if (attributes.template?.containers?.[0]?.args !== undefined) yield* envoyChanges(where, at);
}

function* memberChanges(where: string, { members }: Json, at: (copy: Json) => Json): Generator<Described> {
  for (const index of members.keys()) {
    yield ["member removed", where, (copy) => at(copy).members.splice(index, 1)];
    yield ["member loosened", where, (copy) => at(copy).members.splice(index, 1, "allUsers")];
  }
  yield ["role widened", where, (copy) => Object.assign(at(copy), { role: "roles/owner" })];
}

function* statementChanges(
  argument: string,
  where: string,
  attributes: Json,
  at: (copy: Json) => Json,
): Generator<Described> {
  const kind = argument === "policy" ? "statement" : "trust statement";
  const statements: Json[] = JSON.parse(attributes[argument]).Statement;
  for (const [index, statement] of statements.entries()) {
    const edit = (change: (statements: Json[]) => void) => (copy: Json) => {
      const document = JSON.parse(at(copy)[argument]);
      change(document.Statement);
      at(copy)[argument] = JSON.stringify(document);
    };
    const place = `${where} ${statement.Sid}`;
    yield [`${kind} removed`, place, edit((all) => all.splice(index, 1))];
    for (const part of ["Principal", "Action", "NotAction", "Resource", "Effect"].filter((key) => key in statement)) {
      const loose = part === "Effect" ? (statement.Effect === "Deny" ? "Allow" : "Deny") : "*!";
      yield [`${kind} ${part} changed`, place, edit((all) => Object.assign(all[index], { [part]: loose }))];
    }
    if (statement.Condition) yield ["condition removed", place, edit((all) => delete all[index].Condition)];
  }
}

/** Lists in which each single entry permits or restricts something. */
const LISTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws_apigatewayv2_authorizer: {
    identity_sources: "identity source",
    "jwt_configuration.audience": "authorizer's audience",
  },
  aws_apigatewayv2_route: { authorization_scopes: "gateway's scope" },
  aws_cognito_user_pool_client: {
    allowed_oauth_scopes: "client's scope",
    allowed_oauth_flows: "flow",
    callback_urls: "callback",
    logout_urls: "logout address",
    explicit_auth_flows: "other flow",
  },
  google_cloud_run_v2_service: { custom_audiences: "service's audience" },
  aws_apigatewayv2_api: {
    "cors_configuration.allow_origins": "origin",
    "cors_configuration.allow_headers": "CORS header",
  },
};

const isJwt = ({ authorizer_type }: Json) => authorizer_type === "JWT";
const isRequest = (authorizer: Json) => !isJwt(authorizer);

/** Single values, each loosened alone. */
const SINGLE: Readonly<Record<string, readonly Single[]>> = {
  ...OF_REST,
  aws_apigatewayv2_route: [
    [
      "route without authorizer",
      (route) => Object.assign(route, { authorization_type: "NONE" }),
      ({ authorization_type }) => authorization_type !== "NONE",
    ],
    [
      "route of another authorizer",
      (route) => delete route.authorizer_id,
      ({ authorizer_id }) => authorizer_id !== undefined,
    ],
    ["route to another service", (route) => Object.assign(route, { target: "integrations/other" })],
    ["route key changed", (route) => Object.assign(route, { route_key: "GET /other" })],
  ],
  aws_apigatewayv2_authorizer: [
    [
      "answers kept longer",
      (authorizer) => Object.assign(authorizer, { authorizer_result_ttl_in_seconds: 3600 }),
      isRequest,
    ],
    ["another function", (authorizer) => Object.assign(authorizer, { authorizer_uri: "arn:other" }), isRequest],
    [
      "another issuer at the gateway",
      (authorizer) => Object.assign(authorizer.jwt_configuration, { issuer: "https://other.example" }),
      isJwt,
    ],
  ],
  aws_apigatewayv2_api: [
    ["cookies allowed", (api) => Object.assign(api.cors_configuration, { allow_credentials: true })],
  ],
  aws_cognito_user_pool: [["sign-up opened", (pool) => delete pool.admin_create_user_config]],
  aws_cognito_resource_server: [["scope no longer offered", (server) => server.scope.pop()]],
  aws_lambda_permission: [
    ["permission for any source", (permission) => delete permission.source_arn],
    ["permission for any principal", (permission) => Object.assign(permission, { principal: "*" })],
  ],
  google_cloud_run_v2_service: [
    [
      "invoker check off",
      (service) => Object.assign(service, { invoker_iam_disabled: true }),
      ({ invoker_iam_disabled }) => invoker_iam_disabled === false,
    ],
    [
      "invoker check back",
      (service) => Object.assign(service, { invoker_iam_disabled: false }),
      ({ invoker_iam_disabled }) => invoker_iam_disabled === true,
    ],
    ["ingress changed", (service) => Object.assign(service, { ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" })],
  ],
  google_logging_log_view: [
    ["log view opened", (view) => delete view.filter],
    ["log view loosened", (view) => Object.assign(view, { filter: view.filter.split(" AND ")[0] })],
  ],
  google_logging_project_sink: [
    ["every log copied", (sink) => delete sink.filter],
    ["another project's service copied", (sink) => Object.assign(sink, { filter: sink.filter.replace("orders", "x") })],
    ["logs no longer copied", (sink) => Object.assign(sink, { disabled: true })],
    ["logs copied elsewhere", (sink) => Object.assign(sink, { destination: "storage.googleapis.com/x" })],
  ],
  google_iam_workload_identity_pool_provider: [
    ["federation condition removed", (provider) => delete provider.attribute_condition],
    ["federation condition loosened", (provider) => Object.assign(provider, { attribute_condition: "true" })],
    ["mapping changed", (provider) => Object.assign(provider.attribute_mapping, { "attribute.aws_role": "'x'" })],
    ["subject mapping changed", (provider) => Object.assign(provider.attribute_mapping, { "google.subject": "'x'" })],
    [
      "another AWS account",
      (provider) => Object.assign(provider.aws, { account_id: "999988887777" }),
      ({ aws }) => aws !== undefined,
    ],
  ],
};

function* listChanges(
  kind: string,
  where: string,
  path: string,
  attributes: Json,
  at: (copy: Json) => Json,
): Generator<Described> {
  const listAt = (resource: Json) => path.split(".").reduce((value, key) => value?.[key], resource);
  const values: unknown[] = listAt(attributes) ?? [];
  for (const [index, value] of values.entries()) {
    yield [`${kind} removed`, `${where} ${value}`, (copy) => listAt(at(copy)).splice(index, 1)];
  }
  if (values.length > 0) yield [`${kind} added`, where, (copy) => listAt(at(copy)).push("*")];
}
