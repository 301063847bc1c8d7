import { BASE, otherIssuers, problemsOf } from "../../../../support/config-folder";

const OTHER_DOMAIN = otherIssuers("other");
const OWNS = "google: { ownsProject: true }\n";
const places = (files: Record<string, string>) =>
  problemsOf({ "base.yaml": BASE, ...files }).map(
    ({ file, line, path, message }) => `${file}:${line} ${path}  ${message}`,
  );

test("a project that two environments share has one owner", () => {
  expect(places({ "dev.yaml": OWNS, "test.yaml": OTHER_DOMAIN })).toEqual([]);
});

test("two owners are an error at the line of each", () => {
  expect(places({ "dev.yaml": OWNS, "test.yaml": `${OTHER_DOMAIN}${OWNS}` })).toEqual([
    "config/dev.yaml:1 google.ownsProject  got true, as in test, expected one owner of the project shop-project",
    "config/test.yaml:2 google.ownsProject  got true, as in dev, expected one owner of the project shop-project",
  ]);
});

test("a missing owner is an error at the line with the project", () => {
  expect(places({ "dev.yaml": "{}", "test.yaml": OTHER_DOMAIN })).toEqual([
    "config/base.yaml:8 google.project  got shop-project, which no environment owns, expected one owner, which enables the project's APIs and audit logs in dev",
  ]);
});

test("each project has its own owner", () => {
  const project = "google: { project: test-project }\n";
  expect(places({ "dev.yaml": OWNS, "test.yaml": `${OTHER_DOMAIN}${project}` })).toEqual([
    "config/test.yaml:2 google.project  got test-project, which no environment owns, expected one owner, which enables the project's APIs and audit logs",
  ]);
});

test("a missing owner is not reported while an environment is unreadable, because it may be the owner", () => {
  expect(places({ "dev.yaml": "[", "test.yaml": OTHER_DOMAIN }).filter((fault) => fault.includes("owns"))).toEqual([]);
  expect(places({ "dev.yaml": "google: { ownsProject: 1 }", "test.yaml": OTHER_DOMAIN })).toHaveLength(1);
});

test("a project's service accounts are counted over all its environments", () => {
  const services = (count: number) =>
    `services: { ${Array.from({ length: count }, (_, i) => `s${i}: { image: docker.io/acme/x, routes: { GET /s${i}: public } }`).join(", ")} }\n`;
  // Two services are in the base: 2 × (2 + 2 + count).
  const files = (count: number, more = "") => ({
    "dev.yaml": `${OWNS}${more}`,
    "test.yaml": `${OTHER_DOMAIN}${services(count)}${more}`,
  });
  expect(places(files(46))).toEqual([]);
  expect(places(files(47))).toEqual([
    expect.stringContaining(
      "services  got 102 service accounts in the project shop-project, two for each service of each environment there, expected at most 100 (Google's quota per project)",
    ),
    expect.stringContaining("config/test.yaml:2 services  got 102"),
  ]);
  expect(places(files(47, "limits: { serviceAccountsPerProject: 102 }\n"))).toEqual([]);
});

describe("API Gateway's role for the logs of REST APIs", () => {
  const UNSAID = BASE.replace("  ownsAccount: false\n", "");
  const REST = "gateway: { kind: rest }\n";
  const DEV = `${OWNS}${REST}`;
  const TEST = `${OTHER_DOMAIN}${REST}`;
  const OWNER = "aws: { ownsAccount: true }\n";
  const OTHER_REGION = "aws: { region: eu-central-1 }\n";
  const lacking = (dev: string, other: string, base = UNSAID) =>
    places({ "base.yaml": base, "dev.yaml": dev, "test.yaml": other });

  test("a missing owner is an error at the line with the account", () => {
    expect(lacking(DEV, TEST)).toEqual([
      expect.stringMatching(
        /^config\/base\.yaml:3 aws\.account {2}got 111122223333 in eu-west-1, which no environment /,
      ),
    ]);
    const [problem] = problemsOf({ "base.yaml": UNSAID, "dev.yaml": DEV, "test.yaml": TEST });
    expect(problem?.remedy).toContain("set aws.ownsAccount: true in dev or test, or false");
  });

  test("one owner serves all REST APIs of its account and region, and no other region", () => {
    expect(lacking(`${DEV}${OWNER}`, TEST)).toEqual([]);
    expect(lacking(`${DEV}${OWNER}`, `${TEST}${OTHER_REGION}`)).toEqual([
      expect.stringContaining("aws.account  got 111122223333 in eu-central-1, which no environment "),
    ]);
  });

  test("an HTTP API needs no role, and creates none", () => {
    expect(lacking(OWNS, OTHER_DOMAIN)).toEqual([]);
    expect(lacking(`${OWNS}${OWNER}`, TEST)).toHaveLength(1);
  });

  test("config may state that no environment owns the account, because the role is there", () => {
    expect(lacking(DEV, TEST, BASE)).toEqual([]);
    expect(lacking(`${DEV}aws: { ownsAccount: false }\n`, TEST)).toEqual([]);
  });
});
