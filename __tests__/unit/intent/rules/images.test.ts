import { faults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const DIGEST = `sha256:${"0a".repeat(32)}`;
const image = (reference: string, more = "") =>
  faults(`services: { orders: { image: "${reference}" }, catalog: null }\n${more}`);

testAll([
  "europe-docker.pkg.dev/acme/shop/orders",
  "europe-west1-docker.pkg.dev/acme/shop/orders:1.4.0",
  "us-docker.pkg.dev/example.com:acme/shop/orders:v1",
  "gcr.io/acme/orders",
  "eu.gcr.io/acme/orders:latest",
  "docker.io/library/nginx:1",
  `docker.io/acme/orders@${DIGEST}`,
  `docker.io/acme/my__orders.x-y:1@${DIGEST}`,
])("%s is an image that Cloud Run pulls", (reference) => {
  expect(image(reference)).toEqual([]);
});

testAll([
  "orders",
  "orders:1",
  "acme/orders",
  "ghcr.io/acme/orders:1",
  "https://docker.io/acme/orders",
  "docker.io/Acme/orders",
  "docker.io/acme/orders:",
  "docker.io/acme/orders:-1",
  "docker.io/acme/orders@sha256:abc",
  `docker.io/acme/orders@${DIGEST.toUpperCase()}`,
  `docker.io/acme/orders@${DIGEST}0`,
  "docker.io",
  "docker.io/",
  "docker.io//orders",
  "evil.example.com/docker.io/acme/orders",
  "docker.pkg.dev.example.com/acme/orders",
])("%s is not an image that Cloud Run pulls", (reference) => {
  expect(image(reference)).toEqual([
    expect.stringContaining(`services.orders.image  got ${JSON.stringify(reference)}, expected registry/repository`),
  ]);
});

test("a tag has at most 128 characters", () => {
  const tagged = (length: number) => image(`docker.io/acme/orders:${"t".repeat(length)}`);
  expect(tagged(128)).toEqual([]);
  expect(tagged(129)).toEqual([expect.stringContaining("expected registry/repository[:tag]")]);
});

test("with requireDigest, a tag is not enough", () => {
  expect(image("docker.io/acme/orders:1", "requireDigest: true")).toEqual([
    'services.orders.image  got "docker.io/acme/orders:1", expected an image with @sha256:<digest> (requireDigest is on)',
  ]);
  expect(image(`docker.io/acme/orders:1@${DIGEST}`, "requireDigest: true")).toEqual([]);
  expect(image("docker.io/acme/orders:1", "requireDigest: false")).toEqual([]);
});

describe("a rollout", () => {
  const service = (rollout: string) => `services: { orders: { rollout: ${rollout} } }`;
  const OLD = "europe-docker.pkg.dev/acme/shop/orders:0.9.0";

  testAll([`{ percent: 10, from: "${OLD}" }`, "{ percent: 100 }", `{ percent: 0, from: "${OLD}" }`])(
    "%s is accepted",
    (rollout) => {
      expect(faults(service(rollout))).toEqual([]);
    },
  );

  testAll<[string, string]>([
    ["{ percent: 10 }", "services.orders.rollout"],
    [`{ percent: 101, from: "${OLD}" }`, "services.orders.rollout.percent"],
    [`{ percent: 2.5, from: "${OLD}" }`, "services.orders.rollout.percent"],
    [`{ from: "${OLD}" }`, "services.orders.rollout.percent"],
    ['{ percent: 10, from: "europe-docker.pkg.dev/acme/shop/orders:1.0.0" }', "services.orders.rollout.from"],
    ['{ percent: 10, from: "no/registry/:" }', "services.orders.rollout.from"],
  ])("%s is refused", (rollout, path) => {
    expect(faults(service(rollout)).map((fault) => fault.split("  ")[0])).toEqual([path]);
  });

  test("needs a digest if images do", () => {
    const digest = `europe-docker.pkg.dev/acme/shop/orders@sha256:${"a".repeat(64)}`;
    const found = faults(
      `requireDigest: true\nservices: { orders: { image: "${digest}", rollout: { percent: 10, from: "${OLD}" } }, catalog: { image: "${digest}" } }`,
    );
    expect(found.map((fault) => fault.split("  ")[0])).toEqual(["services.orders.rollout.from"]);
  });
});
