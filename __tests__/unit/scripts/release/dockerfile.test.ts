import { readFileSync } from "node:fs";
import { join } from "node:path";
import { workflowFiles } from "../../../../cli/workflows/workflows";
import { instructionsOf } from "../../../support/dockerfile";
import { ROOT } from "../../../support/places";

const { factsOf } = require("../../../../scripts/check.cjs");

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const INSTRUCTIONS = instructionsOf(read("scripts/release/Dockerfile"));
const texts = (keyword: string) => INSTRUCTIONS.filter((each) => each.keyword === keyword).map(({ text }) => text);
const argument = (name: string) => texts("ARG").flatMap((text) => text.split(`${name}=`)[1] ?? [])[0];
const { devDependencies } = JSON.parse(read("package.json"));

/** What the generated workflows install. */
const installed = (binary: "terraform" | "tofu") =>
  new RegExp(`${binary}_version: (\\S+)`).exec(Object.values(workflowFiles([], binary)).join("\n"))?.[1];

test("the image has the releases of Terraform and OpenTofu that the workflows install", () => {
  expect(argument("TERRAFORM_VERSION")).toBe(installed("terraform"));
  expect(argument("OPENTOFU_VERSION")).toBe(installed("tofu"));
});

test("the image has the Node of .nvmrc, by digest, in each stage that is not taken from another", () => {
  expect(argument("NODE_IMAGE")).toMatch(
    new RegExp(`^node:${read(".nvmrc").trim()}\\.\\d+\\.\\d+-\\w+-slim@sha256:[0-9a-f]{64}$`),
  );
  const from = texts("FROM").map((text) => text.replace(/^--platform=\S+ /, "").split(" ")[0]);
  expect([...new Set(from)]).toEqual(["scratch", "archives-${TARGETARCH}", "${NODE_IMAGE}"]);
});

test("the image has the core in the versions that the program is tested with", () => {
  const [install] = texts("RUN").filter((text) => text.startsWith("npm install"));
  const core = ["cdktf", "constructs"].map((name) => `${name}@${devDependencies[name]}`);
  expect(install?.split(" ").filter((word) => /^\w+@/.test(word))).toEqual(core);
});

test("every file that the build downloads has a fixed checksum", () => {
  const archives = texts("ADD").map(
    (text) => /^--checksum=sha256:[0-9a-f]{64} https:\/\/\S+_linux_(\w+)\.zip \/(\w+)\.zip$/.exec(text) ?? [],
  );
  expect(archives.map(([, processor, tool]) => `${tool} ${processor}`)).toEqual([
    "terraform amd64",
    "opentofu amd64",
    "terraform arm64",
    "opentofu arm64",
  ]);
});

test("the image runs as a user who is not root, in a folder below the packages", () => {
  const [user, folder] = ["USER", "WORKDIR"].map((keyword) => texts(keyword).at(-1));
  expect([user, folder]).toEqual(["1000:1000", "/front-door/project"]);
});

test("the source of each digest and checksum is on the page of facts", () => {
  const facts = factsOf(read("docs/reference/facts.md")).map(({ claim }: { claim: string }) => claim);
  const figures = INSTRUCTIONS.flatMap(({ text }) => text.match(/\b[0-9a-f]{64}\b/g) ?? []);
  expect(figures).toHaveLength(5);
  expect(figures.filter((each) => !facts.join("\n").includes(each))).toEqual([]);
});
