import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";
import { QUESTIONS } from "../../../cli/init/answers";
import { ROOT } from "../../support/places";
import fc from "../../support/properties";

const { spec } = parse(readFileSync(join(ROOT, "packages/backstage/template.yaml"), "utf8"));
const [{ properties, required }] = spec.parameters;
const [init] = spec.steps;

test("the form asks the questions of init in its order, and passes each answer under its name", () => {
  const flags = QUESTIONS.map(({ flag }) => flag);
  expect(Object.keys(properties)).toEqual(flags);
  expect(init.input.answers).toEqual(Object.fromEntries(flags.map((flag) => [flag, `\${{ parameters.${flag} }}`])));
  expect(flags.map((flag) => properties[flag].description)).toEqual(QUESTIONS.map(({ text }) => text));
});

test("the form has the defaults of init, and leaves those to it that depend on another answer", () => {
  const fixed = QUESTIONS.map(({ flag, suggested }) => {
    const [one, other] = [suggested({}, "/one"), suggested({ name: "n", environments: "e" }, "/other")];
    return [flag, one === other ? one : undefined];
  });
  expect(QUESTIONS.map(({ flag }) => [flag, properties[flag].default])).toEqual(fixed);
  // The folder in which Backstage runs init has a random name.
  expect(required).toEqual(["name"]);
});

test("the page installs the core in the versions that the program is tested with", () => {
  const { devDependencies: core } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const page = readFileSync(join(ROOT, "docs/how-to/container-and-backstage.md"), "utf8");
  expect(page).toContain(`.tgz cdktf@${core.cdktf} constructs@${core.constructs}\n`);
});

/** Texts that fit a question or nearly do. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  name: ["my-api", "a1-b2", "constructor"],
  environments: ["dev,prod", " dev , qa-2 "],
  awsAccount: ["11112222333", "1111222233334", "111122223333, 444455556666"],
  awsRegion: ["eu-west-1", "ap-northeast-2"],
  googleProject: ["shop-dev , shop-prod", ...[5, 6, 30, 31].map((length) => "a".repeat(length))],
  googleRegion: ["europe-west1", "northamerica-northeast12"],
  issuer: ["cognito", "https://login.example.com/tenant/v2.0"],
  handshake: ["federated", "shared-issuer"],
  service: ["orders", "order-events"],
  core: ["cdktf", "terrain"],
  image: ["registry.io/team/orders:1.2", ...[63, 64, 65].map((length) => `a/b@sha256:${"0".repeat(length)}`)],
};

/** One of a question's texts with up to two characters removed, added or replaced. */
const nearly = (flag: string) =>
  fc
    .tuple(
      fc.constantFrom(...(TEXTS[flag] ?? [])),
      fc.array(fc.tuple(fc.nat(80), fc.nat(1), fc.constantFrom("", ..."aZ09-_.:/@, ü\n")), { maxLength: 2 }),
    )
    .map(([text, edits]) =>
      edits.reduce((now, [at, removed, added]) => {
        const place = at % (now.length + 1);
        return now.slice(0, place) + added + now.slice(place + removed);
      }, text),
    );

test.each(QUESTIONS)("$flag: the form accepts what init accepts, and nothing else", ({ flag, fault }) => {
  const accepts = new Ajv({ strict: false }).compile(properties[flag]);
  const count = (text: string) =>
    text
      .split(",")
      .map((_, at) => `e${at}`)
      .join(",");
  let [accepted, refused] = [0, 0];
  fc.assert(
    fc.property(nearly(flag), (text) => {
      const expected = fault(text, { environments: flag === "environments" ? "" : count(text) });
      // JSON schema compares no two values. The task's log shows these errors of init.
      fc.pre(expected !== "different names" && !expected?.startsWith("none of "));
      const isGood = accepts(text);
      if (isGood) accepted += 1;
      else refused += 1;
      expect([text, isGood]).toEqual([text, expected === undefined]);
    }),
    { numRuns: 500 },
  );
  expect([accepted > 20, refused > 20]).toEqual([true, true]);
});
