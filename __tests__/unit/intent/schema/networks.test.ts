import { byVersion, networkFault } from "../../../../intent/schema/networks";
import { testAll } from "../../../support/test-all";

testAll(["203.0.113.0/24", "198.51.100.7/32", "128.0.0.0/1", "2001:db8::/32", "::1/128", "2001:db8:0:1::/64"])(
  "%s is a network in its plain form",
  (network) => {
    expect(networkFault(network)).toBeUndefined();
  },
);

testAll([
  ["203.0.113.7/24", "203.0.113.0/24"],
  ["2001:db8::1/32", "2001:db8::/32"],
  ["2001:0db8:0000::/32", "2001:db8::/32"],
  ["2001:db8:0:0:1:0:0:0/80", "2001:db8:0:0:1::/80"],
])("the error for %s names its plain form", (network, plain) => {
  expect(networkFault(network)?.remedy).toBe(`write ${plain}`);
});

testAll(["203.0.113.0", "203.0.113/24", "256.0.0.0/8", "01.2.3.4/32", "2001:db8/32", "g::/16", "::1:/128", "/8"])(
  "%s is not a network",
  (network) => {
    expect(networkFault(network)).toBeDefined();
  },
);

testAll(["0.0.0.0/0", "::/0", "203.0.113.0/33", "2001:db8::/129", "203.0.113.0/024"])(
  "AWS WAF does not support %s",
  (network) => {
    expect(networkFault(network)?.expected).toContain("AWS WAF does not support /0");
  },
);

test("IPv4 addresses must not be written as IPv6 addresses", () => {
  expect(networkFault("::ffff:cb00:7100/120")?.remedy).toBe("write 203.0.113.0/24");
  expect(networkFault("::ffff:203.0.113.0/120")?.remedy).toBe("write 203.0.113.0/24");
  expect(networkFault("::ffff:0:0/96")?.expected).toContain("IPv4 addresses in IPv4 notation");
  expect(networkFault("::/1")).toBeUndefined();
});

test("each version has its networks, sorted", () => {
  expect(byVersion(["203.0.113.0/24", "2001:db8::/32", "198.51.100.0/24"])).toEqual({
    ipv4: ["198.51.100.0/24", "203.0.113.0/24"],
    ipv6: ["2001:db8::/32"],
  });
});
