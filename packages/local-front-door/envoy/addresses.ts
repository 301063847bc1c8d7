/**
 * The only changes that let a configuration run outside Cloud Run. Sockets and the file of authorities are replaced,
 * and each Envoy has its own sockets. Nothing that affects decisions changes. URLs, names in certificates and SNI stay
 * the same.
 */
export interface Addresses {
  /** Addresses of the listeners. */
  readonly listeners: Readonly<Record<"ingress" | "probe", SocketAddress>>;
  readonly app: SocketAddress;
  /** Addresses of the issuers' hosts, by name. A missing one is an error: no test may reach the real host. */
  readonly hosts: Readonly<Record<string, SocketAddress>>;
  /** File of the authorities that are trusted for these hosts, PEM. */
  readonly authorities: string;
  /** Makes the error for a host without an address. Default: an error that names the host. */
  readonly missing?: (what: string) => Error;
}

export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** @param text the synthesized configuration, with references resolved */
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
    // Otherwise, two Envoys of this machine with the same port would silently share its calls.
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

/** The part of Envoy's configuration that is replaced. */
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
