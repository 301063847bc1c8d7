import { withScripts } from "../../../../cli/upgrade/upgrade";

test("adds a script for each command that has none, and leaves the others as they are", () => {
  const before = { name: "shop", scripts: { plan: "./own-plan", test: "jest" }, private: true };
  const { text, added } = withScripts(JSON.stringify(before, undefined, "\t"), ["plan", "trace"]);
  expect(added).toEqual(["trace"]);
  const after = { ...before, scripts: { ...before.scripts, trace: "front-door trace" } };
  expect(text).toBe(`${JSON.stringify(after, undefined, "\t")}\n`);
});
