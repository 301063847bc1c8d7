import { UNPRINTABLE } from "../../packages/local-front-door/trace/printable";

/** What a runner of GitHub Actions obeys: a line that begins with `::`, and `##[` anywhere. */
const OBEYED = /(?<=^\s*):(?=:)|#(?=#\[)/gm;

type Stream = Pick<NodeJS.WriteStream, "write">;

let direct: Stream | undefined;

/**
 * Makes every text harmless that this process prints, from any source: a name in a branch, a value of config, an answer of
 * a cloud. No terminal obeys any of it, nor does a runner of GitHub Actions. Call it once. Bytes, which only other programs
 * print, pass as they are.
 */
export function guardOutput(
  { stdout, stderr }: { readonly stdout: Stream; readonly stderr: Stream } = process,
  inActions = process.env.GITHUB_ACTIONS === "true",
): void {
  if (direct !== undefined) return;
  direct = { write: stderr.write.bind(stderr) as Stream["write"] };
  for (const stream of [stdout, stderr]) {
    const write = stream.write.bind(stream) as (...args: readonly unknown[]) => boolean;
    stream.write = ((text: unknown, ...rest: readonly unknown[]) =>
      write(typeof text === "string" ? harmless(text, inActions) : text, ...rest)) as Stream["write"];
  }
}

/** Prints commands to a runner of GitHub Actions, which it obeys. */
export function commandRunner(lines: readonly string[]): void {
  for (const line of lines) (direct ?? process.stderr).write(`${line}\n`);
}

/**
 * The text with each character visible that a terminal obeys, in the form of JSON (`\\u001b`), so that printed JSON stays
 * valid. Line feeds and tabs stay. For GitHub Actions, no part of it is a command.
 */
export function harmless(text: string, inActions: boolean): string {
  const visible = text.replace(UNPRINTABLE, (found) => (found === "\n" || found === "\t" ? found : escaped(found)));
  return inActions ? visible.replace(OBEYED, escaped) : visible;
}

function escaped(character: string): string {
  const units = [...Array(character.length).keys()].map((at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
