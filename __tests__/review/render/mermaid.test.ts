import { mermaid } from "../../../review/render/mermaid";
import { diagramOf } from "../../../review/report/diagram";
import { HOSTILE, modelNamed } from "../support/models";

const QUOTED = String.raw`"([\p{L}\p{N} .,/-]|#\d+;)*"`;
const LINE = new RegExp(
  String.raw`^(flowchart LR|  n\d+\[${QUOTED}\]|  n\d+ (==>|-\.->|--x)\|${QUOTED}\| n\d+|  linkStyle \d+ stroke:#[0-9a-f]{6},stroke-width:2px|  %% \d+ changed grants are not drawn|)$`,
  "u",
);

test.each(HOSTILE)("%j stays within its quotes", (hostile) => {
  const source = mermaid(diagramOf(modelNamed(hostile, 3)));
  expect(source.split("\n").filter((line) => !LINE.test(line))).toEqual([]);
  expect(source).toContain("new#58; ");
});

test("where no access changes there is no picture", () => {
  expect(mermaid(diagramOf({ ...modelNamed("x"), access: { rows: [], guards: [] } }))).toBe("");
});
