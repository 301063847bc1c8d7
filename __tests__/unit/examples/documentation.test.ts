import { readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { parse, stringify } from "yaml";
import { faults } from "../../support/config-folder";
import { allPrinted, anchorOf, PAGES, printed } from "../../support/documentation";
import { patched } from "../../support/merge-patch";
import { namesBelow, ROOT } from "../../support/places";
import { testAll } from "../../support/test-all";

const files = namesBelow(join(ROOT, "examples"))
  .map((name) => `examples/${name}`)
  .filter(
    (name) =>
      !/node_modules|__pycache__|(package(-lock)?|tsconfig)\.json$/.test(name) && statSync(join(ROOT, name)).isFile(),
  )
  .sort();
const PACKED: readonly string[] = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).files;
const isPacked = (name: string) => PACKED.includes(`${posix.dirname(name)}/*${posix.extname(name)}`);
const shown = files.filter((name) => !isPacked(name));

testAll(shown)("the docs print %s unchanged", (name) => {
  expect(printed(`file: ${name}`)).toBe(readFileSync(join(ROOT, name), "utf8"));
});

test("the docs print no other files, and link the folders of those in the package", () => {
  expect([...allPrinted("file").keys()].sort()).toEqual(shown);
  const folders = [...new Set(files.filter(isPacked).map(posix.dirname))];
  expect(folders).toHaveLength(7);
  expect(folders.filter((folder) => !PAGES.join("\n").includes(`](../../${folder})`))).toEqual([]);
});

testAll([
  ["call-from-node", ["@aws-sdk/client-secrets-manager"]],
  ["call-as-aws-role", ["@aws-crypto/sha256-js", "@aws-sdk/credential-provider-node", "@smithy/signature-v4"]],
])("the Node example %s installs the packages with which the tests run it", (folder, packages) => {
  const read = (name: string) => JSON.parse(readFileSync(join(ROOT, name), "utf8"));
  const { dependencies } = read(`examples/${folder}/package.json`);
  expect(read("package.json").devDependencies).toMatchObject(dependencies);
  expect(Object.keys(dependencies)).toEqual(packages);
});

/** The parts of the tests' small shop that shared-issuer supports, with the scopes of the docs. */
const SHARED = {
  handshake: "shared-issuer",
  envoy: { image: `europe-docker.pkg.dev/acme/mirror/envoy:distroless-v1.40.0@sha256:${"0".repeat(64)}` },
  issuers: { partner: null, workforce: null },
  gateway: { throttle: null },
  services: { catalog: null, orders: { routes: { "GET /orders/export": { scopes: ["orders/export"] } } } },
  clients: { export: null },
};

const [CALLERS = ""] = PAGES;
const rows = [...CALLERS.matchAll(/^\| \[([^\]]+)\]\((call-[\w-]+\.md(?:#[\w-]+)?)\) \|.*\| ([^|]+) \|$/gm)];

/** All lines of config on a page, or in the section that the link names. */
function configOf(link: string): unknown {
  const [name = "", heading] = link.split("#");
  const page = readFileSync(join(ROOT, "docs/how-to", name), "utf8");
  const section =
    heading === undefined ? page : page.split(/^## /m).find((text) => anchorOf(text.split("\n")[0]) === heading);
  const blocks = [...(section ?? "").matchAll(/^<!-- config: \S+ -->\n```yaml\n([\s\S]*?)^```$/gm)];
  return blocks.map(([, text = ""]) => parse(text)).reduce(patched, {});
}

test("the table has a row for each kind of caller", () => {
  expect(rows.map(([, , link]) => link)).toHaveLength(8);
});

testAll(rows.map(([, who = "", link = "", works = ""]) => ({ who, link, works })))(
  "$who under shared-issuer: $works",
  ({ link, works }) => {
    const config = configOf(link);
    expect(Object.keys(config as object)).toContain("clients");
    const found = faults(stringify(patched(SHARED, config)));
    if (works === "no")
      expect(found).toContainEqual(expect.stringMatching(/got (grants: subjects|aws-iam), expected .*shared-issuer/));
    else expect(found).toEqual([]);
  },
);
