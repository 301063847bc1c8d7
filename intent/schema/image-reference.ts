import { IMAGE_TAG_CHARACTERS } from "../model/limits";
import type { Verdict } from "../source/finding";

/** The Envoy release whose decisions are tested against the authorizer's. Another release may decide differently. */
export const ENVOY_VERSION = "1.40.0";

const HOST = "(?:[a-z0-9-]+-docker\\.pkg\\.dev|docker\\.pkg\\.dev|(?:[a-z0-9-]+\\.)?gcr\\.io|docker\\.io)";
const COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
/** The first component may be a domain-scoped project: `example.com:acme`. */
const REPOSITORY = `/(?:[a-z0-9-]+(?:\\.[a-z0-9-]+)+:)?${COMPONENT}(?:/${COMPONENT})*`;
const TAG = `(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,${IMAGE_TAG_CHARACTERS - 1}})?`;
export const DIGEST = "@sha256:[0-9a-f]{64}";

/** `host/repository[:tag][@digest]`, with a host that Cloud Run pulls from. */
const REFERENCE = new RegExp(`^${HOST}${REPOSITORY}${TAG}(?:${DIGEST})?$`);

/** Why Cloud Run could not pull an image with this name; undefined if it can. */
export function imageFault(image: string): Verdict | undefined {
  if (REFERENCE.test(image)) return undefined;
  return {
    got: JSON.stringify(image),
    expected:
      "registry/repository[:tag][@sha256:<64 hex digits>] (Cloud Run pulls from *-docker.pkg.dev, gcr.io and docker.io)",
    remedy: "write the whole reference, as in europe-docker.pkg.dev/acme/shop/orders:1.4.0; mirror other registries",
  };
}
