import { CommandError } from "../../../../cli/process/command-error";
import { select } from "../../../../cli/synthesis/intents";
import { intents } from "../../../support/shop";

const all = intents();
const refuse = (name: string, alsoTaken?: readonly string[]) => {
  try {
    select(all, [name], alsoTaken);
  } catch (error) {
    return error as CommandError;
  }
  throw new Error("not refused");
};
const names = (chosen: typeof all) => chosen.map(({ environment }) => environment);

test("without names, returns all environments in the order of their names", () => {
  expect(names(select(all, []))).toEqual(["dev", "preview", "prod", "staging"]);
});

test("returns named environments once, in the same order", () => {
  expect(names(select(all, ["staging", "dev", "dev"]))).toEqual(["dev", "staging"]);
});

test("an unknown environment is a usage error; a name unlike all others gets no suggestion", () => {
  expect(refuse("stagging").message).toContain("did you mean staging?");
  expect(refuse("qqqqqqqq").message).not.toContain("did you mean");
  expect([refuse("base") instanceof CommandError, refuse("base").exitCode]).toEqual([true, 64]);
});

test("suggests a new file only under a valid name", () => {
  expect(refuse("qa").message).toBe(
    'no environment is called "qa"\n    known: dev, preview, prod, staging; a new one is a new file, config/qa.yaml',
  );
  for (const name of ["base", "bootstrap", "allowances", "imports", "bootstrap-qa", "DEV", "../dev", ""])
    expect(refuse(name).message).toMatch(/\n {4}known: dev, preview, prod, staging$/);
  expect(refuse("DEV").message).toContain("did you mean dev?");
});

test("accepts the command's other names too", () => {
  expect(refuse("bootstrap-de", ["bootstrap-dev"]).message).toBe(
    'no environment is called "bootstrap-de"; did you mean bootstrap-dev?\n    known: bootstrap-dev, dev, preview, prod, staging',
  );
});
