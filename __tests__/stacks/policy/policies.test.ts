import { loadIntents } from "../../../intent/load";
import { violations } from "../../support/policy";

const loaded = loadIntents("config");
const environments = loaded.ok ? loaded.intents.map(({ environment }) => environment) : [];

test.each(environments)("this repository's own stack %s breaks no rule", (environment) => {
  expect(violations(() => {}, {}, environment)).toEqual([]);
});
