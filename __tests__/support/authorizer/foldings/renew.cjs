/**
 * Renews foldings.txt: how Python, Go and Java on this machine change the case of every code point of Unicode. Needs
 * Python 3, Go and Java 17, or later ones:
 *
 *     node __tests__/support/authorizer/foldings/renew.cjs
 */
const { execFileSync } = require("node:child_process");
const { writeFileSync } = require("node:fs");
const { join } = require("node:path");

const PROGRAMS = [
  ["python3", "foldings.py"],
  ["go", "run", "foldings.go"],
  ["java", "Foldings.java"],
];

function main() {
  const lines = PROGRAMS.flatMap(([command, ...args]) =>
    execFileSync(command, args, { cwd: __dirname, encoding: "utf8", maxBuffer: 2 ** 24 })
      .trim()
      .split("\n"),
  );
  const functions = new Map();
  for (const line of lines.filter((each) => !each.startsWith("#"))) {
    const [name, from, ...to] = line.split(" ");
    if (!functions.has(name)) functions.set(name, []);
    functions.get(name).push([Number.parseInt(from, 16), to.map((code) => Number.parseInt(code, 16))]);
  }
  const text = [
    "# Made by renew.cjs, which says how; read by ../foldings.ts. All numbers are hexadecimal.",
    ...lines.filter((line) => line.startsWith("#")),
    ...[...functions].map(([name, readings]) => [name, ...runs(readings)].join(" ")),
  ];
  writeFileSync(join(__dirname, "foldings.txt"), `${text.join("\n")}\n`);
}

/** `100-12e/2:1`: each code point from 100 to 12e, in steps of 2, becomes the one 1 above. `df=53.53`: it becomes these. */
function runs(readings) {
  const found = [];
  for (const [from, to] of readings) {
    const last = found.at(-1);
    const shift = to.length === 1 ? to[0] - from : undefined;
    if (last !== undefined && shift !== undefined && last.shift === shift && continues(last, from)) {
      last.step = from - last.end;
      last.end = from;
    } else {
      found.push({ start: from, end: from, step: 1, shift, to });
    }
  }
  return found.map(({ start, end, step, shift, to }) => {
    if (shift === undefined) return `${hex(start)}=${to.map(hex).join(".")}`;
    return `${hex(start)}${end === start ? "" : `-${hex(end)}/${step}`}:${hex(shift)}`;
  });
}

/** Step 1, or step 2, because capital and small letters alternate in many scripts. */
function continues({ start, end, step }, from) {
  return start === end ? from - end <= 2 : from - end === step;
}

function hex(value) {
  return value.toString(16);
}

main();
