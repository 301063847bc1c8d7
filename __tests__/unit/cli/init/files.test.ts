import { Command } from "commander";
import { answersOf, QUESTIONS } from "../../../../cli/init/answers";
import { configFiles, projectFiles, type Versions, versions } from "../../../../cli/init/project-files";
import { scriptNames } from "../../../../cli/process/commands";
import { addCommands } from "../../../../cli/program";
import { workflowFiles } from "../../../../cli/workflows/workflows";
import { PROVIDERS } from "../../../../contract/identity-providers";
import { version } from "../../../../package.json";
import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { NOTHING } from "../../../../packages/terraform-access-review/model/state";
import { loadFiles } from "../../../support/config-folder";
import { stateOf } from "../../../support/rest-state";

type Flags = Readonly<Partial<Record<(typeof QUESTIONS)[number]["flag"], string>>>;

function answers(flags: Flags) {
  let given: Flags = flags;
  for (const { flag, suggested } of QUESTIONS) given = { [flag]: suggested(given, "/shop"), ...given };
  return answersOf(given as Required<Flags>);
}

const OKTA = "https://acme.okta.com/oauth2/default";
const DIGEST = `@sha256:${"0".repeat(64)}`;
const SHAPES: readonly Flags[] = [
  {},
  { environments: "live" },
  { issuer: OKTA, environments: "live" },
  { issuer: OKTA },
  { handshake: "shared-issuer" },
  { handshake: "shared-issuer", issuer: OKTA },
  { environments: "dev,staging,prod", awsAccount: "111122223333,444455556666,777788889999" },
  { googleProject: "one-for-all" },
  { image: `europe-docker.pkg.dev/acme/shop/orders:1.0.0${DIGEST}`, service: "orders", name: "acme-shop" },
];

test("every combination of answers is a valid config with the requested environments", () => {
  for (const flags of SHAPES) {
    const answered = answers(flags);
    const result = loadFiles(configFiles(answered));
    const found = result.ok ? result.intents.map(({ environment }) => environment) : result.problems;
    expect([flags, found]).toEqual([flags, [...answered.environments].sort()]);
  }
});

test("the review can judge everything in the first plan of every combination of answers", () => {
  const doubts = SHAPES.flatMap((flags) => {
    const loaded = loadFiles(configFiles(answers(flags)));
    if (!loaded.ok) throw new Error("a problem");
    const changes = loaded.intents.map((intent) => changeOfStacks(intent.environment, NOTHING, stateOf(intent)));
    return changes.flatMap(({ access }) => access.guards.filter(({ doubt }) => doubt));
  });
  expect(doubts).toEqual([]);
});

test("an issuer of Okta has the claims of Okta's tokens", () => {
  const loaded = loadFiles(configFiles(answers({ issuer: OKTA, environments: "live" })));
  if (!loaded.ok) throw new Error("a problem");
  expect(loaded.intents[0]?.issuers).toMatchObject([
    { id: "staff", issuer: OKTA, scopeClaim: "scp", clientClaim: "cid" },
  ]);
});

test.each<[string, Flags, readonly string[]]>([
  ["a user pool", {}, ["envoy.image"]],
  ["Okta", { issuer: OKTA }, ["envoy.image", "issuers.staff.clients[0]", "issuers.staff.jwksUri"]],
])("under shared-issuer with %s, a warning names each value that init cannot know", (_, flags, paths) => {
  const loaded = loadFiles(configFiles(answers({ ...flags, handshake: "shared-issuer", environments: "live" })));
  if (!loaded.ok) throw new Error("a problem");
  const found = loaded.warnings.get("live")?.filter((text) => text.includes("rule placeholder"));
  expect(found?.map((text) => / ([\w.[\]]+) {2}got /.exec(text)?.[1]).sort()).toEqual(paths);
});

test.each(PROVIDERS.filter(({ id }) => id !== "okta-org"))("init accepts an issuer of $id", ({ example, scopes }) => {
  const loaded = loadFiles(configFiles(answers({ issuer: example, environments: "live" })));
  const found = loaded.ok ? loaded.intents.map(({ issuers }) => issuers) : loaded.problems;
  expect(found).toMatchObject([[{ issuer: example, grants: scopes.length === 0 ? "subjects" : "token" }]]);
});

test("requires a digest if the image has one, and only one environment switches on a shared project's APIs", () => {
  const pinned = loadFiles(configFiles(answers({ image: `europe-docker.pkg.dev/acme/shop/orders:1.0.0${DIGEST}` })));
  const shared = loadFiles(configFiles(answers({ googleProject: "one-for-all" })));
  if (!pinned.ok || !shared.ok) throw new Error("a problem");
  expect(
    Object.values(configFiles(answers({ image: `europe-docker.pkg.dev/acme/shop/orders:1.0.0${DIGEST}` }))).join("\n"),
  ).not.toContain("requireDigest");
  expect(shared.intents.map(({ google }) => google.ownsProject)).toEqual([true, false]);
});

test.each([true, false])("cdktf's own command line is a dependency if asked for: %s", (withCdktfCli) => {
  const files = projectFiles({ ...answers({}), withCdktfCli }, { "cdktf-cli": "0.21.0" }, []);
  const { devDependencies } = JSON.parse(files["package.json"] ?? "");
  expect(devDependencies["cdktf-cli"]).toBe(withCdktfCli ? "0.21.0" : undefined);
});

test("a project starts on the core of the answer, and the providers' classes get the same one", () => {
  const [cdktf, terrain] = (["cdktf", "terrain"] as const).map((core) => {
    const files = projectFiles(answers({ core }), { cdktf: "0.21.0", constructs: "10.7.0" }, []);
    return JSON.parse(files["package.json"] ?? "");
  });
  expect([cdktf.dependencies.cdktf, cdktf.overrides]).toEqual(["0.21.0", undefined]);
  const other = { cdktf: "npm:cdktn@0.24.0" };
  expect(terrain).toEqual({ ...cdktf, dependencies: { ...cdktf.dependencies, ...other }, overrides: other });
});

test.each([
  ["clone", true],
  ["tarball", true],
  ["registry", false],
  ["npx", false],
] as const)("a project from a %s keeps the package's tarball: %s", (origin, isVendored) => {
  const files = projectFiles(answers({}), versions(origin), []);
  const { dependencies } = JSON.parse(files["package.json"] ?? "");
  const spec = dependencies["cloud-front-door"];
  expect(spec).toBe(isVendored ? `file:vendor/cloud-front-door-${version}.tgz` : version);
  expect(files["README.md"]?.includes("vendor/")).toBe(isVendored);
});

test("a project has fewer than 20 files, pins every package, and has every script that its workflow runs", () => {
  const program = new Command();
  addCommands(program);
  const pins: Versions = new Proxy({}, { get: (_, name) => `1.2.3-${String(name)}` });
  const files = projectFiles(answers({}), pins, scriptNames(program));
  expect(Object.keys({ ...files, ...configFiles(answers({})), ...workflowFiles([]) }).length + 1).toBeLessThan(20);
  const { dependencies, devDependencies, scripts } = JSON.parse(files["package.json"] ?? "");
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    expect(version).toBe(`1.2.3-${name}`);
  }
  const called = Object.values(workflowFiles([])).flatMap((text) => [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)]);
  expect(called.map(([, name = ""]) => name).filter((name) => !(name in scripts))).toEqual([]);
});
