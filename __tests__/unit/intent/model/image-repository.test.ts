import { imageRepositories, imageRepository, repositoryName } from "../../../../intent/model/image-repository";
import { intentOf } from "../../../support/shop";
import { testAll } from "../../../support/test-all";

const named = (image: string) => {
  const found = imageRepository(image);
  return found && repositoryName(found);
};

testAll([
  ["europe-docker.pkg.dev/acme/shop/orders:1.14.2", "projects/acme/locations/europe/repositories/shop"],
  ["us-central1-docker.pkg.dev/acme/shop/a/b@sha256:0", "projects/acme/locations/us-central1/repositories/shop"],
  ["eu.gcr.io/acme/orders:1", "projects/acme/locations/europe/repositories/eu.gcr.io"],
  ["gcr.io/acme/orders", "projects/acme/locations/us/repositories/gcr.io"],
  ["asia.gcr.io/acme/orders", "projects/acme/locations/asia/repositories/asia.gcr.io"],
  ["us.gcr.io/acme/orders", "projects/acme/locations/us/repositories/us.gcr.io"],
  // A domain-scoped project.
  [
    "europe-docker.pkg.dev/example.com/acme/shop/orders",
    "projects/example.com:acme/locations/europe/repositories/shop",
  ],
  ["gcr.io/example.com:acme/orders", "projects/example.com:acme/locations/us/repositories/gcr.io"],
  // Public, or no repository of Artifact Registry whose name is known.
  ["us-docker.pkg.dev/cloudrun/container/hello:latest", undefined],
  ["docker.io/envoyproxy/envoy:distroless-v1.40.0", undefined],
  ["mirror.gcr.io/library/nginx", undefined],
  ["docker.pkg.dev/acme/shop/orders", undefined],
])("%s is in the repository %s", (image, repository) => {
  expect(named(image)).toBe(repository);
});

test("an environment's repositories are those of its services, their previous images, and Envoy if it runs", () => {
  const dev = intentOf("dev");
  const [orders] = dev.services;
  if (orders === undefined) throw new Error("the shop has no service");
  const of = (repository: string) => `europe-docker.pkg.dev/acme/${repository}/app:1`;
  const names = (verifiesCallerToken: boolean) =>
    imageRepositories({
      services: [
        { ...orders, image: of("b"), verifiesCallerToken, rollout: { percent: 10, from: of("a") } },
        { ...orders, image: of("b"), verifiesCallerToken: false },
      ],
      envoy: { image: of("envoy") },
    }).map(({ repository }) => repository);
  expect(names(true)).toEqual(["a", "b", "envoy"]);
  expect(names(false)).toEqual(["a", "b"]);
});
