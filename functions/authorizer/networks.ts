import { BlockList, isIP } from "node:net";

/** Whether an address is in one of the networks, both as CIDR notation and IP have them; every one where there are none. */
export function networkCheck(networks: readonly string[] | undefined): (address: string) => boolean {
  if (networks === undefined) return () => true;
  // One for each version: in a common one an IPv4 address is also the IPv6 one that it maps to, and in `::/1`.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    lists[family(address)].addSubnet(address, Number(bits), family(address));
  }
  return (address) => isIP(address) !== 0 && lists[family(address)].check(address, family(address));
}

function family(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
