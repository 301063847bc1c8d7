/** Text for one line: what would move a cursor, change a direction of writing or end the line is shown as an escape. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu, (found) => {
    if (found === "\n") return "\\n";
    return `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** A value on one line, at most this long. */
export function shortValue(value: unknown, most = 300): string {
  const text = visible(typeof value === "string" ? value : JSON.stringify(value));
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
}
