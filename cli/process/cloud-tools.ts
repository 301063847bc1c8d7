import { type Json, jsonIn } from "./json";
import { askingShell, type MaybeAsyncShell } from "./shell";

/** Time limit of one call, in seconds. */
const SECONDS = 60;

/** A cloud's command-line tool is missing, is not signed in, or has no permission to list. */
export class NotListed extends Error {
  override readonly name = "NotListed";
}

/** Calls of both clouds' command-line tools, with the person's own credentials. Each rejects with `NotListed`. */
export interface CloudTools {
  readonly aws: (...args: readonly string[]) => Promise<Json>;
  /** In the environment's project, unless `--project=` names another one. */
  readonly gcloud: (...args: readonly string[]) => Promise<Json>;
}

export function cloudTools(
  { awsRegion, googleProject }: { readonly awsRegion: string; readonly googleProject: string },
  shell: MaybeAsyncShell = askingShell,
): CloudTools {
  const run = async (program: string, args: readonly string[], more: readonly string[]): Promise<Json> => {
    const { code, out, error } = await shell(program, [...args, ...more], SECONDS);
    const answer = code === 0 ? jsonIn(out.trim() === "" ? "{}" : out) : undefined;
    if (answer !== undefined) return answer;
    const why = code === 0 ? "the answer is not JSON" : error.trim().split("\n").at(-1);
    throw new NotListed(`${[program, ...args].join(" ")}: ${why}`);
  };
  return {
    aws: (...args) => run("aws", args, ["--region", awsRegion, "--output", "json"]),
    gcloud: (...args) => {
      const isElsewhere = args.some((each) => each.startsWith("--project="));
      return run("gcloud", args, [...(isElsewhere ? [] : [`--project=${googleProject}`]), "--format=json"]);
    },
  };
}

/**
 * Calls a tool as a template says, such as `aws lambda get-policy --function-name {function_name}`. A value is one argument,
 * or a part of one, whatever it contains.
 */
export function calledAs(tools: CloudTools, template: string, values: Json): Promise<Json> {
  const [program, ...args] = template.split(" ").map((word) => filled(word, values));
  return tools[program as keyof CloudTools](...args);
}

/** A text with values in place of their names in braces. `{name/}` is the last part of a path. */
export function filled(template: string, values: Json): string {
  return template.replace(/\{(\w+)(\/?)\}/g, (_, key, last) => (last ? lastPart(values[key]) : String(values[key])));
}

export function lastPart(path: unknown): string {
  return String(path).split("/").at(-1) ?? "";
}
