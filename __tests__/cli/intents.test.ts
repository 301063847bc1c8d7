import { CommandError } from "../../cli/command-error";
import { readIntents, select } from "../../cli/intents";

const intents = readIntents();
const names = (chosen: typeof intents) => chosen.map(({ environment }) => environment);

test("without names all environments are meant, in the order of their names", () => {
  expect(names(select(intents, []))).toEqual(["dev", "preview", "prod", "staging"]);
});

test("named ones come once, in that same order", () => {
  expect(names(select(intents, ["staging", "dev", "dev"]))).toEqual(["dev", "staging"]);
});

test("an unknown one is a usage error; a name far from all others gets no guess", () => {
  const refuse = (name: string) => {
    try {
      select(intents, [name]);
    } catch (error) {
      return error as CommandError;
    }
    throw new Error("not refused");
  };
  expect(refuse("stagging").message).toContain("did you mean staging?");
  expect(refuse("qqqqqqqq").message).not.toContain("did you mean");
  expect([refuse("base") instanceof CommandError, refuse("base").exitCode]).toEqual([true, 64]);
});
