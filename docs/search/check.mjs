/**
 * Searches the built site for each word of `words.tsv`, as the site's search box does. Exit code 1 if the page of a word is
 * not among the first three results.
 */
import { readdirSync, readFileSync } from "node:fs";
import MiniSearch from "minisearch";
import { SEARCH_OPTIONS } from "./options.mjs";

const SHOWN = 3;
const CHUNKS = new URL("../.vitepress/dist/assets/chunks/", import.meta.url);

/** The fields are those of VPLocalSearchBox.vue. */
const OPTIONS = {
  fields: ["title", "titles", "text"],
  storeFields: ["title", "titles"],
  searchOptions: SEARCH_OPTIONS,
};

async function builtIndex() {
  const chunk = readdirSync(CHUNKS).find((name) => name.startsWith("@localSearchIndex"));
  const { default: text } = await import(new URL(chunk, CHUNKS));
  return MiniSearch.loadJSON(text, OPTIONS);
}

const index = await builtIndex();
const lines = readFileSync(new URL("words.tsv", import.meta.url), "utf8").split("\n");
const words = lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split("\t"));
const missed = words.flatMap(([word, page]) => {
  const found = index.search(word).map(({ id }) => id.replace(/^\//, ""));
  const rank = found.findIndex((id) => id.split("#")[0] === page) + 1;
  if (rank >= 1 && rank <= SHOWN) return [];
  const first = found.slice(0, SHOWN).join(", ");
  return [`${word}: expected ${page} among the first ${SHOWN}, got rank ${rank || "none"}; the first are ${first}`];
});
for (const line of missed) console.error(line);
console.log(`search: ${words.length - missed.length} of ${words.length} words find their page`);
if (words.length === 0 || missed.length > 0) process.exitCode = 1;
