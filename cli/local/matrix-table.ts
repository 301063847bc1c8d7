import { type Matrix, passed } from "./matrix";

/** The matrix for a terminal: `200` went through, `(403)` was refused, `!` differs from the ledger. */
export function matrixTable({ callers, routes, cells }: Matrix): string {
  const width = Math.max(...routes.map((route) => route.length));
  const columns = callers.map((_, index) => `${index + 1}`.padStart(7)).join("");
  const rows = routes.map((route) => {
    const answers = callers.map((caller) => {
      const cell = cells.find((each) => each.route === route && each.caller === caller);
      if (cell === undefined) return "".padStart(7);
      const through = passed(cell);
      return `${through ? ` ${cell.status} ` : `(${cell.status})`}${through === cell.allowed ? " " : "!"}`.padStart(7);
    });
    return `${route.padEnd(width)}${answers.join("")}`.trimEnd();
  });
  const legend = callers.map((caller, index) => `${`${index + 1}`.padStart(3)}  ${caller}`);
  return [...legend, "", `${"".padEnd(width)}${columns}`.trimEnd(), ...rows].join("\n");
}
