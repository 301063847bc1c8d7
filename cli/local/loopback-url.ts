import { CommandError, EXIT } from "../process/command-error";

/** Names and addresses that no other machine can answer for. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** `--origin`: scheme, host and port, as a browser writes them into `Origin`. */
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
  const remedy = "others belong into config/, where a deployed environment has them too";
  return new CommandError(`${option} ${got}: expected ${expected}, as in ${example}\n    ${remedy}`, EXIT.usage);
}
