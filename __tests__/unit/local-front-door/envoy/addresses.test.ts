import { envoyConfiguration } from "../../../../contract/envoy/configuration";
import { configurationText } from "../../../../contract/envoy/delivery";
import { type Addresses, withAddresses } from "../../../../packages/local-front-door/services/sidecars";
import { SMALL } from "../../contract/envoy/support";

const TEXT = configurationText(envoyConfiguration(SMALL));
const on = (port: number) => ({ address: "127.0.0.1", port });
const ADDRESSES: Addresses = {
  listeners: { ingress: on(1), probe: on(2) },
  app: on(3),
  hosts: { "cognito.example": on(4) },
  authorities: "/tmp/authority.pem",
};

/** Every value of a document with the path to it. */
function leaves(value: unknown, path = ""): readonly (readonly [string, unknown])[] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`));
}

test("sockets and the file of authorities are replaced, and nothing else", () => {
  const before = new Map(leaves(JSON.parse(TEXT)));
  const after = leaves(JSON.parse(withAddresses(TEXT, ADDRESSES)));
  const own = [0, 1].map((index) => `/static_resources/listeners/${index}/enable_reuse_port`);
  expect(after.map(([path]) => path).filter((path) => !own.includes(path))).toEqual([...before.keys()]);
  expect(after.filter(([path]) => own.includes(path)).map(([, value]) => value)).toEqual([false, false]);
  const changed = after.filter(([path, value]) => before.has(path) && before.get(path) !== value);
  const socket = (path: string, port: number) => [`${path}/socket_address/port_value`, port];
  const cluster = (index: number) =>
    `/static_resources/clusters/${index}/load_assignment/endpoints/0/lb_endpoints/0/endpoint/address`;
  expect(changed).toEqual([
    ["/static_resources/listeners/0/address/socket_address/address", "127.0.0.1"],
    socket("/static_resources/listeners/0/address", 1),
    ["/static_resources/listeners/1/address/socket_address/address", "127.0.0.1"],
    socket("/static_resources/listeners/1/address", 2),
    socket(cluster(0), 3),
    [`${cluster(1)}/socket_address/address`, "127.0.0.1"],
    socket(cluster(1), 4),
    [
      "/static_resources/clusters/1/transport_socket/typed_config/common_tls_context/validation_context/trusted_ca/filename",
      "/tmp/authority.pem",
    ],
  ]);
});

test("an issuer's host without an address is an error, so that no test reaches the real one", () => {
  expect(() => withAddresses(TEXT, { ...ADDRESSES, hosts: {} })).toThrow("no address for the host cognito.example");
});
