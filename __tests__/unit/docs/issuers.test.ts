import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { providerOf } from "../../../contract/identity-providers";
import { BASE, DEV, loadFiles } from "../../support/config-folder";
import { ROOT } from "../../support/places";

const FOLDER = join(ROOT, "docs/how-to");
const read = (...path: readonly string[]) => readFileSync(join(ROOT, ...path), "utf8");
const PAGES = readdirSync(FOLDER).filter((name) => /^issuer-.*\.md$/.test(name));

/** The one block of this kind on a page, with the name in its mark. */
function block(page: string, kind: string): readonly [name: string, text: string] {
  const found = [...page.matchAll(new RegExp(`^<!-- ${kind}: (\\S+) -->\\n\`\`\`\\w+\\n([\\s\\S]*?)^\`\`\`$`, "gm"))];
  expect(found).toHaveLength(1);
  const [[, name = "", text = ""] = []] = found;
  return [name, text];
}

test("there is a page for each provider that people ask for, and one for any other", () => {
  const names = ["any", "auth0", "entra", "google", "keycloak", "okta"];
  expect(PAGES.sort()).toEqual(names.map((name) => `issuer-${name}.md`));
  for (const page of PAGES) {
    expect([page, read("docs/how-to/callers.md").includes(`](${page})`)]).toEqual([page, true]);
    expect([page, read("docs/index.md").includes(`](how-to/${page})`)]).toEqual([page, true]);
  }
});

describe.each(PAGES)("%s", (name) => {
  const page = read("docs/how-to", name);

  test("prints a config without a problem and without a warning, for a known provider", () => {
    const [, config] = block(page, "config");
    const loaded = loadFiles({ "base.yaml": BASE, "dev.yaml": `${DEV}${config}` });
    expect(loaded.ok ? loaded.warnings.get("dev") : loaded.problems).toEqual([]);
    const issuer = /issuer: (https:\S+)/.exec(config)?.[1] ?? "";
    expect(providerOf(issuer)).toBeDefined();
  });

  test("prints a documented token of that provider, and links its source", () => {
    const [token, text] = block(page, "token");
    const { payload, source } = JSON.parse(read(`__tests__/fixtures/provider-tokens/${token}.json`));
    expect(JSON.parse(text)).toEqual(payload);
    expect(page).toContain(`](${source})`);
    const issuer = /issuer: (https:\S+)/.exec(page)?.[1] ?? "";
    expect(providerOf(payload.iss)?.id).toBe(providerOf(issuer)?.id);
  });

  test("fits on a screen", () => {
    expect(page.split("\n").length).toBeLessThanOrEqual(60);
  });
});
