import { readFileSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { ProjectCopy } from "../../../support/command";
import { describeWhere } from "../../../support/describe-where";
import { envoyBinary } from "../../envoy/support/binary";

jest.setTimeout(120_000);

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

const TENANT = "GET /tenants/{tenant}/orders";
const PERSON = "GET /people/{person}/orders";
const TEAM = "GET /teams/{team}/orders";

/** Routes of one service that compare their paths, in a file of config. */
function compareIn(file: string, another = false): void {
  const path = project.path(`config/${file}`);
  const config = parseDocument(readFileSync(path, "utf8"));
  const route = (key: string, where: object) =>
    config.setIn(["services", "orders", "routes", key], { scopes: ["orders/read"], where });
  route(TENANT, { tenant: "claim.tenant_id" });
  route(PERSON, { person: "claim.sub" });
  route(TEAM, { team: { in: "claim.org.teams" } });
  config.setIn(["issuers", "customers", "pathClaims"], ["tenant_id", "sub", "org.teams"]);
  if (another) config.setIn(["issuers", "workforce", "pathClaims"], ["tenant_id"]);
  writeFileSync(path, config.toString());
}

function expecting(name: string, ...statements: readonly object[]): void {
  writeFileSync(project.path("config/expectations.yaml"), JSON.stringify({ [name]: statements }));
}

const NO_OTHER = { who: "anyone", mayNot: { call: TENANT, another: "tenant" } };
const WEB = [
  { who: "customers/web", may: { call: TENANT } },
  { who: "customers/web", mayNot: { call: TENANT, another: "tenant" }, because: "path-claim" },
];

interface Cell {
  readonly route: string;
  readonly caller: string;
  readonly status: number;
  readonly another?: number;
}

/** Callers that passed, by route, under their own paths and under paths of others. */
function passing(environment: string) {
  const { cells } = JSON.parse(readFileSync(project.path(`.build/matrix-${environment}.json`), "utf8"));
  const through = (cells as readonly Cell[]).filter(
    ({ status, route }) => status === 200 && [TENANT, PERSON, TEAM].includes(route),
  );
  const names = (route: string) => through.filter((cell) => cell.route === route).map(({ caller }) => caller);
  return { own: [TENANT, PERSON, TEAM].map(names), others: through.filter(({ another }) => another !== undefined) };
}

const OF_POOL = ["customers/reporting-agent", "customers/support-desk", "customers/web"];

test.each(["dev", "prod"])("%s: each caller reaches its own paths and no other caller's", (environment) => {
  compareIn(`${environment}.yaml`, environment === "prod");
  expecting(environment, NO_OTHER, ...WEB);
  const made = project.run(["synth", environment]);
  expect([made.code, made.error]).toEqual([0, ""]);
  const { code, error } = project.run(["local", environment, "--matrix"]);
  expect([code, error]).toEqual([0, ""]);
  const { own, others } = passing(environment);
  expect(others).toEqual([]);
  for (const names of own) expect(names).toEqual(expect.arrayContaining(["customers/web"]));
  // Another issuer reaches a route only if it states the claim.
  expect(own.map((names) => names.includes("workforce/0oa1example"))).toEqual([environment === "prod", false, false]);
});

test("a route that no longer compares its path breaks the statement about others' paths at its line", () => {
  const path = project.path("config/dev.yaml");
  const config = parseDocument(readFileSync(path, "utf8"));
  config.deleteIn(["services", "orders", "routes", TENANT, "where"]);
  config.setIn(["issuers", "customers", "pathClaims"], ["sub", "org.teams"]);
  writeFileSync(path, config.toString());
  expecting("dev", NO_OTHER);
  const { code, error } = project.run(["synth", "dev"]);
  expect(code).toBe(1);
  expect(error).toContain(`customers/web allowed to call ${TENANT}`);
  expect(error).toContain("config/expectations.yaml:1");
});

const envoy = envoyBinary();
describeWhere("missing" in envoy ? envoy.missing : undefined, "with Envoy alone", () => {
  test("each caller reaches its own paths and no other caller's, past the gateway too", () => {
    compareIn("preview.yaml");
    expecting("preview", NO_OTHER, ...WEB);
    const made = project.run(["synth", "preview"]);
    expect([made.code, made.error]).toEqual([0, ""]);
    const done = project.run(["local", "preview", "--matrix"], { ENVOY: "envoy" in envoy ? envoy.envoy : "" });
    expect([done.code, done.error]).toEqual([0, ""]);
    const { own, others } = passing("preview");
    expect(others).toEqual([]);
    for (const names of own) expect(names).toEqual(OF_POOL.filter((name) => names.includes(name)));
    expect(own.flat()).toContain("customers/web");
  });
});
