import { readFileSync } from "node:fs";
import { type DefaultTheme, defineConfig } from "vitepress";
import { SEARCH_OPTIONS } from "../search/options.mjs";

const HOME = new URL("../index.md", import.meta.url);
const DECISIONS = new URL("../adr/index.md", import.meta.url);

/** The sidebar is the table of contents of `docs/index.md`: a section for each heading, a link for each line. */
function sidebar(): DefaultTheme.SidebarItem[] {
  const sections: DefaultTheme.SidebarItem[] = [];
  let group: DefaultTheme.SidebarItem = {};
  for (const line of readFileSync(HOME, "utf8").split("\n")) {
    const [, level, text] = /^(##|###) (.+)$/.exec(line) ?? [];
    if (level !== undefined) {
      group = { text, items: [], ...(level === "###" && { collapsed: true }) };
      (level === "##" ? sections : sections.at(-1)?.items)?.push(group);
    }
    group.items?.push(...linksOf(line, "/"));
  }
  const decisions = readFileSync(DECISIONS, "utf8").split("\n");
  return [
    ...sections,
    { text: "Decisions", collapsed: true, items: decisions.flatMap((line) => linksOf(line, "/adr/")) },
  ];
}

function linksOf(line: string, folder: string): DefaultTheme.SidebarItem[] {
  const [, text, path] = /^- \[(.+)\]\((.+)\.md\)$/.exec(line) ?? [];
  return text === undefined ? [] : [{ text: text.split(":")[0], link: `${folder}${path}` }];
}

/** The anchors of GitHub, so that a link works in both places. */
function slugify(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
}

export default defineConfig({
  title: "Cloud front door",
  description: "AWS API Gateway in front of private Google Cloud Run services, as one Terraform plan.",
  cleanUrls: true,
  ignoreDeadLinks: "localhostLinks",
  srcExclude: ["node_modules/**"],
  themeConfig: {
    sidebar: sidebar(),
    search: { provider: "local", options: { miniSearch: { searchOptions: SEARCH_OPTIONS } } },
    outline: "deep",
  },
  markdown: {
    anchor: { slugify },
    config(md) {
      // Files outside of docs/ are not part of the site: their links become text.
      md.core.ruler.push("links-of-the-repository", ({ env, tokens }) => {
        const depth = String(env.relativePath ?? "").split("/").length;
        for (const { children } of tokens) {
          let isOutside = false;
          for (const token of children ?? []) {
            if (token.type === "link_open") {
              isOutside = (token.attrGet("href") ?? "").startsWith("../".repeat(depth));
            }
            // A text token without content prints nothing.
            if (isOutside && token.type.startsWith("link_")) token.type = "text";
            if (isOutside && token.tag === "a") token.content = "";
          }
        }
      });
      const fence = md.renderer.rules.fence;
      md.renderer.rules.fence = (tokens, index, ...rest) => {
        const { info, content } = tokens[index];
        if (info !== "mermaid") return fence?.(tokens, index, ...rest) ?? "";
        return `<Mermaid text="${md.utils.escapeHtml(encodeURIComponent(content))}" />`;
      };
    },
  },
});
