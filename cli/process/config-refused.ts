import { isAbsolute, relative, resolve } from "node:path";
import type { Problem } from "../../intent/model/problem";
import { CommandError, EXIT } from "./command-error";
import { harmless } from "./output";

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

/** The formats for editors and other programs, by the value of `--errors`. */
export const ERROR_FORMATS: Readonly<Record<string, (problems: readonly Problem[]) => unknown>> = {
  json: (problems) => ({ problems }),
};

/** Where a job of GitHub Actions runs: the project's folder, and that of its repository. */
export interface Checkout {
  readonly root: string;
  readonly workspace: string;
}

/**
 * Commands with which a log of GitHub Actions shows each problem at its line:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function annotations({ problems }: ConfigRefused, checkout: Checkout): readonly string[] {
  return problems.map((problem) => annotation(problem, checkout));
}

function annotation({ file, line, column, path, message, remedy, reference }: Problem, checkout: Checkout): string {
  const properties = { file: inRepository(file, checkout), line, col: column, title: path === "" ? "config" : path };
  const listed = Object.entries(properties).map(([name, value]) => `${name}=${inProperty(String(value))}`);
  const text = [message, remedy, ...(reference === undefined ? [] : [reference])].join("\n");
  return `::error ${listed.join(",")}::${inData(text)}`;
}

/** Annotations name files from the repository's folder, and a project may be below it. */
function inRepository(file: string, { root, workspace }: Checkout): string {
  const path = relative(workspace, resolve(root, file)).replaceAll("\\", "/");
  return isAbsolute(path) || path.startsWith("../") ? file : path;
}

/** Escapes what would end the command. */
function inData(text: string): string {
  return harmless(text, false).replaceAll("%", "%25").replaceAll("\n", "%0A");
}

/** Escapes in addition what would end the property. */
function inProperty(text: string): string {
  return inData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
