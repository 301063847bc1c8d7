import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suggestion } from "../../intent/model/nearest";
import { usageError } from "./command-error";
import type { Json } from "./json";
import { SYNTHESIZED } from "./project";

/** The text of a file in `synthesized/<environment>/`. */
export function synthesizedText(environment: string, file: string): string {
  const path = join(SYNTHESIZED, environment, file);
  if (existsSync(path)) return readFileSync(path, "utf8");
  throw usageError(`synthesized/${environment}/${file} is not there`, "write it with: npm run synth");
}

/**
 * The committed stack of an environment, in Terraform's JSON. Does not read config, so it also works with a broken one.
 *
 * @param others names that the command accepts in place of an environment
 */
export function committedStack(environment: string, ...others: readonly string[]): Json {
  const path = join(SYNTHESIZED, environment, "main.tf.json");
  if (/^[a-z0-9-]+$/.test(environment) && existsSync(path)) return JSON.parse(readFileSync(path, "utf8"));
  const names = (existsSync(SYNTHESIZED) ? readdirSync(SYNTHESIZED) : []).filter((name) => !/^bootstrap-/.test(name));
  throw usageError(
    `synthesized/${environment}: no such environment; ${suggestion(environment, [...names, ...others])}`,
  );
}
