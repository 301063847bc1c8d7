import type { Rule } from "../derived/rule";
import { DIGEST, imageFault } from "../schema/image-reference";
import type { Report } from "../source/finding";
import type { Path } from "../source/located";

const PINNED = new RegExp(`${DIGEST}$`);

/** Pinning ensures that what runs is what was tested: a tag can be moved, a digest cannot. */
export const imagesArePinned: Rule = ({ services, requireDigest }, report) => {
  for (const [id, { image, rollout }] of services) {
    checkImage(["services", id, "image"], image, requireDigest === true, report);
    if (rollout?.from === undefined) continue;
    checkImage(["services", id, "rollout", "from"], rollout.from, requireDigest === true, report);
  }
};

function checkImage(path: Path, image: string, requireDigest: boolean, report: Report): void {
  const fault = imageFault(image);
  if (fault !== undefined) {
    report(path, fault);
  } else if (requireDigest && !PINNED.test(image)) {
    report(path, {
      got: JSON.stringify(image),
      expected: "an image with @sha256:<digest> (requireDigest is on)",
      remedy: "pin it in this environment's file; `docker buildx imagetools inspect <image>` shows the digest",
    });
  }
}

/** Below 100 percent, calls are divided between two different images. */
export const rolloutsHaveTwoImages: Rule = ({ services }, report) => {
  for (const [id, { image, rollout }] of services) {
    if (rollout === undefined) continue;
    if (rollout.percent < 100 && rollout.from === undefined) {
      report(["services", id, "rollout"], {
        got: `${rollout.percent} percent for ${image}, and no image for the others`,
        expected: "from: the image that gets the other calls",
        remedy: "write from, or percent: 100",
      });
    } else if (rollout.from === image) {
      report(["services", id, "rollout", "from"], {
        got: "the same image twice",
        expected: "another image than services.<id>.image",
        remedy: "write the image that runs now, or remove from and write percent: 100",
      });
    }
  }
};
