import { CommandError, EXIT } from "../process/command-error";

/** `sub=ann` is a text, `scp:=["orders/read"]` whatever JSON says. */
export function claimsOf(texts: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(texts.map(claimOf));
}

function claimOf(text: string): readonly [string, unknown] {
  const [, name, how, value = ""] = /^(.+?)(:?=)(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw refused(text, "expected <claim>=<text> or <claim>:=<JSON>");
  if (how === "=") return [name, value];
  try {
    return [name, JSON.parse(value)];
  } catch {
    throw refused(text, "what follows := is no JSON");
  }
}

function refused(text: string, reason: string): CommandError {
  return new CommandError(
    `--claim ${text}: ${reason}\n    as in --claim sub=ann --claim 'scp:=["orders/read"]'`,
    EXIT.usage,
  );
}
