import { type Draft, issuersOf, type Rule } from "../derived/draft";
import { DIGEST, ENVOY_VERSION, imageFault } from "../schema/image-reference";
import { urlFault } from "../schema/public-url";
import type { Report } from "../source/finding";
import type { Path } from "../source/located";

const PINNED = new RegExp(`${DIGEST}$`);

/** Pinning ensures that what runs is what was tested: a tag can be moved, a digest cannot. */
export const imagesArePinned: Rule = ({ services, requireDigest }, report) => {
  for (const [id, { image, rollout }] of services) {
    if (image !== undefined) checkImage(["services", id, "image"], image, requireDigest === true, report);
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

/** Two owners of the image or of the traffic would undo each other's changes. */
export const releasesHaveOneOwner: Rule = ({ services }, report) => {
  for (const [id, { deployedBy, rollout }] of services) {
    if (deployedBy === undefined || rollout === undefined) continue;
    report(["services", id, "rollout"], {
      got: "rollout together with deployedBy",
      expected: "one of the two: a rollout names both images, and here the pipeline does",
      remedy: "remove rollout and let the pipeline divide the calls (traffic: pipeline), or remove deployedBy",
    });
  }
};

/** Whether any service of the environment runs behind Envoy. */
export function verifiesTokens({ handshake, services }: Draft): boolean {
  return handshake === "shared-issuer" || [...services.values()].some(({ verifyCallerToken }) => verifyCallerToken);
}

/** Envoy authorizes callers, so its image must be set, pinned and of the tested release. */
export const envoyIsPinned: Rule = (draft, report) => {
  const image = draft.envoy?.image;
  if (image === undefined) {
    if (!verifiesTokens(draft)) return;
    report(["envoy"], {
      got: "nothing",
      expected: `the image of Envoy ${ENVOY_VERSION} (it verifies tokens in this environment)`,
      remedy: `mirror docker.io/envoyproxy/envoy:distroless-v${ENVOY_VERSION} into your registry and name it in envoy.image, with its digest`,
    });
    return;
  }
  const fault = imageFault(image);
  if (fault !== undefined) {
    report(["envoy", "image"], fault);
  } else if (!image.includes(`:distroless-v${ENVOY_VERSION}@`)) {
    report(["envoy", "image"], {
      got: JSON.stringify(image),
      expected: `a tag distroless-v${ENVOY_VERSION} before the digest: the release whose decisions are tested`,
      remedy: `mirror docker.io/envoyproxy/envoy:distroless-v${ENVOY_VERSION}; a newer one comes with a newer release of this program`,
    });
  }
};

/** Envoy does no discovery. Without the URL of the keys it could not verify tokens. */
export const keysAreFound: Rule = (draft, report) => {
  for (const [id, issuer] of issuersOf(draft, "oidc")) {
    if (issuer.jwksUri !== undefined) {
      const fault = urlFault(issuer.jwksUri, "copy jwks_uri of its /.well-known/openid-configuration");
      if (fault) report(["issuers", id, "jwksUri"], { got: JSON.stringify(issuer.jwksUri), ...fault });
    } else if (verifiesTokens(draft)) {
      report(["issuers", id, "jwksUri"], {
        got: "nothing",
        expected: "the URL of its keys: Envoy verifies tokens in this environment, and does no discovery",
        remedy: `copy jwks_uri of ${issuer.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
      });
    }
  }
};
