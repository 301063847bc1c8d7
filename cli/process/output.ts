import { UNPRINTABLE } from "../../contract/unprintable";

/** What a runner of GitHub Actions obeys: a line that begins with `::`, and `##[` anywhere. */
const OBEYED = /(?<=^\s*):(?=:)|#(?=#\[)/gm;

type Write = NodeJS.WriteStream["write"];

/** By guarded stream, what it wrote with before. */
const unguarded = new WeakMap<object, Write>();

/**
 * Makes every text harmless that this process prints, from any source: a name in a branch, a value of config, an answer of
 * a cloud. No terminal obeys any of it, nor does a runner of GitHub Actions. Bytes, which only other programs print, pass
 * as they are.
 */
export function guardOutput(
  streams: readonly { write: Write }[] = [process.stdout, process.stderr],
  inActions = process.env.GITHUB_ACTIONS === "true",
): void {
  for (const stream of streams) {
    if (unguarded.has(stream)) continue;
    const write = stream.write.bind(stream) as (...args: readonly unknown[]) => boolean;
    unguarded.set(stream, write as Write);
    stream.write = ((text: unknown, ...rest: readonly unknown[]) =>
      write(typeof text === "string" ? harmless(text, inActions) : text, ...rest)) as Write;
  }
}

/** The stream as it was before it was guarded: for a reader of lines, which moves the cursor of a terminal. */
export function direct<T extends { write: Write }>(stream: T): T {
  return new Proxy(stream, {
    get: (target, key) => {
      if (key === "write") return unguarded.get(target) ?? target.write.bind(target);
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Prints commands to a runner of GitHub Actions, which it obeys. */
export function commandRunner(lines: readonly string[]): void {
  for (const line of lines) direct(process.stderr).write(`${line}\n`);
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
