import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { ProjectCopy } from "../../../support/command";
import { describeWhere } from "../../../support/describe-where";
import { ROOT } from "../../../support/places";
import { envoyBinary } from "../../envoy/support/binary";

jest.setTimeout(120_000);

const project = new ProjectCopy("linked");
afterAll(() => project.remove());
beforeAll(() =>
  copyFileSync(join(ROOT, "__tests__/fixtures/expectations/shop.yaml"), project.path("config/expectations.yaml")),
);

const EXPECTATIONS = "config/expectations.yaml";
const SUBJECT = "repo:acme/storefront:environment:prod";
const KEPT = /^the answers keep (\d+) expectations about calls$/m;

test("the ledger and the built authorizer behind a REST API both meet the shop's expectations", () => {
  const { code, out, error } = project.run(["local", "prod", "--matrix"]);
  expect([code, error]).toEqual([0, ""]);
  expect(KEPT.exec(out)?.[1]).toBe("23");
});

const envoy = envoyBinary();

describeWhere("missing" in envoy ? envoy.missing : undefined, "with Envoy", () => {
  const ENVOY = "envoy" in envoy ? envoy.envoy : "";

  test("Envoy alone meets the expectations under the shared-issuer handshake", () => {
    const { code, out, error } = project.run(["local", "preview", "--matrix"], { ENVOY });
    expect([code, error]).toEqual([0, ""]);
    expect(KEPT.exec(out)?.[1]).toBe("2");
  });

  test("Envoy behind the authorizer meets all expectations", () => {
    const read = (file: string) => parseDocument(readFileSync(project.path(file), "utf8"));
    const prod = read("config/prod.yaml");
    prod.setIn(["envoy"], read("config/preview.yaml").get("envoy"));
    for (const issuer of ["aws", "github"])
      prod.setIn(["issuers", issuer, "jwksUri"], `https://${issuer}.example/keys`);
    prod.setIn(["issuers", "workforce", "jwksUri"], "https://acme.okta.com/oauth2/default/v1/keys");
    // Envoy tells an issuer's callers apart by one claim.
    prod.deleteIn(["clients", "release-check", "claims"]);
    prod.setIn(["clients", "release-check", "subject"], SUBJECT);
    const stated = readFileSync(project.path(EXPECTATIONS), "utf8");
    writeFileSync(project.path(EXPECTATIONS), stated.replaceAll("github/release-check", `"github/${SUBJECT}"`));
    for (const service of ["orders", "catalog", "accounts", "reviews"]) {
      prod.setIn(["services", service, "verifyCallerToken"], true);
    }
    writeFileSync(project.path("config/prod.yaml"), prod.toString());
    expect(project.run(["synth", "prod"])).toMatchObject({ code: 0 });
    const { code, out, error } = project.run(["local", "prod", "--matrix"], { ENVOY });
    expect([code, error]).toEqual([0, ""]);
    expect(KEPT.exec(out)?.[1]).toBe("23");
  });
});
