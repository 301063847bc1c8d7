import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileOf, IMAGES, MANIFEST, MOST_BYTES, PICTURES, SCHEMES } from "../../support/pictures/manifest";
import { ROOT } from "../../support/places";

const FILES = PICTURES.flatMap((name) => SCHEMES.map((scheme) => fileOf(name, scheme)));

test("npm run pictures makes every picture of the docs, in light and dark, and every picture is small", () => {
  const there = readdirSync(IMAGES).filter((name) => name !== relative(IMAGES, MANIFEST));
  expect(there.sort()).toEqual([...FILES].sort());
  expect(there.filter((name) => statSync(join(IMAGES, name)).size > MOST_BYTES)).toEqual([]);
  const shown = JSON.parse(readFileSync(MANIFEST, "utf8"));
  expect(Object.keys(shown)).toEqual([...PICTURES]);
  expect(Object.values<readonly string[]>(shown).filter((texts) => texts.length < 10)).toEqual([]);
});

test("every picture that a page shows exists, and a page shows every picture", () => {
  const pages = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.includes("node_modules"))
    .map((name) => join("docs", name));
  const named = ["README.md", ...pages].flatMap((page) =>
    [...readFileSync(join(ROOT, page), "utf8").matchAll(/images\/([\w-]+\.png)/g)].map(([, name]) => name),
  );
  expect(named.filter((name) => !FILES.includes(name ?? ""))).toEqual([]);
  expect(PICTURES.filter((name) => !named.includes(fileOf(name, "light")))).toEqual([]);
});
