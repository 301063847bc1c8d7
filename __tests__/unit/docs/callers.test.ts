import { readFileSync } from "node:fs";
import { join } from "node:path";
import { authorities } from "../../support/authorities";
import { BASE, loadFiles } from "../../support/config-folder";
import { printed } from "../../support/documentation";
import { ROOT } from "../../support/places";

/** Warnings or problems of an environment that has the printed config. */
function found(config: string, more: Readonly<Record<string, string>> = {}) {
  const owner = "google: { ownsProject: true }\n";
  const files = { "base.yaml": BASE, "partners.yaml": `${owner}${config}`, "partners.pem": authorities("root") };
  const loaded = loadFiles({ ...files, ...more });
  return loaded.ok ? loaded.warnings.get("partners") : loaded.problems;
}

test("the chooser has a row for each special kind of caller", () => {
  const chooser = readFileSync(join(ROOT, "docs/how-to/callers.md"), "utf8");
  const links = ["webhooks.md", "domains.md#one-partner-with-a-client-certificate", "uploads.md"];
  const inRows = [...chooser.matchAll(/^\| \[[^\]]+\]\(([^)]+)\) \|.*\|$/gm)].map(([, link]) => link);
  expect(inRows).toEqual(expect.arrayContaining(links));
});

test("the printed configs of webhooks have no problem and no warning", () => {
  expect(found(printed("config: webhook"))).toEqual([]);
  expect(found(`${printed("config: webhook")}${printed("environment: webhook-networks")}`)).toEqual([]);
});

test("a partner's environment without public routes, as printed, warns of no caller", () => {
  const config = printed("environment: client-certificate");
  expect(found(config)).toEqual([]);
  const withPublic = config.replace(/^services:\n.*\n/m, "");
  expect(found(withPublic)).toEqual([
    expect.stringContaining("rule mutual-tls-caller, address routes.catalog_get_products"),
  ]);
  expect(found(withPublic, { "allowances.yaml": printed("allowances: client-certificate") })).toEqual([]);
});
