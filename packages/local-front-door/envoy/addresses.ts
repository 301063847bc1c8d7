/**
 * The one seam by which a configuration runs on another machine than Cloud Run's: sockets and the file of authorities are
 * replaced, each socket is for one Envoy alone, and not a byte of what it decides changes. URLs, names in certificates and SNI stay as they are.
 */
export interface Addresses {
  /** Where the listeners listen. */
  readonly listeners: Readonly<Record<"ingress" | "probe", SocketAddress>>;
  readonly app: SocketAddress;
  /** Where issuers' hosts are, by name. One that is missing is an error: no test may reach the real one. */
  readonly hosts: Readonly<Record<string, SocketAddress>>;
  /** File of the authorities that are trusted for these hosts, PEM. */
  readonly authorities: string;
  /** The error where something has no address. Default: one that says so. */
  readonly missing?: (what: string) => Error;
}

export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** @param text the configuration as it was synthesized, its references resolved */
export function withAddresses(
  text: string,
  { listeners, app, hosts, authorities, missing = noAddress }: Addresses,
): string {
  const replace = (socket: SocketAddress | undefined, what: string) => {
    if (socket === undefined) throw missing(what);
    return { socket_address: { address: socket.address, port_value: socket.port } };
  };
  const configuration = JSON.parse(text) as Bootstrap;
  for (const listener of configuration.static_resources.listeners) {
    listener.address = replace(listeners[listener.name], `the listener ${listener.name}`);
    // Two Envoys of this machine that were given one port would share its calls, and neither would say so.
    listener.enable_reuse_port = false;
  }
  for (const cluster of configuration.static_resources.clusters) {
    const validation = cluster.transport_socket?.typed_config.common_tls_context.validation_context;
    if (validation !== undefined) validation.trusted_ca.filename = authorities;
    for (const { lb_endpoints } of cluster.load_assignment.endpoints) {
      for (const { endpoint } of lb_endpoints) {
        const { address } = endpoint.address.socket_address;
        endpoint.address =
          cluster.name === "app" ? replace(app, "the app") : replace(hosts[address], `the host ${address}`);
      }
    }
  }
  return JSON.stringify(configuration);
}

function noAddress(what: string): Error {
  return new Error(`no address for ${what}: name one in hosts`);
}

interface Socket {
  socket_address: { address: string; port_value: number };
}

/** As much of Envoy's configuration as is replaced. */
interface Bootstrap {
  static_resources: {
    listeners: { name: "ingress" | "probe"; address: Socket; enable_reuse_port?: boolean }[];
    clusters: {
      name: string;
      load_assignment: { endpoints: { lb_endpoints: { endpoint: { address: Socket } }[] }[] };
      transport_socket?: {
        typed_config: { common_tls_context: { validation_context: { trusted_ca: { filename: string } } } };
      };
    }[];
  };
}
