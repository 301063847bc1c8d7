import { BASE, otherIssuers, problemsOf } from "../../../../support/config-folder";

const OTHER_DOMAIN = otherIssuers("other");
const local = (path: string) => `state: { bucket: null, region: null, path: ${path} }\n`;
const faults = (dev: string, test: string, base = BASE) =>
  problemsOf({
    "base.yaml": base,
    "dev.yaml": `google: { ownsProject: true }\n${dev}`,
    "test.yaml": `${OTHER_DOMAIN}${test}`,
  }).map(({ file, path, message }) => `${file} ${path}  ${message}`);

test("environments of one bucket have keys of their own", () => {
  expect(faults("", "")).toEqual([]);
});

test("two environments do not share a file, however it is written", () => {
  expect(faults(local("state/x"), local("state/y"))).toEqual([]);
  expect(faults(local("state/x"), local("./state//x"))).toEqual([
    "config/dev.yaml state.path  got the state state/x, which is that of test, expected a state of its own for each environment",
    "config/test.yaml state.path  got the state state/x, which is that of dev, expected a state of its own for each environment",
  ]);
});

test("a path in the base file would be shared by all", () => {
  const base = BASE.replace("  bucket: shop-state\n  region: eu-west-1\n", "  path: shop.tfstate\n");
  expect(faults("", "", base)).toEqual([
    "config/base.yaml state.path  got the state shop.tfstate, which is that of test, expected a state of its own for each environment in dev",
  ]);
});
