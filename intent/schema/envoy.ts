import { keys, text } from "./fields";

/** Whether it is the tested version is a rule. */
export const envoy = keys(
  {
    image: text(/^\S+@sha256:[0-9a-f]{64}$/, {
      description: "Envoy's image, pinned by its digest, with its version as tag.",
      expected: "an image with a digest (…@sha256: and 64 hex digits)",
      example:
        "europe-docker.pkg.dev/acme/mirror/envoy:distroless-v1.40.0@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      remedy: "read the digest with: docker buildx imagetools inspect envoyproxy/envoy:distroless-v1.40.0",
    }),
  },
  "The container that verifies callers' tokens before a service's app: under handshake: shared-issuer, and with verifyCallerToken.",
);
