import { Command } from "commander";
import { refuseFlagsOfNpm } from "../../../../cli/process/commands";
import { testAll } from "../../../support/test-all";

/** The refusal of `review prod` with these variables of npm; undefined if it is accepted. */
function refusal(variables: NodeJS.ProcessEnv): string | undefined {
  const command = new Command("review")
    .option("--check", "")
    .option("--fail-on <reasons>", "")
    .option("--no-smoke", "")
    .argument("<environment>")
    .action(() => {});
  command.parse(["prod"], { from: "user" });
  try {
    refuseFlagsOfNpm(command, { npm_lifecycle_event: "review", ...variables });
    return undefined;
  } catch (error) {
    return (error as Error).message.split(": ").at(-1);
  }
}

testAll([
  [{ npm_config_check: "true" }, "npm run review -- prod --check"],
  [{ npm_config_smoke: "" }, "npm run review -- prod --no-smoke"],
  [{ npm_config_fail_on: "true" }, "npm run review -- … --fail-on <reasons>"],
  [{}, undefined],
  [{ npm_config_other: "true" }, undefined],
  [{ npm_config_smoke: "true" }, undefined],
  [{ npm_config_check: "true", npm_lifecycle_event: undefined }, undefined],
])("with %j the suggested line is %s", (variables, line) => {
  expect(refusal(variables)).toBe(line);
});
