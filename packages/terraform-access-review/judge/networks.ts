import { BlockList, isIP } from "node:net";

/** Whether a network lies within another one, both in CIDR notation. False if one of them is not. */
export function isNetworkWithin(cidr: string, other: string): boolean {
  if (cidr === other) return true;
  const [inner, outer] = [networkOf(cidr), networkOf(other)];
  if (inner === undefined || outer === undefined || inner.family !== outer.family) return false;
  const list = new BlockList();
  list.addSubnet(outer.address, outer.prefix, outer.family);
  return inner.prefix >= outer.prefix && list.check(inner.address, inner.family);
}

function networkOf(cidr: string) {
  const [address = "", length = "", ...more] = cidr.split("/");
  const version = isIP(address);
  const prefix = Number(length);
  const isValid = version > 0 && more.length === 0 && /^\d+$/.test(length) && prefix <= (version === 4 ? 32 : 128);
  return isValid ? { address, prefix, family: version === 4 ? ("ipv4" as const) : ("ipv6" as const) } : undefined;
}
