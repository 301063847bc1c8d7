import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { type Clouds, type CloudsProps, startClouds } from "../../../packages/local-front-door/clouds";
import { keepRsaKeys } from "../rsa-keys";
import { type Change, changed } from "./document";
import { smallDocument } from "./small-document";

keepRsaKeys();

/**
 * A function that answers as its event's `x-do` header says, so that a test can see how the gateway handles the answer.
 */
export const HANDLER = `
let events = 0;
export const answer = async (event) => {
  events += 1;
  const wish = event.headers?.["x-do"] ?? "allow";
  if (wish === "throw") throw new Error("unavailable");
  if (wish === "nothing") return undefined;
  const context = { event: Buffer.from(JSON.stringify(event)).toString("base64url"), events, decision: "allowed" };
  return { isAuthorized: wish === "allow", context };
};`;

/** Writes the stack into a new folder, with a zip of this handler. */
export function writeSmallStack(changes: readonly Change[] = [], handler = HANDLER) {
  const folder = mkdtempSync(join(tmpdir(), "front-door-small-"));
  const zip = zipSync({
    "index.mjs": strToU8(handler),
    "authorizer-policy.json": strToU8(JSON.stringify({ issuers: [] })),
  });
  const document = smallDocument();
  const declared = document.resource.aws_lambda_function?.judge;
  if (declared) declared.source_code_hash = createHash("sha256").update(zip).digest("base64");
  changed(document, ...changes);
  writeFileSync(join(folder, "function.zip"), zip);
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(document));
  return { stackFile: join(folder, "cdk.tf.json"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The small stack, running; stopped and removed by `stop`. */
export async function startSmallStack(
  changes: readonly Change[] = [],
  handler?: string,
  props: Partial<CloudsProps> = {},
): Promise<Clouds> {
  const { stackFile, remove } = writeSmallStack(changes, handler);
  try {
    const clouds = await startClouds({ stackFile, ...props });
    return {
      ...clouds,
      stop: async () => {
        await clouds.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The request that the echo service behind the small stack received. */
export interface Seen {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function seenBy(response: Response): Promise<Seen> {
  const seen = (await response.json()) as Omit<Seen, "headers"> & { readonly headers: readonly [string, string][] };
  const headers = seen.headers.map(([name, value]) => [name.toLowerCase(), value]);
  return { ...seen, headers: Object.fromEntries(headers) };
}

/** The event with which the gateway called the function, taken from the request that the service received. */
export function eventOf(seen: Seen): Record<string, unknown> {
  return JSON.parse(Buffer.from(seen.headers["x-event"] ?? "", "base64url").toString());
}
