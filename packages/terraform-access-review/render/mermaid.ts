import type { Diagram, EdgeChange } from "./diagram";
import { visible } from "./words";

/** An arrow in Mermaid's syntax, and its colour for light and dark backgrounds. */
const ARROWS: Readonly<Record<EdgeChange, { readonly arrow: string; readonly colour: string }>> = {
  new: { arrow: "==>", colour: "#2f6fde" },
  removed: { arrow: "--x", colour: "#8c959f" },
  changed: { arrow: "==>", colour: "#bf8700" },
  kept: { arrow: "-.->", colour: "#8c959f" },
};

/** Source of a picture that GitHub draws; empty if there is nothing to draw. */
export function mermaid({ nodes, edges, left }: Diagram): string {
  if (edges.every(({ change }) => change === "kept")) return "";
  const boxes = nodes.map(({ label }, index) => `  n${index}["${quoted(label)}"]`);
  const arrows = edges.map(
    ({ from, to, change, words }) =>
      `  n${from} ${ARROWS[change].arrow}|"${quoted(change === "kept" ? words : `${change}: ${words}`)}"| n${to}`,
  );
  const styles = edges.map(
    ({ change }, index) => `  linkStyle ${index} stroke:${ARROWS[change].colour},stroke-width:2px`,
  );
  const note = left > 0 ? [`  %% ${left} changed grants are in the list only`] : [];
  return ["flowchart LR", ...boxes, ...arrows, ...styles, ...note, ""].join("\n");
}

/** Writes everything but plain letters as `#123;`, which Mermaid resolves within quotes. */
function quoted(text: string): string {
  const short = visible(text).slice(0, 200);
  return short.replace(/[^\p{L}\p{N} .,/-]/gu, (sign) => `#${sign.codePointAt(0)};`);
}
