import type { Intent } from "../../../../intent/model/intent";
import { manyRoutes } from "../../../support/many-routes";
import { type Find, violations } from "../../../support/policy";
import { intentOf } from "../../../support/shop";

const SERVICE = "google_cloud_run_v2_service.orders";
const CONTAINERS = "template.containers";

// biome-ignore lint/suspicious/noExplicitAny: what cdktf keeps of a resource
type Json = any;

describe("a configuration that is mounted", () => {
  const LARGE = manyRoutes("one");
  const VERSION = "google_secret_manager_secret_version.orders_envoy_configuration";
  const text = (find: Find): string => (find(VERSION) as Json).secretDataInput;

  test("is the policy's own", () => {
    expect(violations(() => {}, LARGE, "preview")).toEqual([]);
  });

  test.each<[string, (find: Find) => void, string]>([
    [
      "another text",
      (find) =>
        find(VERSION).addOverride("secret_data", text(find).replace('"codec_type":"HTTP1"', '"codec_type":"AUTO"')),
      'typed_config.codec_type: got "AUTO", expected "HTTP1"',
    ],
    [
      "another version than the one that is declared",
      (find) => find(SERVICE).addOverride("template.volumes.0.secret.items.0.version", "1"),
      "has an Envoy without its configuration",
    ],
    [
      "another secret",
      (find) => find(SERVICE).addOverride("template.volumes.0.secret.secret", "somebody-elses"),
      "has an Envoy without its configuration",
    ],
    [
      "another folder",
      (find) => find(SERVICE).addOverride(`${CONTAINERS}.0.volume_mounts.0.mount_path`, "/etc/ssl/certs"),
      "has an Envoy without its configuration",
    ],
    [
      "a second volume",
      (find) =>
        find(SERVICE).addOverride(`${CONTAINERS}.0.volume_mounts.1`, { mount_path: "/etc/ssl/certs", name: "own" }),
      "has an Envoy without its configuration",
    ],
  ])("stops the synthesis with %s", (_, change, message) => {
    expect(violations(change, LARGE, "preview")).toEqual([expect.stringContaining(message)]);
  });
});

const dev = intentOf("dev");
/** Dev, with both Envoy and IAM in front of the accounts service. */
const both: Intent = {
  ...dev,
  envoy: intentOf("preview").envoy as Intent["envoy"],
  issuers: dev.issuers.map((issuer) =>
    issuer.kind === "oidc" ? { ...issuer, jwksUri: `${issuer.issuer}/keys` } : issuer,
  ),
  services: dev.services.map((service) => ({ ...service, verifiesCallerToken: service.id === "accounts" })),
};

test("with the federated handshake Envoy may run behind the IAM check, which must stay on", () => {
  expect(violations(() => {}, both)).toEqual([]);
  const off = violations(
    (find) => find("google_cloud_run_v2_service.accounts").addOverride("invoker_iam_disabled", true),
    both,
  );
  expect(off).toEqual([expect.stringContaining("set invoker_iam_disabled to false")]);
});

test("a service that must have Envoy and has none stops the synthesis", () => {
  const gone = violations(
    (find) => find("google_cloud_run_v2_service.accounts").addOverride(CONTAINERS, [{ image: "x", ports: {} }]),
    both,
  );
  expect(gone).toEqual([
    expect.stringContaining("google_cloud_run_v2_service.accounts: lets calls reach a container other than envoy"),
  ]);
});
