import type { Rule } from "../derived/rule";
import { DIGEST, imageFault } from "../schema/image-reference";

const PINNED = new RegExp(`${DIGEST}$`);

/** Pinning ensures that what runs is what was tested: a tag can be moved, a digest cannot. */
export const imagesArePinned: Rule = ({ services, requireDigest }, report) => {
  for (const [id, { image }] of services) {
    const path = ["services", id, "image"];
    const fault = imageFault(image);
    if (fault !== undefined) {
      report(path, fault);
    } else if (requireDigest === true && !PINNED.test(image)) {
      report(path, {
        got: JSON.stringify(image),
        expected: "an image with @sha256:<digest> (requireDigest is on)",
        remedy: "pin it in this environment's file; `docker buildx imagetools inspect <image>` shows the digest",
      });
    }
  }
};
