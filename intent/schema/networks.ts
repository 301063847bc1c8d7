import type { Verdict } from "../source/finding";

/** Why a text is not a network in the form that both clouds use; undefined if it is. */
export function networkFault(text: string): Verdict | undefined {
  const expected = "a network in CIDR notation, in its plain form";
  const [address = "", length = ""] = text.split("/");
  const bits = bitsOf(address);
  if (bits === undefined) return { got: text, expected, remedy: "write it as in 203.0.113.0/24 or 2001:db8::/32" };
  const size = bits.length;
  if (!/^[1-9]\d*$/.test(length) || Number(length) > size) {
    return {
      got: `/${length}`,
      expected: `/1 to /${size} (AWS WAF does not support /0)`,
      remedy: "remove the whole list if you mean every network",
    };
  }
  if (size > IPV4_BITS && Number(length) >= MAPPED.length && bits.startsWith(MAPPED)) {
    return {
      got: text,
      expected: "IPv4 addresses in IPv4 notation (as API Gateway and AWS WAF see them)",
      remedy: `write ${textOf(bits.slice(MAPPED.length))}/${Number(length) - MAPPED.length}`,
    };
  }
  const start = bits.slice(0, Number(length)).padEnd(size, "0");
  const plain = `${textOf(start)}/${length}`;
  return plain === text ? undefined : { got: text, expected: `${expected}: ${plain}`, remedy: `write ${plain}` };
}

/** Networks by IP version. AWS WAF needs a separate IP set for each. */
export function byVersion(networks: readonly string[]) {
  const isIpv6 = (network: string) => network.includes(":");
  const sorted = [...networks].sort();
  return { ipv4: sorted.filter((network) => !isIpv6(network)), ipv6: sorted.filter(isIpv6) };
}

const IPV4_BITS = 32;
/** Prefix of IPv4-mapped IPv6 addresses (RFC 4291): `::ffff:203.0.113.7`. */
const MAPPED = "1".repeat(16).padStart(96, "0");

/** The address as 32 or 128 binary digits; undefined if it is not an address. */
function bitsOf(address: string): string | undefined {
  if (!address.includes(":")) {
    const parts = address.split(".");
    const isAddress =
      parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
    return isAddress ? parts.map((part) => Number(part).toString(2).padStart(8, "0")).join("") : undefined;
  }
  // The URL parser is the only IPv6 parser without a network package. It returns the canonical form.
  if (!URL.canParse(`http://[${address}]`)) return undefined;
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const [left, right] = [groups(head), groups(tail ?? "")];
  const all = tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill("0"), ...right];
  return all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0")).join("");
}

function textOf(bits: string): string {
  const groups = (size: number) => bits.match(new RegExp(`.{${size}}`, "g")) ?? [];
  if (bits.length === IPV4_BITS)
    return groups(8)
      .map((group) => Number.parseInt(group, 2))
      .join(".");
  const whole = groups(16)
    .map((group) => Number.parseInt(group, 2).toString(16))
    .join(":");
  return new URL(`http://[${whole}]`).hostname.slice(1, -1);
}
