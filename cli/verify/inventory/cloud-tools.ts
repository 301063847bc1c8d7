import { type Json, jsonIn } from "../../process/json";
import { askingShell, type MaybeAsyncShell } from "../../process/shell";
import type { LogPlaces } from "../deployed/deployment";

/** Time limit of one call, in seconds. */
const SECONDS = 60;

/** A cloud's command-line tool is missing, is not signed in, or has no permission to list. */
export class NotListed extends Error {
  override readonly name = "NotListed";
}

/** Read-only calls of both clouds' command-line tools, with the person's own credentials. Each rejects with `NotListed`. */
export interface CloudTools {
  readonly aws: (...args: readonly string[]) => Promise<Json>;
  /** In the environment's project, unless `--project=` names another one. */
  readonly gcloud: (...args: readonly string[]) => Promise<Json>;
}

export function cloudTools(
  { awsRegion, googleProject }: Pick<LogPlaces, "awsRegion" | "googleProject">,
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
