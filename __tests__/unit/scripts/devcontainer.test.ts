import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PORTS } from "../../../cli/local/door";
import { instructionsOf } from "../../support/dockerfile";
import { ROOT } from "../../support/places";

const { factsOf } = require("../../../scripts/check.cjs");

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const CONTAINER = JSON.parse(read(".devcontainer/devcontainer.json"));
const INSTRUCTIONS = instructionsOf(read(join(".devcontainer", CONTAINER.build.dockerfile)));
const texts = (keyword: string) => INSTRUCTIONS.filter((each) => each.keyword === keyword).map(({ text }) => text);

test("the container starts the front door with a script of this repository, after npm installed its lock file", () => {
  const commands = Object.keys(CONTAINER).filter((key) => key.endsWith("Command"));
  expect(commands.map((key) => CONTAINER[key])).toEqual(["npm ci", "npm run local -- dev"]);
  expect(JSON.parse(read("package.json")).scripts.local).toBe("node cli/run.cjs local");
});

test("the container forwards the ports of the front door, and opens its page", () => {
  expect(CONTAINER.forwardPorts).toEqual(Object.values(PORTS));
  const opened = CONTAINER.forwardPorts.filter(
    (port: number) => CONTAINER.portsAttributes[port].onAutoForward === "openBrowser",
  );
  expect(opened).toEqual([PORTS.page]);
});

test("the container has the Node of .nvmrc, and runs as a user who is not root", () => {
  expect(texts("FROM").at(-1)).toMatch(new RegExp(`^node:${read(".nvmrc").trim()}\\.\\d`));
  expect([CONTAINER.remoteUser, texts("USER").at(-1)]).toEqual(["node", "1000:1000"]);
});

test("each image is pinned by a digest whose source is on the page of facts", () => {
  const facts = factsOf(read("docs/reference/facts.md")).map(({ claim }: { claim: string }) => claim);
  const images = texts("FROM").map((text) => text.split(" ")[0] ?? "");
  for (const image of images) {
    const [tag, digest] = image.split("@");
    expect([image, facts.some((claim: string) => claim.includes(`\`${tag}\` is \`${digest}\``))]).toEqual([
      image,
      true,
    ]);
  }
});
