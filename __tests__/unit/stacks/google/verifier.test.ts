import type { Intent, Issuer } from "../../../../intent/model/intent";
import { ENVOY_VERSION } from "../../../../intent/schema/image-reference";
import { manyRoutes } from "../../../support/many-routes";
import { intentOf } from "../../../support/shop";
import { stackOf } from "../../../support/stack";

const preview = intentOf("preview");
const stack = stackOf(preview);
const orders = stack.resource("google_cloud_run_v2_service", "orders");

test("Envoy is the ingress container, pinned, with limits, and ready only after the app", () => {
  const [envoy, ...others] = orders.template.containers;
  expect(others).toHaveLength(1);
  expect(envoy).toEqual({
    args: expect.arrayContaining(["--config-yaml", "--concurrency"]),
    depends_on: ["app"],
    image: preview.envoy?.image,
    liveness_probe: {
      failure_threshold: 3,
      http_get: { path: "/ready", port: 10_001 },
      initial_delay_seconds: 0,
      period_seconds: 30,
      timeout_seconds: 5,
    },
    name: "envoy",
    ports: { container_port: 10_000 },
    resources: { cpu_idle: true, limits: { cpu: "0.5", memory: "256Mi" }, startup_cpu_boost: true },
    startup_probe: {
      failure_threshold: 30,
      http_get: { path: "/ready", port: 10_001 },
      initial_delay_seconds: 0,
      period_seconds: 1,
      timeout_seconds: 1,
    },
  });
  expect(envoy.image).toContain(`:distroless-v${ENVOY_VERSION}@sha256:`);
});

test("the app declares no port, gets it as a variable, and waits for nothing", () => {
  const app = orders.template.containers[1];
  expect(app).toMatchObject({ name: "app", image: preview.services[1]?.image });
  expect(app.env).toContainEqual({ name: "PORT", value: "8080" });
  expect(app.startup_probe.http_get).toEqual({ path: "/healthz", port: 8080 });
  expect(app).not.toHaveProperty("ports");
  expect(app).not.toHaveProperty("depends_on");
});

test("the configuration is one argument with Terraform references", () => {
  const { args } = orders.template.containers[0];
  const text = args[args.indexOf("--config-yaml") + 1];
  expect(() => JSON.parse(text)).not.toThrow();
  expect(text).toContain('"issuer":"https://${aws_cognito_user_pool.customers.endpoint}"');
  expect(text).toContain("${aws_cognito_user_pool_client.web.id}");
  expect(text).toContain(
    "https://cognito-idp.eu-west-1.amazonaws.com/${aws_cognito_user_pool.customers.id}/.well-known/jwks.json",
  );
  expect(text).not.toContain("TfToken");
});

test("keys on another port are fetched from there", () => {
  const keycloak: Issuer = {
    kind: "oidc",
    id: "workforce",
    issuer: "https://sso.acme.com:8443/realms/shop",
    jwksUri: "https://sso.acme.com:8443/realms/shop/certs?x=1",
    audiences: ["shop"],
    grants: "token",
    scopes: ["orders/read"],
    scopeClaim: "scp",
    clientClaim: "azp",
    clients: ["desk"],
  };
  const found = stackOf({ ...preview, issuers: [...preview.issuers, keycloak] });
  const text = found.resource("google_cloud_run_v2_service", "orders").template.containers[0].args[1];
  expect(text).toContain('"uri":"https://sso.acme.com:8443/realms/shop/certs?x=1"');
  expect(text).toContain('"socket_address":{"address":"sso.acme.com","port_value":8443}');
  expect(text).toContain('"sni":"sso.acme.com"');
});

describe("a configuration that is too long for an argument", () => {
  const large = stackOf(manyRoutes("one"));
  const service = large.resource("google_cloud_run_v2_service", "orders");

  test("is a secret's version, mounted as a file that is named after its content", () => {
    const { args, volume_mounts } = service.template.containers[0];
    const file = args[1].split("/").at(-1);
    expect(args.slice(0, 2)).toEqual([
      "--config-path",
      expect.stringMatching(/^\/etc\/envoy-configuration\/envoy-[0-9a-f]{16}\.json$/),
    ]);
    expect(volume_mounts).toEqual([{ mount_path: "/etc/envoy-configuration", name: "envoy-configuration" }]);
    expect(service.template.volumes).toEqual([
      {
        name: "envoy-configuration",
        secret: {
          items: [
            { path: file, version: "${google_secret_manager_secret_version.orders_envoy_configuration.version}" },
          ],
          secret: "${google_secret_manager_secret.orders_envoy_configuration.secret_id}",
        },
      },
    ]);
    const version = large.resource("google_secret_manager_secret_version", "orders_envoy_configuration");
    expect(JSON.parse(version.secret_data)).toHaveProperty("static_resources");
    // Terraform only forgets the former version, so it need not create the next one first.
    expect(version.deletion_policy).toBe("ABANDON");
    expect(version).not.toHaveProperty("lifecycle");
  });

  test("is readable only by the service's own account, and the service waits for it", () => {
    expect(large.resource("google_secret_manager_secret_iam_binding", "orders_envoy_configuration")).toMatchObject({
      members: ["${google_service_account.orders_rt.member}"],
      role: "roles/secretmanager.secretAccessor",
    });
    expect(service.depends_on).toContain("google_secret_manager_secret_iam_binding.orders_envoy_configuration");
  });

  test("has another file name if its content changes", () => {
    const other = stackOf(manyRoutes("two")).resource("google_cloud_run_v2_service", "orders");
    expect(other.template.containers[0].args[1]).not.toBe(service.template.containers[0].args[1]);
    const same = stackOf(manyRoutes("one")).resource("google_cloud_run_v2_service", "orders");
    expect(same.template.containers[0].args[1]).toBe(service.template.containers[0].args[1]);
  });
});

describe("with verifyCallerToken under the federated handshake", () => {
  const dev = intentOf("dev");
  const verified = stackOf({
    ...dev,
    envoy: preview.envoy as Intent["envoy"],
    issuers: dev.issuers.map((issuer) =>
      issuer.kind === "oidc" ? { ...issuer, jwksUri: `${issuer.issuer}/v1/keys?x=1` } : issuer,
    ),
    services: dev.services.map((service) => ({ ...service, verifiesCallerToken: service.id === "catalog" })),
  });
  const catalog = verified.resource("google_cloud_run_v2_service", "catalog");

  test("Envoy runs in front of the app, and the IAM check stays", () => {
    expect(catalog.template.containers.map(({ name }: { name: string }) => name)).toEqual(["envoy", "app"]);
    expect(catalog).toMatchObject({
      invoker_iam_disabled: false,
      custom_audiences: ["https://storefront-dev-catalog.storefront-dev.internal"],
    });
    expect(verified.all("google_cloud_run_v2_service_iam_binding")).toHaveProperty("catalog");
  });

  test("Envoy accepts all issuers, and fetches keys from the configured URLs", () => {
    const text = catalog.template.containers[0].args[1];
    expect(text).toContain("https://acme.okta.com/oauth2/default/v1/keys?x=1");
    const { providers } =
      JSON.parse(text).static_resources.listeners[0].filter_chains[0].filters[0].typed_config.http_filters[1]
        .typed_config;
    expect(Object.keys(providers).sort()).toEqual(["aws", "customers", "workforce"]);
  });

  test("the other services are unchanged", () => {
    const { "//": _, ...plain } = stackOf(dev).resource("google_cloud_run_v2_service", "orders");
    expect(verified.resource("google_cloud_run_v2_service", "orders")).toEqual(plain);
  });
});
