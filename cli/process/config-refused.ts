import type { Problem } from "../../intent/model/problem";
import { CommandError, EXIT } from "./command-error";

/** The config has problems, each at its place. */
export class ConfigRefused extends CommandError {
  /** @param text the report for people */
  constructor(
    text: string,
    readonly problems: readonly Problem[],
  ) {
    super(text, EXIT.failed);
  }
}

/** The formats for editors and pull requests, by the value of `--errors`. */
export const ERROR_FORMATS: Readonly<Record<string, (problems: readonly Problem[]) => unknown>> = {
  json: (problems) => ({ problems }),
  sarif,
};

/** SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
function sarif(problems: readonly Problem[]): unknown {
  const results = problems.map(({ file, line, column, path, message, remedy, reference }) => ({
    ruleId: "config",
    level: "error",
    message: { text: [`${path === "" ? "" : `${path}: `}${message}`, remedy, reference ?? []].flat().join("\n") },
    locations: [
      { physicalLocation: { artifactLocation: { uri: file }, region: { startLine: line, startColumn: column } } },
    ],
  }));
  const rules = [{ id: "config", shortDescription: { text: "A value in config/ is wrong." } }];
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "cloud-front-door", rules } }, results }],
  };
}
