import { BASE, otherIssuers, problemsOf } from "../../../../support/config-folder";

const OWNS = "google: { ownsProject: true }\n";
const REST = "gateway: { kind: rest, throttle: { ratePerSecond: 9, burst: 9 } }\n";
const own = (count: number) =>
  `clients: { ${Array.from({ length: count }, (_, i) => `c${i}: { issuer: partner, subject: s${i}, scopes: [orders/read], quota: { requests: 1, per: day } }`).join(", ")} }\n`;
const places = (test: string) =>
  problemsOf({
    "base.yaml": BASE,
    "dev.yaml": `${OWNS}${REST}${own(148)}`,
    "test.yaml": `${otherIssuers("other")}${test}`,
  }).map(({ file, path, message }) => `${file} ${path}  ${message}`);

test("the plans of all REST APIs of an account in a region are counted together", () => {
  // Each API adds two plans: for clients without one of their own, and for callers of public routes.
  expect(places(`${REST}${own(148)}`)).toEqual([]);
  const message =
    "clients  got 301 usage plans in the account 111122223333 in eu-west-1, one for each client with a quota or throttle, " +
    "and two more, expected at most 300 (API Gateway's quota per account and region)";
  expect(places(`${REST}${own(149)}`)).toEqual([`config/dev.yaml ${message}`, `config/test.yaml ${message}`]);
});

test("regions are counted separately, and an HTTP API has no plans", () => {
  expect(places(`${REST}${own(149)}aws: { region: eu-central-1 }\n`)).toEqual([]);
  expect(places("")).toEqual([]);
});

test("a quota that AWS raised applies", () => {
  expect(places(`${REST}${own(149)}limits: { usagePlansPerRegion: 301 }\n`)).toEqual([
    expect.stringContaining("config/dev.yaml clients  got 301"),
  ]);
});
