import { differences, isManifest, type Manifest } from "../../../../cli/plan/manifest";
import { testAll } from "../../../support/test-all";

const MANIFEST: Manifest = {
  version: 1,
  environment: "dev",
  createdAt: "2026-11-25T17:24:08.190Z",
  terraform: "1.15.5",
  change: "sha256:c",
  plan: "sha256:p",
  config: "sha256:f",
  stack: "sha256:s",
  providerLock: "sha256:l",
  state: { serial: 7, lineage: "0b1c2d3e-aaaa" },
};

test("a plan matches its unchanged inputs at any later time", () => {
  expect(differences(MANIFEST, { ...MANIFEST, createdAt: "2027-01-01T00:00:00.000Z", change: "sha256:x" })).toEqual([]);
});

testAll([
  [{ environment: "prod" }, "the environment: was dev, is prod"],
  [{ terraform: "1.16.0" }, "Terraform's version: was 1.15.5, is 1.16.0"],
  [{ plan: "sha256:q" }, "the plan file: was sha256:p, is sha256:q"],
  [{ plan: "" }, "the plan file: was sha256:p, is not there"],
  [{ config: "sha256:g" }, "the config: was sha256:f, is sha256:g"],
  [{ stack: "sha256:t" }, "the synthesized stack: was sha256:s, is sha256:t"],
  [{ providerLock: "sha256:m" }, "the lock file of the providers: was sha256:l, is sha256:m"],
  [{ state: { serial: 8, lineage: "0b1c2d3e-aaaa" } }, "the state: was serial 7 of 0b1c2d3e, is serial 8 of 0b1c2d3e"],
  [{ state: { serial: 0, lineage: "" } }, "the state: was serial 7 of 0b1c2d3e, is empty"],
])("names the changed part %j", (other, line) => {
  expect(differences(MANIFEST, { ...MANIFEST, ...other })).toEqual([line]);
});

testAll([undefined, null, {}, [], "text", { ...MANIFEST, version: 2 }])("%j is not a manifest", (value) => {
  expect(isManifest(value)).toBe(false);
});
