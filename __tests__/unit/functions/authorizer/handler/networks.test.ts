import { networkCheck } from "../../../../../functions/authorizer/handler/http-api";
import { testAll } from "../../../../support/test-all";

const isAllowed = networkCheck(["203.0.113.0/24", "198.51.100.7/32", "2001:db8::/32"]);

testAll(["203.0.113.0", "203.0.113.255", "198.51.100.7", "2001:db8::1", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"])(
  "%s is in one of the networks",
  (address) => {
    expect(isAllowed(address)).toBe(true);
  },
);

testAll([
  "203.0.114.0",
  "198.51.100.8",
  "2001:db9::1",
  "",
  "nobody",
  "203.0.113.1/32",
  "203.0.113.1, 10.0.0.1",
  "::ffff:10.0.0.1",
])("%j is in none of the networks", (address) => {
  expect(isAllowed(address)).toBe(false);
});

test("an IPv6 network never contains an IPv4 address", () => {
  const isIpv6 = networkCheck(["8000::/1", "::/1"]);
  expect(isIpv6("2001:db8::1")).toBe(true);
  expect(isIpv6("203.0.113.7")).toBe(false);
  expect(networkCheck(["203.0.113.0/24"])("::ffff:203.0.113.7")).toBe(false);
});

test("without networks every address is allowed, with an empty list none is", () => {
  expect(networkCheck(undefined)("192.0.2.1")).toBe(true);
  expect(networkCheck([])("192.0.2.1")).toBe(false);
});
