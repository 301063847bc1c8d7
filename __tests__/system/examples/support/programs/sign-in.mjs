/**
 * The library's part of a sign-in, with the printed settings: prints the address for the browser, reads the callback's
 * address, and prints the result.
 */
import { createInterface } from "node:readline";
import { OidcClient } from "oidc-client-ts";
import { signInSettings } from "../../../../../examples/browser/settings.mjs";

const client = new OidcClient(signInSettings(JSON.parse(process.argv[2])));
const request = await client.createSigninRequest({});
console.log(request.url);
for await (const callback of createInterface({ input: process.stdin })) {
  const told = await client
    .processSigninResponse(callback)
    .catch(({ error, message }) => ({ error: error ?? message }));
  console.log(JSON.stringify({ token: told.access_token, error: told.error }));
  break;
}
