import { withCore } from "../../../cli/core";

test("changes one entry and one override of package.json for another core, and nothing else", () => {
  const manifest = { name: "shop", dependencies: { cdktf: "0.21.0", constructs: "10.7.0" }, overrides: { a: "1.0.0" } };
  const moved = withCore(manifest, "terrain");
  expect(moved).toEqual({
    name: "shop",
    dependencies: { cdktf: "npm:cdktn@0.24.0", constructs: "10.7.0" },
    overrides: { a: "1.0.0", cdktf: "npm:cdktn@0.24.0" },
  });
  expect(withCore(moved, "cdktf")).toEqual(manifest);
  const own = { devDependencies: { cdktf: "0.21.0" } };
  expect(withCore(withCore(own, "terrain"), "cdktf")).toEqual(own);
});
