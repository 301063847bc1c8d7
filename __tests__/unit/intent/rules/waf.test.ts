import { dev, faults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const rest = (text: string) => faults(`gateway: { kind: rest, ${text} }\n`);

test("an HTTP API has no filters, and the error names the kind of API that does", () => {
  expect(faults('gateway: { waf: {}, allowedNetworks: ["203.0.113.0/24"] }')).toEqual([
    expect.stringContaining("gateway.waf  got AWS WAF with an HTTP API"),
  ]);
  expect(rest('waf: {}, allowedNetworks: ["203.0.113.0/24"]')).toEqual([]);
});

test("under shared-issuer filters are refused, because callers can bypass them", () => {
  const found = faults(
    'handshake: shared-issuer\ngateway: { waf: {}, mutualTls: { truststore: a.pem }, allowedNetworks: ["203.0.113.0/24"] }',
  );
  for (const key of ["waf", "mutualTls", "allowedNetworks"]) {
    expect(found).toContainEqual(expect.stringMatching(new RegExp(`^gateway\\.${key}  got .* at the run\\.app URL`)));
  }
});

test("a firewall's own rules count by default", () => {
  expect(dev("gateway: { kind: rest, waf: {} }").gateway.waf).toEqual({
    managed: { common: "count", knownBadInputs: "count", ipReputation: "count" },
  });
  const intent = dev(`gateway:
  kind: rest
  waf:
    common: { mode: none }
    ipReputation: { mode: block }
    rateLimit: { requests: 10 }
    networks: { deny: ["203.0.113.0/24", "2001:db8::/32", "198.51.100.0/24"], trust: ["192.0.2.0/24"] }
    countries: { only: [DE, AT], mode: block }
    body: { maxBytes: 65536 }
    contentTypes: { only: [text/csv, application/json] }
`);
  expect(intent.gateway.waf).toEqual({
    managed: { common: "none", knownBadInputs: "count", ipReputation: "block" },
    rateLimit: { requests: 10, windowSeconds: 300, mode: "count" },
    denied: { networks: { ipv4: ["198.51.100.0/24", "203.0.113.0/24"], ipv6: ["2001:db8::/32"] }, mode: "count" },
    trusted: { networks: { ipv4: ["192.0.2.0/24"], ipv6: [] } },
    countries: { list: ["AT", "DE"], areOnly: true, mode: "block" },
    body: { maxBytes: 65_536, mode: "count" },
    contentTypes: { only: ["application/json", "text/csv"], mode: "count" },
  });
});

testAll([
  ["rateLimit: { requests: 9 }", "rateLimit.requests  got 9, expected at least 10"],
  [
    "rateLimit: { requests: 10, windowSeconds: 90 }",
    "rateLimit.windowSeconds  got 90, expected one of 60, 120, 300, 600",
  ],
  ["body: { maxBytes: 65537 }", "body.maxBytes  got 65537, expected at most 65536"],
  ["contentTypes: { only: [] }", "contentTypes.only  got"],
  ["contentTypes: { only: [application/*] }", 'contentTypes.only[0]  got "application/*", expected a media type'],
  ["contentTypes: { only: ['text/csv; header=present'] }", "contentTypes.only[0]"],
  ["countries: { deny: [de] }", "countries.deny[0]"],
  ["countries: {}", "countries  got no country, expected either only or deny"],
  ["countries: { only: [DE], deny: [FR] }", "countries  got only and deny, expected either only or deny"],
  ["networks: {}", "networks  got no network, expected deny or trust"],
  ['networks: { deny: ["203.0.113.7/24"] }', "networks.deny[0]  got 203.0.113.7/24"],
  ['networks: { deny: ["0.0.0.0/0"] }', "networks.deny[0]  got /0, expected /1 to /32"],
  [
    'networks: { deny: ["203.0.113.0/24"], trust: ["203.0.113.0/24"] }',
    "networks.trust  got 203.0.113.0/24, which deny lists too",
  ],
  ["common: { mode: allow }", "common.mode"],
])("a firewall with %s is refused", (text, message) => {
  expect(rest(`waf: { ${text} }`)).toEqual([expect.stringContaining(`gateway.waf.${message}`)]);
});

test("the media types of bodies must fit into one pattern of 512 characters", () => {
  const types = (count: number) =>
    Array.from({ length: count }, (_, index) => `application/vnd.${100 + index}`).join(", ");
  expect(rest(`waf: { contentTypes: { only: [${types(23)}] } }`)).toEqual([]);
  expect(rest(`waf: { contentTypes: { only: [${types(24)}] } }`)).toEqual([
    expect.stringMatching(
      /^gateway\.waf\.contentTypes\.only {2}got 24 media types, a pattern of \d+ characters, expected at most 512/,
    ),
  ]);
});

test("allowed networks must fit into one policy of 8192 characters", () => {
  const networks = (count: number) =>
    Array.from({ length: count }, (_, index) => `"10.${100 + (index >> 8)}.${index & 255}.0/24"`).join(", ");
  expect(rest(`allowedNetworks: [${networks(400)}]`)).toEqual([]);
  expect(faults(`gateway: { allowedNetworks: [${networks(500)}] }`)).toEqual([]);
  expect(rest(`allowedNetworks: [${networks(500)}]`)).toEqual([
    expect.stringMatching(
      /^gateway\.allowedNetworks {2}got 500 networks, a policy of \d+ characters, expected at most 8192/,
    ),
  ]);
});

test("allowed networks must be written as AWS returns them", () => {
  expect(rest('allowedNetworks: ["203.0.113.7/24"]')).toEqual([
    expect.stringContaining("gateway.allowedNetworks[0]  got 203.0.113.7/24"),
  ]);
});
