import { authorities } from "../../../support/authorities";
import { BASE, DEV, dev, faults, intentsOf, problemsOf } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const gateway = (text: string) => faults(`gateway: ${text}`);
const NAME = "domain: { name: api.shop.example.com, zoneId: Z0123456789EXAMPLE }";

/** `gateway.mutualTls` with this text, below a domain. */
const trusting = (pem: string) =>
  `gateway:\n  ${NAME}\n  mutualTls:\n    truststore: |\n${pem
    .trim()
    .split("\n")
    .map((line) => `      ${line}`)
    .join("\n")}\n`;

testAll([
  "API.example.com",
  "localhost",
  "*.example.com",
  "api.example.com.",
  "api..example.com",
  "-a.example.com",
  "api.example.1",
  "198.51.100.7",
  "https://api.example.com",
  "a_b.example.com",
  `${"a".repeat(64)}.example.com`,
  `${"a".repeat(30)}.${"b".repeat(30)}.com`,
])("%s is not an exact domain name", (name) => {
  expect(gateway(`{ domain: { name: "${name}" } }`)).toEqual([expect.stringContaining("gateway.domain.name")]);
});

testAll(["api.shop.internal", "api.local", "d-1.execute-api.eu-west-1.amazonaws.com"])(
  "no certificate can be issued for %s",
  (name) => {
    expect(gateway(`{ domain: { name: ${name} } }`)).toEqual([
      `gateway.domain.name  got ${name}, expected a public domain name that you own (AWS checks a DNS record of it)`,
    ]);
  },
);

test("a domain with a zone is live immediately", () => {
  expect(dev(`gateway: { ${NAME} }`).gateway.domain).toEqual({
    name: "api.shop.example.com",
    zoneId: "Z0123456789EXAMPLE",
    step: "live",
  });
});

testAll([
  ["", "certificate"],
  [", records: none", "certificate"],
  [", records: validation", "open"],
  [", records: all", "live"],
])("without a zone, %j is the step %s", (records, step) => {
  expect(dev(`gateway: { domain: { name: api.shop.example.com${records} } }`).gateway.domain).toEqual({
    name: "api.shop.example.com",
    step,
  });
});

test("records is refused together with a zone", () => {
  expect(gateway("{ domain: { name: api.shop.example.com, zoneId: Z0123456789EXAMPLE, records: all } }")).toEqual([
    expect.stringContaining("gateway.domain.records  got all, together with zoneId"),
  ]);
});

test("mutual TLS needs a domain, whatever other problems it has", () => {
  const truststore = JSON.stringify(authorities("root"));
  expect(gateway(`{ mutualTls: { truststore: ${truststore} } }`)).toEqual([
    expect.stringContaining("gateway.mutualTls  got mutual TLS without a domain"),
  ]);
  expect(gateway(`{ domain: { name: no }, mutualTls: { truststore: ${truststore} } }`)).toEqual([
    expect.stringContaining("gateway.domain.name"),
  ]);
});

test("a complete chain is accepted in any order", () => {
  expect(faults(trusting(authorities("level-3", "root", "level-2", "level-1")))).toEqual([]);
  expect(dev(trusting(authorities("root"))).gateway.mutualTls).toEqual({
    truststore: authorities("root"),
    certificates: [{ subject: "CN=Partners Root, O=Partners", expires: "2051-07-17" }],
    bucket: "shop-dev-truststore-111122223333",
    protect: true,
  });
});

testAll<[string, readonly string[], string]>([
  ["a client's certificate", ["root", "leaf"], "CN=client, O=Partners: a certificate that is not a CA's"],
  ["one certificate twice", ["root", "root"], "CN=Partners Root, O=Partners: the same certificate again"],
  ["a key of 1024 bits", ["weak"], "CN=Weak Root: an RSA key of 1024 bits"],
  ["a curve that API Gateway does not support", ["odd"], "CN=Odd Root: a key of type ec secp256k1"],
  [
    "an authority without its root",
    ["level-1"],
    "CN=Partners Level 1, O=Partners: issued by CN=Partners Root, O=Partners, without a chain to a root",
  ],
  [
    "an authority too far from its root",
    ["root", "level-1", "level-2", "level-3", "level-4"],
    "CN=Partners Level 4, O=Partners: 5 certificates up to the root",
  ],
])("%s is refused", (_, names, got) => {
  expect(faults(trusting(authorities(...names)))).toEqual([
    expect.stringContaining(`gateway.mutualTls.truststore  got ${got}, expected`),
  ]);
});

test("authorities that issued each other are refused, because there is no root", () => {
  expect(faults(trusting(authorities("cross-a", "cross-b")))).toEqual([
    expect.stringContaining("CN=Cross a: issued by CN=Cross b, without a chain to a root"),
    expect.stringContaining("CN=Cross b: issued by CN=Cross a, without a chain to a root"),
  ]);
});

test("a trust store may be a file next to the config, and a missing one is reported", () => {
  const files = {
    "base.yaml": BASE,
    "dev.yaml": `${DEV}gateway: { ${NAME}, mutualTls: { truststore: partners.pem } }\n`,
  };
  expect(problemsOf(files).map(({ path, message }) => `${path}  ${message}`)).toEqual([
    "gateway.mutualTls.truststore  got partners.pem, which cannot be read, expected a file of certificates in config/",
  ]);
  const [intent] = intentsOf({ ...files, "partners.pem": authorities("root") });
  expect(intent?.gateway.mutualTls?.truststore).toBe(authorities("root"));
});

testAll<[string, string, string]>([
  ["an empty file", "", "no certificate"],
  ["a file without a certificate", "no PEM", "no certificate"],
  ["a text beside a certificate", `notes\n${authorities("root")}`, "text between the certificates"],
])("%s is a trust store whose content is wrong, and not its path", (_, content, got) => {
  const files = {
    "base.yaml": BASE,
    "dev.yaml": `${DEV}gateway: { ${NAME}, mutualTls: { truststore: partners.pem } }\n`,
  };
  expect(problemsOf({ ...files, "partners.pem": content })).toMatchObject([
    { path: "gateway.mutualTls.truststore", message: `got ${got}, expected CA certificates in PEM` },
  ]);
});

test("a trust store is a path relative to config/, as an OpenAPI document is", () => {
  const dev = (file: string) => `${DEV}gateway: { ${NAME}, mutualTls: { truststore: ${file} } }\n`;
  for (const [written, file] of [
    ["./partners.pem", "partners.pem"],
    ["./certificates/partners.pem", "certificates/partners.pem"],
    ["certificates/partners.pem", "certificates/partners.pem"],
  ] as const) {
    const files = { "base.yaml": BASE, "dev.yaml": dev(written) };
    expect(problemsOf(files)).toMatchObject([{ path: "gateway.mutualTls.truststore", line: 2 }]);
    expect(problemsOf(files)[0]?.remedy).toContain(` config/${file}`);
    const [intent] = intentsOf({ ...files, [file]: authorities("root") });
    expect([written, intent?.gateway.mutualTls?.truststore]).toEqual([written, authorities("root")]);
  }
});

testAll(["../partners.pem", "./../partners.pem", "a/../../partners.pem", "/etc/partners.pem", "partners.crt"])(
  "%s is not a file of config/",
  (file) => {
    expect(gateway(`{ ${NAME}, mutualTls: { truststore: ${file} } }`)).toEqual([
      expect.stringContaining("gateway.mutualTls.truststore"),
    ]);
  },
);
