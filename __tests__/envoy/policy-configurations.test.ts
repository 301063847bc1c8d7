import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import type { AuthorizerPolicy } from "../../functions/authorizer/policy";
import { withAddresses } from "../../local/envoy/addresses";
import { envoyConfiguration } from "../../stacks/google/envoy/configuration";
import { configurationText, sidecarPorts } from "../../stacks/google/envoy/delivery";
import { sidecarOf } from "../../stacks/google/envoy/from-policy";
import { describeWhere } from "../support/describe-where";
import { envoyBinary } from "./support/binary";

const binary = envoyBinary();
const SYNTHESIZED = join(__dirname, "../../synthesized");

/** Of every environment with functions, each service as if `verifyCallerToken` were on. None of these is synthesized. */
const services = readdirSync(SYNTHESIZED).flatMap((environment) => {
  const file = join(SYNTHESIZED, environment, "authorizer-policy.json");
  if (!existsSync(file)) return [];
  const policy = JSON.parse(readFileSync(file, "utf8")) as AuthorizerPolicy;
  return Object.keys(policy.services).map((service) => [`${environment} ${service}`, policy, service] as const);
});

describeWhere("missing" in binary ? binary.missing : undefined, "real Envoy", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "front-door-envoy-"));
    // Each system has its file of authorities elsewhere.
    writeFileSync(join(folder, "authorities.pem"), rootCertificates[0] ?? "");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(services)("takes the configuration that the policy would give %s", (_, policy, service) => {
    const sidecar = sidecarOf(policy, service, {
      project: "shop",
      ports: sidecarPorts(8080),
      timeoutSeconds: 30,
      resolve: (variable) => `https://issuer.example/${variable}`,
      keysOf: (id) => ({ host: `${id}.example`, path: "/keys" }),
    });
    const on = (port: number) => ({ address: "127.0.0.1", port });
    const text = withAddresses(configurationText(envoyConfiguration(sidecar)), {
      listeners: { ingress: on(1), probe: on(2) },
      app: on(3),
      hosts: Object.fromEntries(policy.issuers.map(({ id }) => [`${id}.example`, on(4)])),
      authorities: join(folder, "authorities.pem"),
    });
    const args = ["--mode", "validate", "--log-level", "warning", "--config-yaml", text];
    const done = spawnSync("envoy" in binary ? binary.envoy : "", args, { encoding: "utf8", timeout: 20_000 });
    expect({ said: done.stderr.slice(0, 2000), code: done.status }).toEqual({ said: "", code: 0 });
  });
});
