import { REGIONS } from "../../../../intent/model/regions";
import { ENVOY_VERSION } from "../../../../intent/schema/image-reference";
import { authorities } from "../../../support/authorities";
import { BASE, DEV, loadFiles } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const load = (changes: string, allowances?: string) =>
  loadFiles({
    "base.yaml": BASE,
    "dev.yaml": `${DEV}${changes}`,
    ...(allowances !== undefined && { "allowances.yaml": allowances }),
  });
const warnings = (changes: string, allowances?: string) => {
  const result = load(changes, allowances);
  return result.ok ? result.warnings.get("dev") : result.problems;
};
const UNKNOWN = "aws: { region: eu-west-9 }\nstate: { region: eu-west-9 }\n";
const allowance = (address: string) =>
  `dev: [{ rule: known-region, address: ${address}, reason: it opened after the list, owner: platform@example.com }]\n`;

test("the lists have only names that a region can have, each once", () => {
  const patterns = { aws: /^(af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-\d$/, google: /^[a-z]+-[a-z]+\d\d?$/ };
  for (const cloud of ["aws", "google"] as const) {
    const regions = REGIONS[cloud];
    expect(regions.filter((region) => !patterns[cloud].test(region))).toEqual([]);
    expect(new Set(regions).size).toBe(regions.length);
  }
});

test("known regions cause no warning", () => {
  expect(warnings("")).toEqual([]);
});

test("an unknown region is a warning at its line, for each key with a region, and not an error", () => {
  const secret = "services: { orders: { secrets: { DATABASE_URL: { replicas: [europe-west1, europe-west99] } } } }";
  expect(warnings(`${UNKNOWN}${secret}\n`)).toEqual([
    expect.stringMatching(
      /^warning: config\/dev\.yaml:2:8 {2}aws\.region {2}got "eu-west-9".*\n.*did you mean "eu-west-1"\?.*address aws\.eu-west-9/,
    ),
    expect.stringMatching(/^warning: config\/dev\.yaml:3:10 {2}state\.region {2}got "eu-west-9"/),
    expect.stringMatching(/ services\.orders\.secrets\.DATABASE_URL\.replicas\[1\] {2}got "europe-west99"/),
  ]);
});

test("an image of Envoy is a warning where no service is behind Envoy, and can be allowed", () => {
  const image = `europe-docker.pkg.dev/acme/mirror/envoy:distroless-v${ENVOY_VERSION}@sha256:${"0a".repeat(32)}`;
  const envoy = `envoy: { image: "${image}" }\n`;
  expect(warnings(envoy)).toEqual([
    expect.stringMatching(/dev\.yaml:2:10 {2}envoy\.image .*\n.*rule unused-setting, address envoy\.image$/),
  ]);
  const keys =
    "issuers: { partner: { jwksUri: https://partner.example.com/k }, workforce: { jwksUri: https://workforce.example.com/k } }\n";
  expect(warnings(`${envoy}${keys}services: { orders: { verifyCallerToken: true } }\n`)).toEqual([]);
  expect(warnings(envoy, allowance("envoy.image").replace("known-region", "unused-setting"))).toEqual([]);
});

test("pages of a REST API are a warning until the services answer them, and can be allowed", () => {
  const pages = (keys: string) =>
    `aws: { ownsAccount: true }\ngateway: { kind: rest, cors: { origins: [https://shop.example.com]${keys} } }\n`;
  expect(warnings(pages(""))).toEqual([
    expect.stringMatching(/gateway\.cors .*\n.*rule rest-cors, address gateway\.cors$/),
  ]);
  expect(warnings(pages(", servicesAnswer: true"))).toEqual([]);
  expect(warnings(pages(""), allowance("gateway.cors").replace("known-region", "rest-cors"))).toEqual([]);
  expect(warnings("gateway: { cors: { origins: [https://shop.example.com] } }\n")).toEqual([]);
});

describe("a rollout whose two revisions may have more instances than the quota", () => {
  const orders = (max: number) =>
    `services: { orders: { scaling: { max: ${max} }, rollout: { percent: 100 } } }\nlimits: { cloudRunMaxInstances: 100 }\n`;

  test("is a warning at scaling.max, from one more than half of it", () => {
    expect(warnings(orders(50))).toEqual([]);
    expect(warnings(orders(51))).toEqual([
      expect.stringMatching(
        /^warning: config\/dev\.yaml:2:34 {2}services\.orders\.scaling\.max {2}got 51, which a rollout doubles to 102.*\n.*rule rollout-instances, address services\.orders$/,
      ),
    ]);
    expect(warnings(orders(51).replace(", rollout: { percent: 100 }", ""))).toEqual([]);
  });

  test("can be allowed, and only by its own rule", () => {
    const allowing = (rule: string) => allowance("services.orders").replace("known-region", rule);
    expect(warnings(orders(51), allowing("rollout-instances"))).toEqual([]);
    expect(warnings(orders(51), allowing("opt-in-region"))).toMatchObject([{ path: "dev[0]" }]);
  });
});

test("callers of an aws-iam issuer in a region that accounts must enable are a warning", () => {
  const inRegion = (region: string) =>
    `aws: { region: ${region} }\nstate: { region: ${region} }\nissuers: { roles: { kind: aws-iam, accounts: ["111122223333"] } }\n`;
  expect(warnings(inRegion("eu-south-1"))).toEqual([
    expect.stringMatching(
      /^warning: config\/dev\.yaml:2:8 {2}aws\.region .*\n.*rule opt-in-region, address aws\.eu-south-1$/,
    ),
  ]);
  expect(warnings(inRegion("eu-west-1"))).toEqual([]);
  expect(warnings(inRegion("eu-south-1").replace(/issuers.*/, ""))).toEqual([]);
});

test("an allowance names a region by its cloud", () => {
  const files = {
    "base.yaml": BASE.replace("region: europe-west1", "region: europe-west98"),
    "dev.yaml": `${DEV}services: { orders: { secrets: { DATABASE_URL: { replicas: [europe-west99] } } } }\n`,
  };
  for (const [region, other] of [
    ["europe-west98", "europe-west99"],
    ["europe-west99", "europe-west98"],
  ]) {
    const result = loadFiles({ ...files, "allowances.yaml": allowance(`google.${region}`) });
    expect(result.ok && result.warnings.get("dev")).toEqual([expect.stringContaining(`address google.${other}`)]);
  }
});

test("an allowance silences the warning, and an unused one is a problem", () => {
  expect(warnings(UNKNOWN, allowance("aws.eu-west-9"))).toEqual([]);
  const result = load(UNKNOWN, allowance("aws.eu-west-9"));
  expect(result.ok && result.intents[0]?.allowances).toEqual([]);
  expect(warnings("", allowance("aws.eu-west-9"))).toMatchObject([
    { file: "config/allowances.yaml", line: 1, path: "dev[0]" },
  ]);
});

test("a claim that people write into their profile is a warning where a route compares it", () => {
  const of = (claim: string) =>
    `services: { orders: { routes: { "GET /of/{x}": { scopes: [orders/read], where: { x: claim.${claim} } } } } }\nissuers: { workforce: { pathClaims: [${claim}] } }\n`;
  expect(warnings(of("tenant_id"))).toEqual([]);
  expect(warnings(of("email"))).toEqual([
    expect.stringMatching(
      /issuers\.workforce\.pathClaims\[0\] {2}got "email".*\n.*rule own-claim, address issuers\.workforce$/,
    ),
  ]);
  const allowed = `dev: [{ rule: own-claim, address: issuers.workforce, reason: only we set this claim, owner: platform@example.com }]\n`;
  expect(warnings(of("email"), allowed)).toEqual([]);
});

describe("a caller that probably has no client certificate, behind mutual TLS", () => {
  const NAME = "domain: { name: api.shop.example.com, zoneId: Z0123456789EXAMPLE }";
  const trust = `mutualTls: { truststore: ${JSON.stringify(authorities("root"))} }`;
  const CORS = "cors: { origins: [https://shop.example.com, https://admin.example.com] }";
  const ofJobs = (issuer: string, more = "") =>
    `issuers: { builds: { kind: oidc, issuer: ${issuer}, audiences: [shop] } }\n` +
    `clients: { release-check: { issuer: builds, subject: exact, scopes: [orders/read]${more} } }\n`;
  const NOT_PUBLIC = "services: { catalog: { routes: { GET /products: { scopes: [orders/read] } } } }\n";
  /** Rule and address of each warning, with its path. */
  const warned = (changes: string) => {
    const pattern = /^warning: \S+ {2}(\S+(?: \S+?)?(?:\["[^"]*"\])?) {2}got [\s\S]*rule (\S+), address (\S+)$/;
    return [warnings(changes)].flat().map((text) => pattern.exec(String(text))?.slice(1).join(" | ") ?? text);
  };

  test("is a warning for each public route, origin and job of a build system", () => {
    const github = ofJobs("https://token.actions.githubusercontent.com");
    const all = warned(`gateway: { ${NAME}, ${trust}, ${CORS} }\n${github}`);
    expect(all).toEqual([
      expect.stringMatching(/GET \/products.* \| mutual-tls-caller \| routes\.catalog_get_products$/),
      expect.stringMatching(/^gateway\.cors\.origins\[0\] \| mutual-tls-caller \| gateway\.cors$/),
      expect.stringMatching(/^gateway\.cors\.origins\[1\] \| mutual-tls-caller \| gateway\.cors$/),
      expect.stringMatching(/^clients\.release-check \| mutual-tls-caller \| clients\.release-check$/),
    ]);
    expect(warnings(`gateway: { ${NAME}, ${CORS} }\n${github}`)).toEqual([]);
  });

  testAll<[string, number]>([
    [ofJobs("https://gitlab.com"), 1],
    [ofJobs("https://oidc.circleci.com/org/acme"), 1],
    [ofJobs("https://token.actions.githubusercontent.com", ", disabled: true"), 0],
    [ofJobs("https://ci.example.com"), 0],
    ["", 0],
  ])("of a client %j there are %d", (clients, count) => {
    expect(warned(`gateway: { ${NAME}, ${trust} }\n${NOT_PUBLIC}${clients}`)).toHaveLength(count);
  });

  test("is allowed by its address: one allowance for each route and client, and one for all origins", () => {
    const config = `gateway: { ${NAME}, ${trust}, ${CORS} }\n`;
    const entry = (address: string) => allowance(address).replace("known-region", "mutual-tls-caller").slice(6, -2);
    const allowed = (...addresses: readonly string[]) =>
      warnings(config, `dev: [${addresses.map(entry).join(", ")}]\n`);
    expect(allowed("routes.catalog_get_products", "gateway.cors")).toEqual([]);
    expect(allowed("gateway.cors")).toHaveLength(1);
  });
});
