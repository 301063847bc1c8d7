import { StackError } from "../terraform/document";
import type { UserPool } from "./pool";

/** Each callback of this machine with the clients that have it: what a deployed pool would refuse. */
export function callbackDeviations(pools: readonly UserPool[], localCallbacks: readonly string[]): readonly string[] {
  const signingIn = pools.flatMap(({ clients }) => clients).filter(({ flows }) => flows.includes("code"));
  if (localCallbacks.length > 0 && signingIn.length === 0) {
    const remedy = "declare one with grant: authorization_code, or leave out --callback";
    throw new StackError("aws_cognito_user_pool_client", `none signs people in, so none takes a callback; ${remedy}`);
  }
  return signingIn.flatMap(({ address, localCallbackUrls }) =>
    localCallbackUrls.map((url) => `${address}.callback_urls: on this machine ${url} is a callback too`),
  );
}
