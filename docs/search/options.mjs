/**
 * How the search box ranks pages: decisions and single config keys rank lower than pages that explain. VitePress prints the
 * function into the site.
 */
export const SEARCH_OPTIONS = {
  fuzzy: 0.2,
  prefix: true,
  boost: { title: 4, text: 2, titles: 1 },
  boostDocument: (id) =>
    id.startsWith("/adr/") ? 0.3 : /^\/reference\/(config(-advanced)?|optional-files)#/.test(id) ? 0.4 : 1,
};
