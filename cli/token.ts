import { suggestion } from "../intent/model/nearest";
import { type DoorFile, doorFileName, openDoors, readDoorFile } from "./local/door-file";
import { claimsOf } from "./local/options";
import type { TokenOrder } from "./local/token-order";
import { type CommandError, projectError, usageError } from "./process/command-error";

/** Options of the command. Its help describes each of them. */
export interface TokenOptions {
  readonly as: string;
  readonly claim: readonly string[];
  readonly expires?: string;
  readonly user?: string;
}

/**
 * `npm run token -- env --as caller`: prints a token, signed by the open front door, and nothing else on standard
 * output.
 */
export async function token(environment: string, options: TokenOptions): Promise<void> {
  const { as, user } = options;
  const order = { as, claims: claimsOf(options.claim), expires: secondsOf(options.expires), user: userOf(user) };
  const door = readDoorFile(environment);
  if (door === undefined) throw closed(environment);
  console.log(await orderedFrom(environment, door, order));
}

async function orderedFrom(environment: string, { url, secret }: DoorFile, order: TokenOrder): Promise<string> {
  const headers = { authorization: `Bearer ${secret}` };
  const init = { method: "POST", headers, body: JSON.stringify(order) };
  const response = await fetch(`${url}/token`, init).catch(() => {
    throw closed(environment); // the door ended without removing its file
  });
  const text = await response.text();
  if (response.ok) return text;
  if (response.status === 400) throw usageError(text);
  throw projectError(`${doorFileName(environment)}: ${url} answers ${response.status}: ${text}`);
}

function closed(environment: string): CommandError {
  const others = openDoors().filter((each) => each !== environment);
  const hint = others.length === 0 ? "" : `; ${suggestion(environment, others)}`;
  return usageError(
    `no front door of ${environment} is open here${hint}`,
    `open it in another terminal: npm run local -- ${environment}`,
  );
}

/** A name that the sign-in page accepts. */
function userOf(name: string | undefined): string | undefined {
  if (name === undefined || /^[\w.@+-]{1,64}$/.test(name)) return name;
  throw usageError(`--user ${name}: expected 1 to 64 characters: letters, digits, or . @ + - _`);
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (/^-?\d{1,9}$/.test(text)) return seconds;
  throw usageError(`--expires ${text}: expected seconds from now, less than 0 for the past`);
}
