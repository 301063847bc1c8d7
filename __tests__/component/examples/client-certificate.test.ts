import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BASE, loadFiles } from "../../support/config-folder";
import { describeWhere } from "../../support/describe-where";
import { printed } from "../../support/documentation";

const missing = spawnSync("openssl", ["version"]).status === 0 ? undefined : "no openssl on this machine";

describeWhere(missing, "the printed openssl commands", () => {
  const folder = mkdtempSync(join(tmpdir(), "partner-certificates-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("make an authority that config accepts, and a client's certificate that it signed", () => {
    mkdirSync(join(folder, "config"));
    const { status, stderr } = spawnSync("sh", ["-e", "-c", printed("run: client-certificate")], {
      cwd: folder,
      encoding: "utf8",
    });
    expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
    const overlay = `google: { ownsProject: true }\n${printed("environment: client-certificate")}`;
    const authority = readFileSync(join(folder, "config/partners.pem"));
    const loaded = loadFiles({ "base.yaml": BASE, "partners.yaml": overlay, "partners.pem": authority });
    expect(loaded.ok ? loaded.intents[0]?.gateway.mutualTls?.certificates : loaded.problems).toMatchObject([
      { subject: "CN=Acme partners, O=Acme" },
    ]);
    const verify = ["verify", "-purpose", "sslclient", "-CAfile", "config/partners.pem", "client.crt"];
    expect(execFileSync("openssl", verify, { cwd: folder, encoding: "utf8" })).toBe("client.crt: OK\n");
  });
});
