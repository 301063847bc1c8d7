import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describePlanners, plannedBy } from "../../../../cli/terraform/providers";

const folder = mkdtempSync(join(tmpdir(), "front-door-providers-"));
afterAll(() => rmSync(folder, { recursive: true }));

function install(provider: string, version: string, bytes: string, registry = "registry.terraform.io"): void {
  const place = join(folder, ".terraform/providers", registry, "hashicorp", provider, version, "linux_amd64");
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, `terraform-provider-${provider}_v${version}`), bytes);
}

test("recognizes a script as a stand-in provider, and reports what it proves", () => {
  install("aws", "6.25.0", "#!/bin/sh\n");
  install("google", "6.50.0", "\x7fELF", "registry.opentofu.org");
  const planners = plannedBy(folder);
  expect(planners).toEqual([
    { name: "hashicorp/aws 6.25.0", standIn: true },
    { name: "hashicorp/google 6.50.0", standIn: false },
  ]);
  expect(describePlanners(planners)).toContain(
    "hashicorp/aws 6.25.0 (stand-in), hashicorp/google 6.50.0: stand-ins prove",
  );
  expect(describePlanners(planners.slice(1))).toContain("real providers");
});
