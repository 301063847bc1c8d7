import { readFileSync } from "node:fs";
import { join } from "node:path";

/** How one function of a language folds characters: `python.casefold`, `go.EqualFold`. */
export interface Folding {
  readonly name: string;
  /** The characters that it maps to something else. */
  readonly readings: ReadonlyMap<string, string>;
}

/** Every code point but surrogates, which no UTF-8 text has. */
function* characters(): Generator<string> {
  for (let code = 0; code <= 0x10ffff; code += 1) {
    if (code < 0xd800 || code > 0xdfff) yield String.fromCodePoint(code);
  }
}

/** This Node's own functions, and those of Python, Go and Java that `foldings/renew.cjs` recorded. */
export function foldings(): readonly Folding[] {
  const text = readFileSync(join(__dirname, "foldings/foldings.txt"), "utf8");
  const recorded = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return [
    { name: "js.toLowerCase", readings: changed((character) => character.toLowerCase()) },
    { name: "js.toUpperCase", readings: changed((character) => character.toUpperCase()) },
    ...recorded.map((line) => {
      const [name = "", ...runs] = line.split(" ");
      return { name, readings: new Map(runs.flatMap(readRun)) };
    }),
  ];
}

function changed(read: (character: string) => string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const character of characters()) {
    const reading = read(character);
    if (reading !== character) found.set(character, reading);
  }
  return found;
}

/** `100-12e/2:1` or `df=53.53`, as `renew.cjs` explains them. */
function readRun(run: string): readonly (readonly [character: string, reading: string])[] {
  const [from = "", to] = run.split("=");
  const hex = (digits: string) => Number.parseInt(digits, 16);
  if (to !== undefined) return [[String.fromCodePoint(hex(from)), String.fromCodePoint(...to.split(".").map(hex))]];
  const [, start = "", end = start, step = "1", shift = ""] =
    /^([0-9a-f]+)(?:-([0-9a-f]+)\/(\d))?:(-?[0-9a-f]+)$/.exec(run) ?? [];
  const count = (hex(end) - hex(start)) / Number(step) + 1;
  return Array.from({ length: count }, (_, index) => {
    const code = hex(start) + index * Number(step);
    return [String.fromCodePoint(code), String.fromCodePoint(code + hex(shift))] as const;
  });
}
