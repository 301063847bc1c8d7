import { type AuthorizerPolicy, type PolicyJwtIssuer, signsJwts } from "../../contract/policy-file";
import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";
import { envoyConfiguration } from "../../stacks/google/envoy/configuration";
import { configurationText, delivery, MOUNT_PATH, sidecarPorts } from "../../stacks/google/envoy/delivery";
import { sidecarOf } from "../../stacks/google/envoy/from-policy";

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
  for (const service of Object.keys(rules.services)) {
    const body = resource.google_cloud_run_v2_service[service];
    body.invoker_iam_disabled = true;
    delete body.custom_audiences;
    delete resource.google_service_account[service];
    withEnvoy(resource, service, rules);
  }
  return { stack: { ...rest, resource } };
}

/** The federated state, with Envoy in front of every app. */
export function verifyingState({ stack, policy }: SynthesizedState): SynthesizedState {
  const { resource, ...rest }: Json = structuredClone(stack);
  for (const service of Object.keys(policy?.services ?? {})) withEnvoy(resource, service, policy as Json);
  return { stack: { ...rest, resource }, ...(policy !== undefined && { policy }) };
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

function withEnvoy(resource: Json, service: string, policy: AuthorizerPolicy): void {
  const { template } = resource.google_cloud_run_v2_service[service];
  const [{ ports: _, ...app }] = template.containers;
  const ports = sidecarPorts(8080);
  const sidecar = sidecarOf(policy, service, {
    project: "storefront-dev",
    ports,
    timeoutSeconds: 30,
    resolve: (variable) => (variable.startsWith("ISSUER_") ? POOL : clientId(variable)),
    keysOf: (id) =>
      id === "customers"
        ? {
            host: "cognito-idp.eu-west-1.amazonaws.com",
            path: "/${aws_cognito_user_pool.customers.id}/.well-known/jwks.json",
          }
        : { host: `${id}.example.com`, path: "/oauth2/v1/keys" },
  });
  const text = configurationText(envoyConfiguration(sidecar));
  const found = delivery(text);
  const envoy = {
    args: found.args,
    depends_on: ["app"],
    image: ENVOY_IMAGE,
    name: "envoy",
    ports: { container_port: ports.ingress },
    resources: { limits: { cpu: "1", memory: "256Mi" } },
    startup_probe: { http_get: { path: "/ready", port: ports.probe } },
    ...(found.kind === "mounted" && { volume_mounts: [{ mount_path: MOUNT_PATH, name: "envoy" }] }),
  };
  template.containers = [envoy, { ...app, env: [...(app.env ?? []), { name: "PORT", value: "8080" }], name: "app" }];
  if (found.kind === "mounted") mount(resource, template, { service, text, file: found.file });
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
