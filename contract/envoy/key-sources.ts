import { type JsonObject, typed } from "./json";
import type { KeyLocation, SidecarIssuer } from "./policy";

/** Timeout of the whole fetch, including its one retry. The request that needs the keys waits as long. */
const FETCH_SECONDS = 3;

/** Timeout of each attempt, the same as the authorizer's for a document. */
const ATTEMPT_SECONDS = 1.5;

/** Each waiting request in Envoy fetches the keys itself. This many fetch at the same time; the others queue. */
const CONNECTIONS = 4;

/** System certificate authorities in Envoy's own images. https://www.envoyproxy.io/docs/envoy/latest/start/docker */
const AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

/**
 * Keys are fetched when a request needs them, not in advance (`async_fetch`). Keys fetched in advance never expire, so
 * a withdrawn key would stay valid while its issuer is unreachable.
 *
 * @param seconds how long they count; after that, no token is accepted until they are fetched again
 */
export function remoteKeys({ keys }: SidecarIssuer, seconds: number): JsonObject {
  return {
    http_uri: { uri: keysUrl(keys), cluster: keyCluster(keys), timeout: `${FETCH_SECONDS}s` },
    cache_duration: `${seconds}s`,
    // Envoy also uses `max_interval` as the timeout of each attempt (observed in 1.40).
    retry_policy: { num_retries: 1, retry_back_off: { base_interval: "0.1s", max_interval: `${ATTEMPT_SECONDS}s` } },
  };
}

export function keysUrl(keys: KeyLocation): string {
  return `https://${place(keys)}${keys.path}`;
}

/** One cluster per host and port, however many issuers publish there. */
export function keyClusters(issuers: readonly SidecarIssuer[]): readonly JsonObject[] {
  const places = new Map(issuers.map(({ keys }) => [place(keys), keys]));
  const inOrder = [...places.keys()].sort().map((key) => places.get(key) as KeyLocation);
  return inOrder.map((keys) => ({
    name: keyCluster(keys),
    type: "STRICT_DNS",
    dns_lookup_family: "V4_PREFERRED",
    connect_timeout: "1s",
    circuit_breakers: { thresholds: [{ max_connections: CONNECTIONS }] },
    load_assignment: endpoint(keyCluster(keys), keys.host, keys.port ?? 443),
    // A certificate is valid for a host name, whatever the port.
    transport_socket: { name: "envoy.transport_sockets.tls", typed_config: verifiedTls(keys.host) },
  }));
}

export function endpoint(cluster: string, address: string, port: number): JsonObject {
  const socket = { socket_address: { address, port_value: port } };
  return { cluster_name: cluster, endpoints: [{ lb_endpoints: [{ endpoint: { address: socket } }] }] };
}

function keyCluster(keys: KeyLocation): string {
  return `keys of ${place(keys)}`;
}

/** Host and port as in a URL. */
function place({ host, port }: KeyLocation): string {
  return port === undefined ? host : `${host}:${port}`;
}

/** Without an authority and a name to match, Envoy accepts any certificate. */
function verifiedTls(host: string): JsonObject {
  return typed("transport_sockets.tls.v3.UpstreamTlsContext", {
    sni: host,
    // No session resumption: each connection checks the certificate.
    max_session_keys: 0,
    common_tls_context: {
      tls_params: { tls_minimum_protocol_version: "TLSv1_2" },
      validation_context: {
        trusted_ca: { filename: AUTHORITIES },
        match_typed_subject_alt_names: [{ san_type: "DNS", matcher: { exact: host } }],
      },
    },
  });
}
