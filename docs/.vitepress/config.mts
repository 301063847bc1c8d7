import { readFileSync } from "node:fs";
import { type DefaultTheme, defineConfig, type MarkdownRenderer } from "vitepress";
import { SEARCH_OPTIONS } from "../search/options.mjs";

const HOME = new URL("../index.md", import.meta.url);
const DECISIONS = new URL("../adr/index.md", import.meta.url);
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
/** `owner/name`, in GitHub Actions. Pages that are built elsewhere have no link to edit them. */
const REPOSITORY = process.env.GITHUB_REPOSITORY;

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

/** `<a id="gateway.kind"></a>` above a heading, which GitHub needs, is the heading's own anchor here: search and outline use it. */
function explicitAnchors(md: MarkdownRenderer): void {
  md.core.ruler.before("anchor", "explicit-anchors", ({ tokens }) => {
    for (let index = tokens.length - 4; index >= 0; index--) {
      const [, id] = /^<a id="([^"]+)"><\/a>$/.exec(tokens[index + 1].content) ?? [];
      const heading = tokens[index + 3];
      if (id === undefined || tokens[index].type !== "paragraph_open" || heading.type !== "heading_open") continue;
      heading.attrSet("id", id);
      tokens.splice(index, 3);
    }
  });
}

export default defineConfig({
  title: "Cloud front door",
  description: "AWS API Gateway in front of private Google Cloud Run services, as one Terraform plan.",
  head: [["link", { rel: "icon", href: "/favicon.svg", type: "image/svg+xml" }]],
  cleanUrls: true,
  ignoreDeadLinks: "localhostLinks",
  srcExclude: ["node_modules/**"],
  themeConfig: {
    sidebar: sidebar(),
    search: { provider: "local", options: { miniSearch: { searchOptions: SEARCH_OPTIONS } } },
    outline: [2, 3],
    nav: [{ text: `Version ${version}`, link: "/how-to/upgrading" }],
    ...(REPOSITORY !== undefined && {
      editLink: { pattern: `https://github.com/${REPOSITORY}/edit/main/docs/:path`, text: "Edit this page" },
    }),
  },
  markdown: {
    anchor: { slugify },
    config(md) {
      explicitAnchors(md);
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
