import { IMAGE_TAG_CHARACTERS } from "../limits";
import type { Rule } from "../rule";

const HOST = "(?:[a-z0-9-]+-docker\\.pkg\\.dev|docker\\.pkg\\.dev|(?:[a-z0-9-]+\\.)?gcr\\.io|docker\\.io)";
const COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
/** The first component may be a project of an organisation's domain: `example.com:acme`. */
const REPOSITORY = `/(?:[a-z0-9-]+(?:\\.[a-z0-9-]+)+:)?${COMPONENT}(?:/${COMPONENT})*`;
const TAG = `(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,${IMAGE_TAG_CHARACTERS - 1}})?`;
const DIGEST = "@sha256:[0-9a-f]{64}";

/** `host/repository[:tag][@digest]`, with a host that Cloud Run pulls from. */
const REFERENCE = new RegExp(`^${HOST}${REPOSITORY}${TAG}(?:${DIGEST})?$`);
const PINNED = new RegExp(`${DIGEST}$`);

/** What runs is what was tested: a tag can be moved, a digest cannot. */
export const imagesArePinned: Rule = ({ services, requireDigest }, report) => {
  for (const [id, { image }] of services) {
    if (image === undefined) continue;
    const path = ["services", id, "image"];
    if (!REFERENCE.test(image)) {
      report(path, {
        got: JSON.stringify(image),
        expected:
          "registry/repository[:tag][@sha256:<64 hex digits>] (Cloud Run pulls from *-docker.pkg.dev, gcr.io and docker.io)",
        remedy:
          "write the whole reference, as in europe-docker.pkg.dev/acme/shop/orders:1.4.0; mirror other registries",
      });
    } else if (requireDigest === true && !PINNED.test(image)) {
      report(path, {
        got: JSON.stringify(image),
        expected: "an image with @sha256:<digest> (requireDigest is on)",
        remedy: "pin it in this environment's file; `docker buildx imagetools inspect <image>` shows the digest",
      });
    }
  }
};
