import { envoyConfiguration } from "../../../../contract/envoy/configuration";
import type { JsonObject } from "../../../../contract/envoy/json";
import type { SidecarIssuer } from "../../../../contract/envoy/policy";
import { CLOCK_SKEW_SECONDS as AUTHORIZER_SKEW } from "../../../../functions/authorizer/token/clock";
import { REFRESH_SECONDS } from "../../../../functions/authorizer/token/key-sets";
import { CLOCK_SKEW_SECONDS, KEYS_SECONDS } from "../../../../stacks/envoy-policy";
import { at, CUSTOMERS, filter, SMALL, WORKFORCE } from "./support";

test("clock skew and key age have the authorizer's limits", () => {
  expect(CLOCK_SKEW_SECONDS).toBe(AUTHORIZER_SKEW);
  expect(KEYS_SECONDS).toBe(REFRESH_SECONDS);
  const provider = at(filter(envoyConfiguration(SMALL), "envoy.filters.http.jwt_authn"), "providers", "customers");
  expect(provider).toMatchObject({
    clock_skew_seconds: 5,
    require_expiration: true,
    remote_jwks: { cache_duration: "300s" },
  });
  expect(provider).not.toHaveProperty("jwt_cache_config");
  // Keys that are fetched in advance would never expire.
  expect(provider.remote_jwks).not.toHaveProperty("async_fetch");
});

test("an issuer's host must have a certificate for its name from a system authority", () => {
  const cluster = at(envoyConfiguration(SMALL), "static_resources", "clusters", 1);
  expect(at(cluster, "transport_socket", "typed_config")).toEqual({
    "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
    sni: "cognito.example",
    max_session_keys: 0,
    common_tls_context: {
      tls_params: { tls_minimum_protocol_version: "TLSv1_2" },
      validation_context: {
        trusted_ca: { filename: "/etc/ssl/certs/ca-certificates.crt" },
        match_typed_subject_alt_names: [{ san_type: "DNS", matcher: { exact: "cognito.example" } }],
      },
    },
  });
});

test("an issuer on another port is called there, with the host's name", () => {
  const keycloak: SidecarIssuer = { ...WORKFORCE, keys: { host: "sso.example", port: 8443, path: "/certs" } };
  const plain: SidecarIssuer = {
    ...WORKFORCE,
    id: "z",
    url: "https://z",
    keys: { host: "sso.example", path: "/certs" },
  };
  const configuration = envoyConfiguration({ ...SMALL, issuers: [plain, keycloak] });
  const fetched = (id: string) =>
    at(filter(configuration, "envoy.filters.http.jwt_authn"), "providers", id, "remote_jwks", "http_uri");
  expect(fetched("workforce")).toMatchObject({
    uri: "https://sso.example:8443/certs",
    cluster: "keys of sso.example:8443",
  });
  expect(fetched("z")).toMatchObject({ uri: "https://sso.example/certs", cluster: "keys of sso.example" });
  const [, ...clusters] = at(configuration, "static_resources", "clusters") as unknown as JsonObject[];
  expect(
    clusters.map((cluster) => {
      const endpoint = at(cluster, "load_assignment", "endpoints", 0, "lb_endpoints", 0, "endpoint");
      const { sni, common_tls_context } = at(cluster, "transport_socket", "typed_config");
      const names = at(common_tls_context, "validation_context", "match_typed_subject_alt_names");
      return [cluster.name, at(endpoint, "address", "socket_address"), sni, names];
    }),
  ).toEqual(
    [443, 8443].map((port) => [
      port === 443 ? "keys of sso.example" : "keys of sso.example:8443",
      { address: "sso.example", port_value: port },
      "sso.example",
      [{ san_type: "DNS", matcher: { exact: "sso.example" } }],
    ]),
  );
});

test("two issuers at one host share its cluster", () => {
  const other = { ...CUSTOMERS, id: "partners", url: "https://cognito.example/other" } as SidecarIssuer;
  const clusters = at(envoyConfiguration({ ...SMALL, issuers: [CUSTOMERS, other] }), "static_resources", "clusters");
  expect(clusters).toHaveLength(2);
});
