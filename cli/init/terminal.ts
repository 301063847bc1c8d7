import { spawnSync } from "node:child_process";
import { createInterface } from "node:readline/promises";
import { EXIT, usageError } from "../process/command-error";
import { Interrupted } from "../process/signals";
import { type GivenFlags, QUESTIONS, type Question, suggestion, wordOf } from "./answers";

interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Files are written only after the last answer. */
const NO_ANSWER = "no answer: nothing was written";

/**
 * Asks at the terminal for everything that no flag answers, and repeats a question until the answer fits. Values found
 * on this machine are offered, not assumed.
 *
 * @throws Interrupted at Ctrl-C, and CommandError at the end of the input
 */
export async function terminalQuestions(
  flags: GivenFlags,
  folder: string,
  { input, output: screen }: Terminal = { input: process.stdin, output: process.stdout },
): Promise<Readonly<Record<Question["flag"], string>>> {
  const terminal = createInterface({ input, output: screen });
  const ended = new Promise<never>((_, reject) => {
    terminal.once("SIGINT", () => reject(new Interrupted(NO_ANSWER, EXIT.interrupted)));
    terminal.once("close", () => reject(usageError(NO_ANSWER)));
  });
  let given: GivenFlags = flags;
  try {
    for (const question of QUESTIONS) {
      if (given[question.flag] !== undefined) continue;
      const offered = readable(question, folder) ?? suggestion(question, given, folder) ?? "";
      given = { ...given, [question.flag]: await Promise.race([ask(terminal, question, offered, given), ended]) };
    }
  } catch (error) {
    screen.write("\n");
    throw error;
  } finally {
    ended.catch(() => undefined);
    terminal.close();
  }
  return given as Readonly<Record<Question["flag"], string>>;
}

async function ask(
  terminal: ReturnType<typeof createInterface>,
  { text, fault }: Question,
  offered: string,
  given: GivenFlags,
): Promise<string> {
  for (;;) {
    const answer = (await terminal.question(offered === "" ? `${text}: ` : `${text} (${offered}): `)).trim() || offered;
    const expected = fault(answer, given);
    if (expected === undefined) return answer;
    console.log(`    got ${JSON.stringify(answer)}, expected ${expected}`);
  }
}

/** Defaults that this machine offers: the repository's name, and the settings of both clouds' tools. */
function readable({ flag, fault }: Question, folder: string): string | undefined {
  const read: Partial<Record<Question["flag"], () => string | undefined>> = {
    name: () => {
      const remote = output("git", ["-C", folder, "remote", "get-url", "origin"]);
      return remote && wordOf(remote.replace(/^.*[/:]|\.git$/g, ""));
    },
    awsRegion: () => output("aws", ["configure", "get", "region"]),
    googleProject: () => output("gcloud", ["config", "get-value", "project"]),
    googleRegion: () => output("gcloud", ["config", "get-value", "run/region"]),
  };
  const found = read[flag]?.();
  return found !== undefined && fault(found, {}) === undefined ? found : undefined;
}

/** A tool's output, if it prints exactly one line within three seconds. Undefined otherwise. */
function output(tool: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(tool, args, {
    encoding: "utf8",
    timeout: 3000,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const text = stdout?.trim() ?? "";
  return status === 0 && text !== "" && !text.includes("\n") ? text : undefined;
}
