import { type EnvoyContainer, envoyContainer } from "../../contract/envoy/container";
import type { EnvoyPolicy } from "../../contract/envoy/policy";
import { type AuthorizerPolicy, type PolicyJwtIssuer, signsJwts } from "../../contract/policy-file";
import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";
import { envoyPolicyOf } from "../../stacks/envoy-policy";
import { changed } from "./mutation";

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON
type Json = any;

export const ENVOY_IMAGE = `europe-docker.pkg.dev/acme/mirror/envoy:distroless-v1.40.0@sha256:${"7d".repeat(32)}`;

/** Resource types that only the federated handshake has. */
const FEDERATED =
  /^(aws_lambda_|aws_iam_role|google_iam_workload_identity_pool|google_service_account_iam_binding|google_cloud_run_v2_service_iam_binding)/;

/**
 * The same front door under the shared-issuer handshake: the declarations of a federated state, with Envoy instead of
 * functions.
 */
export function sharedIssuerState({ stack, policy }: SynthesizedState): SynthesizedState {
  const rules = withoutSubjects(policy as Json);
  const { resource, ...rest }: Json = structuredClone(stack);
  for (const type of Object.keys(resource)) if (FEDERATED.test(type)) delete resource[type];
  resource.aws_apigatewayv2_authorizer = Object.fromEntries(
    rules.issuers.filter(signsJwts).map((issuer) => [issuer.id, authorizerOf(issuer)]),
  );
  for (const route of Object.values(resource.aws_apigatewayv2_route)) protect(route, rules);
  const stage = resource.aws_apigatewayv2_stage.gateway;
  delete stage.stage_variables;
  delete stage.default_route_settings;
  for (const integration of Object.values<Json>(resource.aws_apigatewayv2_integration)) tidy(integration);
  const envoy = policyOf(rules);
  for (const service of Object.keys(rules.services)) {
    const body = resource.google_cloud_run_v2_service[service];
    body.invoker_iam_disabled = true;
    delete body.custom_audiences;
    delete resource.google_service_account[service];
    withEnvoy(resource, service, envoy);
  }
  return { stack: { ...rest, resource }, envoy };
}

/** The federated state, with Envoy in front of every app. */
export function verifyingState({ stack, policy }: SynthesizedState): SynthesizedState {
  const { resource, ...rest }: Json = structuredClone(stack);
  const envoy = policyOf(policy as Json);
  for (const service of Object.keys(policy?.services ?? {})) withEnvoy(resource, service, envoy);
  return { stack: { ...rest, resource }, ...(policy !== undefined && { policy }), envoy };
}

function withoutSubjects(policy: AuthorizerPolicy): AuthorizerPolicy {
  return {
    ...policy,
    issuers: policy.issuers.filter(
      (issuer) => issuer.kind === "cognito" || (issuer.kind === "oidc" && issuer.grants === "token"),
    ),
  };
}

const POOL = "https://${aws_cognito_user_pool.customers.endpoint}";
const clientId = (variable: string) =>
  `\${aws_cognito_user_pool_client.${variable.replace(/^CLIENT_/, "").toLowerCase()}.id}`;

function authorizerOf(issuer: PolicyJwtIssuer) {
  const isPool = issuer.kind === "cognito";
  return {
    api_id: "${aws_apigatewayv2_api.gateway.id}",
    authorizer_type: "JWT",
    identity_sources: ["$request.header.Authorization"],
    jwt_configuration: {
      audience: isPool ? issuer.clients.map(({ clientIdFrom }) => clientId(clientIdFrom)) : issuer.audiences,
      issuer: isPool ? POOL : issuer.issuer,
    },
    name: `storefront-dev-${issuer.id}`,
  };
}

/** Groups routes by their issuer; a route has one. */
function protect(route: Json, { routes, issuers }: AuthorizerPolicy): void {
  delete route.authorizer_id;
  const { access } = routes[route.route_key] ?? { access: "public" };
  if (access === "public") {
    route.authorization_type = "NONE";
    return;
  }
  const holds = (issuer: Json) =>
    (issuer.scopes ?? issuer.clients.flatMap(({ scopes }: Json) => scopes)).some((scope: string) =>
      access.scopes.includes(scope),
    );
  const issuer = [...issuers].find(holds);
  route.authorization_type = "JWT";
  route.authorizer_id = `\${aws_apigatewayv2_authorizer.${issuer?.id}.id}`;
  route.authorization_scopes = [...access.scopes];
}

function tidy(integration: Json): void {
  const parameters = integration.request_parameters;
  for (const key of Object.keys(parameters)) if (/X-Caller|X-Serverless/.test(key)) delete parameters[key];
  for (const name of [
    "Serverless-Authorization",
    "Caller-Subject",
    "Caller-Client",
    "Caller-Scopes",
    "Caller-Issuer",
  ]) {
    parameters[`remove:header.X-${name}`] = "''";
  }
  delete integration.depends_on;
}

/** The policy that every Envoy of the shop would enforce. */
function policyOf(policy: AuthorizerPolicy): EnvoyPolicy {
  return envoyPolicyOf(policy, {
    image: ENVOY_IMAGE,
    project: "storefront-dev",
    services: Object.keys(policy.services).map((id) => ({
      id,
      name: `storefront-dev-${id}`,
      port: 8080,
      timeoutSeconds: 30,
    })),
    resolve: (variable) => (variable.startsWith("ISSUER_") ? POOL : clientId(variable)),
    keysOf: (id) =>
      id === "customers"
        ? {
            host: "cognito-idp.eu-west-1.amazonaws.com",
            path: "/${aws_cognito_user_pool.customers.id}/.well-known/jwks.json",
          }
        : { host: `${id}.example.com`, path: "/oauth2/v1/keys" },
  });
}

function withEnvoy(resource: Json, service: string, policy: EnvoyPolicy): void {
  const { template } = resource.google_cloud_run_v2_service[service];
  const [{ ports: _, ...app }] = template.containers;
  template.containers = [{}, { ...app, env: [...(app.env ?? []), { name: "PORT", value: "8080" }], name: "app" }];
  putEnvoy(resource, service, policy);
}

/** Replaces the Envoy of a service by the one that a policy gives. */
function putEnvoy(resource: Json, service: string, policy: EnvoyPolicy): void {
  const { template } = resource.google_cloud_run_v2_service[service];
  const { args, image, mounted, sidecar, text } = envoyContainer(policy, `storefront-dev-${service}`) as EnvoyContainer;
  template.containers[0] = {
    args,
    depends_on: ["app"],
    image,
    name: "envoy",
    ports: { container_port: sidecar.ports.ingress },
    resources: { limits: { cpu: "1", memory: "256Mi" } },
    startup_probe: { http_get: { path: "/ready", port: sidecar.ports.probe } },
    ...(mounted && { volume_mounts: [{ mount_path: mounted.folder, name: "envoy" }] }),
  };
  if (mounted) mount(resource, template, { service, text, file: mounted.file });
  else delete template.volumes;
}

/** The stack that a changed policy of Envoy gives, with that policy. */
export function enforcing(state: SynthesizedState, edit: (policy: Json) => unknown): SynthesizedState {
  return changed(state, (copy) => enforced(copy, edit));
}

/** Changes the policy of Envoy in a copy of a state, and each Envoy with it. */
export function enforced(copy: Json, edit: (policy: Json) => unknown): void {
  copy.envoy = structuredClone(copy.envoy);
  edit(copy.envoy);
  for (const name of Object.keys(copy.envoy.services)) {
    putEnvoy(copy.stack.resource, name.replace("storefront-dev-", ""), copy.envoy);
  }
}

function mount(resource: Json, template: Json, { service, text, file }: Record<"service" | "text" | "file", string>) {
  const name = `${service}_envoy`;
  const secret = `\${google_secret_manager_secret.${name}.secret_id}`;
  resource.google_secret_manager_secret[name] = {
    replication: { auto: {} },
    secret_id: `storefront-dev-${service}-envoy`,
  };
  resource.google_secret_manager_secret_version = {
    ...resource.google_secret_manager_secret_version,
    [name]: { secret: `\${google_secret_manager_secret.${name}.id}`, secret_data: text },
  };
  const version = `\${google_secret_manager_secret_version.${name}.version}`;
  template.volumes = [{ name: "envoy", secret: { items: [{ path: file, version }], secret } }];
}

/** Returns Envoy's configuration for a service, which may be changed in place. */
export function editConfiguration(stack: Json, service: string, edit: (configuration: Json) => void): void {
  const [envoy] = stack.resource.google_cloud_run_v2_service[service].template.containers;
  const version = stack.resource.google_secret_manager_secret_version?.[`${service}_envoy`];
  const text = version?.secret_data ?? envoy.args[1];
  const configuration = JSON.parse(text);
  edit(configuration);
  if (version === undefined) envoy.args = [envoy.args[0], JSON.stringify(configuration), ...envoy.args.slice(2)];
  else version.secret_data = JSON.stringify(configuration);
}
