import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../support/places";

const NAMES = "(cloud-front-door|terraform-access-review|local-front-door)";
/** A command that takes one of the packages from the registry, by its name. */
const FROM_REGISTRY = new RegExp(`(npx --yes|npm (install|i|view|pack|exec)( --?[\\w-]+)*) ${NAMES}(@|\\s|$)`, "m");

test("no page offers a package from the registry: no release is published", () => {
  const below = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.includes("node_modules"))
    .map((name) => `docs/${name}`);
  const pages = [
    "README.md",
    "packages/terraform-access-review/README.md",
    "packages/local-front-door/README.md",
    ...below,
  ];
  expect(pages.length).toBeGreaterThan(40);
  expect(pages.filter((page) => FROM_REGISTRY.test(readFileSync(join(ROOT, page), "utf8")))).toEqual([]);
  expect(
    ["npx --yes cloud-front-door@0.2.0 init", "npm pack cloud-front-door"].map((text) => FROM_REGISTRY.test(text)),
  ).toEqual([true, true]);
});
