import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { envoyConfiguration } from "../../../contract/envoy/configuration";
import { configurationText } from "../../../contract/envoy/delivery";
import { type Sidecar, sidecarOf } from "../../../contract/envoy/policy";
import type { AuthorizerPolicy } from "../../../contract/policy-file";
import { withAddresses } from "../../../packages/local-front-door/services/sidecars";
import { envoyPolicyOf } from "../../../stacks/envoy-policy";
import { describeWhere } from "../../support/describe-where";
import { synthesizedFiles, synthesizedNames } from "../../support/synthesized";
import { envoyBinary } from "./support/binary";

const binary = envoyBinary();
/** Every service of every environment with functions, as if `verifyCallerToken` were on. None of these is synthesized. */
const SERVICES = synthesizedNames().flatMap((environment) => {
  const text = synthesizedFiles(environment)["authorizer-policy.json"];
  const policy = text === undefined ? undefined : (JSON.parse(text) as AuthorizerPolicy);
  return policy === undefined
    ? []
    : Object.keys(policy.services).map((service) => [`${environment} ${service}`, policy, service] as const);
});

describeWhere("missing" in binary ? binary.missing : undefined, "real Envoy", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "front-door-envoy-"));
    // The path of the authorities file depends on the system.
    writeFileSync(join(folder, "authorities.pem"), rootCertificates[0] ?? "");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Envoy's errors about a configuration. */
  function complaints(policy: AuthorizerPolicy, service: string): readonly string[] {
    const enforced = envoyPolicyOf(policy, {
      image: "envoy",
      project: "shop",
      services: [{ id: service, name: service, port: 8080, timeoutSeconds: 30 }],
      resolve: (variable) => `https://issuer.example/${variable}`,
      keysOf: (id) => ({ host: `${id}.example`, path: "/keys" }),
    });
    const on = (port: number) => ({ address: "127.0.0.1", port });
    const text = withAddresses(configurationText(envoyConfiguration(sidecarOf(enforced, service) as Sidecar)), {
      listeners: { ingress: on(1), probe: on(2) },
      app: on(3),
      hosts: Object.fromEntries(policy.issuers.map(({ id }) => [`${id}.example`, on(4)])),
      authorities: join(folder, "authorities.pem"),
    });
    const args = ["--mode", "validate", "--log-level", "warning", "--config-yaml", text];
    const { status, stderr } = spawnSync("envoy" in binary ? binary.envoy : "", args, { encoding: "utf8" });
    return status === 0 && stderr === "" ? [] : [`${status}: ${stderr.slice(0, 2000)}`];
  }

  test("accepts the configuration of each service under each policy", () => {
    const refused = SERVICES.flatMap(([name, policy, service]) =>
      complaints(policy, service).map((complaint) => `${name}: ${complaint}`),
    );
    expect(refused).toEqual([]);
    expect(SERVICES.length).toBeGreaterThan(6);
  });
});
