import { randomUUID } from "node:crypto";
import { isAbsolute, relative, resolve } from "node:path";
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
 * The report as a log of GitHub Actions shows it, with an annotation at the line of each problem. GitHub obeys no line of
 * the text for people, because a value of config could otherwise be a workflow command:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function annotated(
  { message, problems }: ConfigRefused,
  checkout: Checkout,
  token: string = randomUUID(),
): string {
  const commands = problems.map((problem) => annotation(problem, checkout));
  return [`::stop-commands::${token}`, message, `::${token}::`, ...commands].join("\n");
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
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** Escapes in addition what would end the property. */
function inProperty(text: string): string {
  return inData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
