import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { jsonIn } from "../process/json";
import { ROOT } from "../process/project";
import { quoted } from "../process/shell";

/**
 * The command that prints a caller's token in this project. It runs through npm if `package.json` has the script,
 * otherwise through the package's own name.
 *
 * @param user who signs in, for a person's client. Default: the command's own default
 */
export function tokenCommand(environment: string, caller: string, user?: string): string {
  const person = user === undefined ? "" : ` --user ${quoted(user)}`;
  return `${tokenProgram()} ${environment} --as ${quoted(caller)}${person}`;
}

/** @param folder of the project. Default: this one */
export function tokenProgram(folder = ROOT): string {
  return programCommand("token", folder);
}

/** A command of this program as a person types it: with npm if `package.json` has a script of that name. */
function programCommand(name: "token" | "trace", folder = ROOT): string {
  return hasScript(name, folder) ? `npm run -s ${name} --` : `npx --no-install front-door ${name}`;
}

function hasScript(name: string, folder: string): boolean {
  const path = join(folder, "package.json");
  return existsSync(path) && typeof jsonIn(readFileSync(path, "utf8"))?.scripts?.[name] === "string";
}

/** The command that shows a request from the open door's logs. */
export function traceCommand(id: string): string {
  return `${programCommand("trace")} local ${id}`;
}

/** Who signs in if no user is named: made up, as all users are. */
export const DEFAULT_USER = "ann";
