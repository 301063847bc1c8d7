import type { Draft } from "../derived/draft";
import type { Rule } from "../derived/rule";
import { ENVOY_VERSION, imageFault } from "../schema/image-reference";
import { urlFault } from "../schema/public-url";

/** Whether any service of the environment runs behind Envoy. */
function verifiesTokens({ handshake, services }: Draft): boolean {
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
  for (const [id, issuer] of draft.issuers) {
    if (issuer.kind !== "oidc") continue;
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
