const { billOf, bundledIn, faultOf, notesOf } = require("../../../../scripts/release/make.cjs");
const { canPublish } = require("../../../../scripts/release/publish.cjs");

const CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- b\n\n## [0.2.0] - 2026-12-01\n\n### Fixed\n\n- a\n";

test("the notes of a release are its section of the changelog", () => {
  expect(notesOf(CHANGELOG, "0.2.0")).toBe("### Fixed\n\n- a\n");
  expect(notesOf(CHANGELOG, "Unreleased")).toBe("### Added\n\n- b\n");
  expect(notesOf(CHANGELOG, "0.2")).toBe(undefined);
});

test.each([
  [["0.2.0", "0.2.0"], "v0.2.0", undefined],
  [["0.3.0", "0.3.0"], undefined, undefined],
  [["0.2.0", "0.3.0"], undefined, "0.2.0 and 0.3.0"],
  [["0.2.0", "0.2.0"], "0.2.0", "v0.2.0"],
  [["0.2.0", "0.2.0"], "v0.2.1", "v0.2.0"],
  [["0.3.0", "0.3.0"], "v0.3.0", "[0.3.0]"],
])("packages of %j are released under the tag %s, except for the fault %s", (versions, tag, fault) => {
  const found = faultOf(versions, tag, CHANGELOG);
  expect(fault === undefined ? found : found?.includes(fault)).toBe(fault === undefined ? undefined : true);
});

test.each([
  ["11.5.0", false],
  ["10.9.9", false],
  ["11.5.1", true],
  ["11.6.0", true],
  ["12.0.0", true],
  ["11.5.1-pre.0", true],
])("npm %s publishes by OIDC: %s", (npm, expected) => expect(canPublish(npm)).toBe(expected));

describe("a bill of materials", () => {
  const component = (ref: string) => {
    const [name, version] = ref.split(/(?<=.)@/);
    return { "bom-ref": ref, name, version, properties: [{ name: "cdx:npm:package:development", value: "true" }] };
  };
  const ALL = {
    ...{ $schema: "s", bomFormat: "CycloneDX", specVersion: "1.5", metadata: { tools: [] }, serialNumber: "urn:1" },
    components: ["a@1.0.0", "b@2.0.0", "c@3.0.0", "@d/e@4.0.0", "unused@5.0.0"].map(component),
    dependencies: [
      { ref: "a@1.0.0", dependsOn: ["b@2.0.0"] },
      { ref: "b@2.0.0", dependsOn: ["a@1.0.0"] },
    ],
  };
  const OWN = { name: "own", version: "0.2.0", license: "MIT", dependencies: { a: "1.0.0" } };

  test("lists what is bundled and what npm installs, however far, and nothing else", () => {
    const bill = billOf(ALL, OWN, ["@d/e@4.0.0"]);
    const refs = bill.components.map((each: { readonly "bom-ref": string }) => each["bom-ref"]);
    expect(refs).toEqual(["a@1.0.0", "b@2.0.0", "@d/e@4.0.0"]);
    expect(bill.dependencies).toEqual([{ ref: "own@0.2.0", dependsOn: [...refs].sort() }]);
    expect(JSON.stringify(bill)).not.toMatch(/urn:1|development/);
  });

  test("fails for a package that npm's own bill lacks", () => {
    expect(() => billOf(ALL, OWN, ["gone@1.0.0"])).toThrow("gone@1.0.0");
  });

  test("takes the bundled packages from the file of their licences", () => {
    const text = "a 1.0.0 (MIT)\n\nMIT License\nversion 2.0 (the licence)\n\n@d/e 4.0.0-rc.1 (Apache-2.0)\n\n";
    expect(bundledIn(text)).toEqual(["a@1.0.0", "@d/e@4.0.0-rc.1"]);
  });
});
