import { COLUMNS, type Diagram, type DiagramEdge } from "../diagram";
import { html, type Markup } from "./markup";

const WIDTH = 168;
const HEIGHT = 34;
const PITCH = { x: 232, y: 62 } as const;
const MARGIN = { x: 8, y: 40 } as const;
/** Number of letters that fit in a box. A longer label is cut, and complete in the title. */
const MOST_LETTERS = 23;

/** The picture: boxes, numbered arrows, and each arrow in words below. Undefined if nothing changes. */
export function svgDiagram({ nodes, edges, left }: Diagram, picture: number): Markup | undefined {
  if (edges.every(({ change }) => change === "kept")) return undefined;
  const rows = COLUMNS.map((_, column) => nodes.filter((each) => each.column === column));
  const tallest = Math.max(...rows.map((each) => each.length));
  const place = (index: number) => {
    const node = nodes[index];
    const column = node?.column ?? 0;
    const inColumn = rows[column] ?? [];
    const offset = ((tallest - inColumn.length) * PITCH.y) / 2;
    return {
      x: MARGIN.x + column * PITCH.x,
      y: MARGIN.y + offset + (node === undefined ? 0 : inColumn.indexOf(node)) * PITCH.y,
    };
  };
  const [width, height] = [MARGIN.x * 2 + (COLUMNS.length - 1) * PITCH.x + WIDTH, MARGIN.y + tallest * PITCH.y];
  const numbered = edges.map((edge, index) => ({ edge, number: edge.change === "kept" ? undefined : index + 1 }));
  return html`<figure class="picture">
<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="picture-${picture}"><title id="picture-${picture}">Changed hops of a request; the list below names them</title>
<defs>${["new", "removed", "changed", "kept"].map((kind) => html`<marker id="tip-${picture}-${kind}" class="tip ${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>`)}</defs>
${COLUMNS.map((title, column) => html`<text class="column" x="${MARGIN.x + column * PITCH.x}" y="18">${title}</text>`)}
${numbered.map(({ edge, number }, index) => arrow(edge, picture, number, place(edge.from), place(edge.to), lane(edges, index)))}
${nodes.map(({ label }, index) => box(label, place(index)))}
</svg>
<figcaption><ol>${numbered.flatMap(({ edge: { change, words }, number }) => (number === undefined ? [] : [html`<li value="${number}"><b class="${change}">${change}</b>: ${words}</li>`]))}</ol>${left > 0 && html`<p>${left} more changed grants are in the table only.</p>`}</figcaption>
</figure>`;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function box(label: string, { x, y }: Place): Markup {
  const short = label.length > MOST_LETTERS ? `${label.slice(0, 9)}…${label.slice(-(MOST_LETTERS - 10))}` : label;
  return html`<g class="box"><title>${label}</title><rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="6"/><text x="${x + WIDTH / 2}" y="${y + HEIGHT / 2 + 4}">${short}</text></g>`;
}

/** Arrows between the same two boxes run next to each other. */
function lane(edges: readonly DiagramEdge[], index: number): number {
  const { from, to } = edges[index] as DiagramEdge;
  return edges.slice(0, index).filter((each) => each.from === from && each.to === to).length;
}

function arrow(
  { change }: DiagramEdge,
  picture: number,
  number: number | undefined,
  from: Place,
  to: Place,
  lane: number,
): Markup {
  const [x1, y1] = [from.x + WIDTH, from.y + HEIGHT / 2 + lane * 12];
  const [x2, y2] = [to.x, to.y + HEIGHT / 2 + lane * 12];
  const bend = Math.max(30, (x2 - x1) / 2);
  const [x, y] = [x1 + 16 + lane * 20, y1 + (y2 - y1) * 0.1];
  const badge =
    number === undefined
      ? undefined
      : html`<g class="badge"><circle cx="${x}" cy="${y}" r="9"/><text x="${x}" y="${y + 4}">${number}</text></g>`;
  return html`<g class="edge ${change}"><path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2 - 2} ${y2}" marker-end="url(#tip-${picture}-${change})"/>${badge}</g>`;
}
