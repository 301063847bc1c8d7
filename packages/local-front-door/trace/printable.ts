import { UNPRINTABLE } from "../../../contract/unprintable";

/**
 * A text for a terminal: control and format characters, line separators and unpaired surrogates become visible, as in
 * `\u{1b}`. So no text can move the cursor, change a title or a colour, or reverse the direction of what follows.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);
}

/** The same for a line that a program printed. It keeps its tabs, and loses the carriage return at its end. */
export function printableLine(line: string): string {
  return line.replace(/\r$/, "").split("\t").map(printable).join("\t");
}
