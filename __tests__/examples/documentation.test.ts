import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { allPrinted, printed, ROOT } from "./support/documentation";

const files = readdirSync(join(ROOT, "examples"), { recursive: true, encoding: "utf8" })
  .map((name) => `examples/${name}`)
  .filter(
    (name) => !/node_modules|__pycache__|package(-lock)?\.json$/.test(name) && statSync(join(ROOT, name)).isFile(),
  )
  .sort();

test.each(files)("%s is printed in the docs as it is", (name) => {
  expect(printed(`file: ${name}`)).toBe(readFileSync(join(ROOT, name), "utf8"));
});

test("the docs print no other files", () => {
  expect([...allPrinted("file").keys()].sort()).toEqual(files);
});

test("the example for Node installs the package that the tests run it with", () => {
  const read = (name: string) => JSON.parse(readFileSync(join(ROOT, name), "utf8"));
  const { dependencies } = read("examples/call-from-node/package.json");
  expect(read("package.json").devDependencies).toMatchObject(dependencies);
  expect(Object.keys(dependencies)).toEqual(["@aws-sdk/client-secrets-manager"]);
});
