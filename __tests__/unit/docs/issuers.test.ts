import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROVIDERS, providerOf } from "../../../contract/identity-providers";
import { BASE, DEV, loadFiles } from "../../support/config-folder";
import { anchorOf } from "../../support/documentation";
import { ROOT } from "../../support/places";

const read = (...path: readonly string[]) => readFileSync(join(ROOT, ...path), "utf8");
const PAGE = "docs/reference/identity-providers.md";
const [, ...ALL] = read(PAGE).split(/^## /m);
const SERVERS = ALL.find((section) => section.startsWith("Tokens for an MCP server")) ?? "";
const SECTIONS = ALL.filter((section) => section !== SERVERS);
const CHOOSER = read("docs/how-to/callers.md");

test("the page names each provider that config knows", () => {
  const named = (name: string) => new RegExp(`\\b${name}\\b`, "i").test(SECTIONS.join());
  const vendors = PROVIDERS.map(({ id }) => id.split("-", 1)[0] ?? "");
  const faults = vendors.filter((vendor) => !named(vendor)).map((vendor) => `${PAGE}: name ${vendor}`);
  expect(faults).toEqual([]);
});

test("the page says how a token of each known provider names an MCP server", () => {
  const of = (vendor: string) => new RegExp(`^\\| [^|]*\\b${vendor}\\b[^|]* \\| `, "im").test(SERVERS);
  const vendors = PROVIDERS.flatMap(({ id, issuer }) => (issuer === undefined ? [] : [id.split("-", 1)[0] ?? ""]));
  expect(vendors.filter((vendor) => !of(vendor === "cognito" ? "pool of another stack" : vendor))).toEqual([]);
});

/** The one block of this kind in a section, with the name in its mark. */
function block(section: string, kind: string): readonly [name: string, text: string] {
  const blocks = new RegExp(`^<!-- ${kind}: (\\S+) -->\\n\`\`\`\\w+\\n([\\s\\S]*?)^\`\`\`$`, "gm");
  const found = [...section.matchAll(blocks)];
  expect(found).toHaveLength(1);
  const [[, name = "", text = ""] = []] = found;
  return [name, text];
}

test("there is a section for each provider that people ask for, and one for any other", () => {
  const names = SECTIONS.map((section) => anchorOf(section.split("\n")[0]));
  expect(names).toEqual([
    "okta",
    "auth0",
    "entra-id",
    "keycloak",
    "google-and-firebase",
    "any-other-identity-provider",
  ]);
  expect(names.filter((name) => !CHOOSER.includes(`](../reference/identity-providers.md#${name})`))).toEqual([]);
});

describe.each(SECTIONS.map((section) => [section.split("\n")[0], section]))("%s", (_, section = "") => {
  test("prints a config without a problem and without a warning, for a known provider", () => {
    const [, config] = block(section, "config");
    const loaded = loadFiles({ "base.yaml": BASE, "dev.yaml": `${DEV}${config}` });
    expect(loaded.ok ? loaded.warnings.get("dev") : loaded.problems).toEqual([]);
    const issuer = /issuer: (https:\S+)/.exec(config)?.[1] ?? "";
    expect(providerOf(issuer)).toBeDefined();
  });

  test("prints a documented token of that provider, and links its source", () => {
    const [token, text] = block(section, "token");
    const { payload, source } = JSON.parse(read(`__tests__/fixtures/provider-tokens/${token}.json`));
    expect(JSON.parse(text)).toEqual(payload);
    expect(section).toContain(`](${source})`);
    const issuer = /issuer: (https:\S+)/.exec(section)?.[1] ?? "";
    expect(providerOf(payload.iss)?.id).toBe(providerOf(issuer)?.id);
  });
});
