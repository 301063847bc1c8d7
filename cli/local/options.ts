import { readServiceChoice, type ServiceChoice } from "../../packages/local-front-door/services/services";
import { type CommandError, usageError } from "../process/command-error";

/** Names and addresses that always mean this machine. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** `--origin`: scheme, host and port, as a browser writes them in `Origin`. */
export function loopbackOrigin(text: string): string {
  const url = loopbackUrl(text);
  if (url === undefined) {
    throw refused("--origin", text, "the origin of a page of this machine", "http://localhost:5173");
  }
  if (url.origin !== text) throw refused("--origin", text, "no more than scheme, host and port", url.origin);
  return text;
}

/** `--callback`: compared character by character, as Cognito does. */
export function loopbackCallback(text: string): string {
  const url = loopbackUrl(text);
  if (url !== undefined && !text.includes("#")) return text;
  throw refused("--callback", text, "a URL of this machine without a fragment", "http://localhost:5173/callback");
}

function loopbackUrl(text: string): URL | undefined {
  if (!URL.canParse(text) || /\s/.test(text)) return undefined;
  const url = new URL(text);
  const plain = url.username === "" && url.password === "" && /^https?:\/\//.test(text);
  return plain && /^https?:$/.test(url.protocol) && LOOPBACK.test(url.hostname) ? url : undefined;
}

function refused(option: string, got: string, expected: string, example: string): CommandError {
  const remedy = "other origins and URLs belong in config/, where deployed environments get them too";
  return usageError(`${option} ${got}: expected ${expected}, as in ${example}`, remedy);
}

/** `orders=:3000` is a port of this machine, `orders=npm start` a command that listens on its PORT. */
export function serviceChoice(text: string): ServiceChoice {
  const choice = readServiceChoice(text);
  if (choice !== undefined) return choice;
  throw usageError(
    `--service ${text}: expected <service>=:<port> or <service>="<command>"`,
    `as in --service orders=:3000 --service catalog="npm start"`,
  );
}

/** `sub=ann` is a text. `scp:=["orders/read"]` is any JSON value. */
export function claimsOf(texts: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(texts.map(claimOf));
}

function claimOf(text: string): readonly [string, unknown] {
  const [, name, how, value = ""] = /^(.+?)(:?=)(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw malformedClaim(text, "expected <claim>=<text> or <claim>:=<JSON>");
  if (how === "=") return [name, value];
  try {
    return [name, JSON.parse(value)];
  } catch {
    throw malformedClaim(text, "the text after := is not JSON");
  }
}

function malformedClaim(text: string, reason: string): CommandError {
  return usageError(`--claim ${text}: ${reason}`, `as in --claim sub=ann --claim 'scp:=["orders/read"]'`);
}
