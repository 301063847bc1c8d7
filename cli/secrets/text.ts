import type { DeclaredSecret, Party } from "./declared-secret";

/** The terminal's view of an environment's secrets. */
export function secretsText(environment: string, secrets: readonly DeclaredSecret[]): string {
  const count = `${secrets.length} ${secrets.length === 1 ? "secret" : "secrets"}`;
  const head = `${environment}: ${count}, as config declares them; no cloud was called`;
  const notes = secrets.length === 0 ? [] : [NOTES.join("\n")];
  return `${[head, ...secrets.map(block), ...notes].join("\n\n")}\n`;
}

const NOTES = [
  "Give a value on standard input (paste it, then Ctrl-D twice: a final line break would become part of it), or from a",
  "file with --data-file=FILE; never as an argument, which every process can read.",
  "Not shown: rights from a Google project, folder or organisation, and AWS administrators' rights to write.",
];

function block(secret: DeclaredSecret): string {
  const { name, cloud, declaredBy, declaredAt, readers, changers, age, commands, afterwards } = secret;
  const at = declaredAt === undefined ? "" : ` (${declaredAt})`;
  return [
    `${name}  ${cloud}`,
    ...lines("declared", [`${declaredBy}${at}`]),
    ...lines("read by", readers.map(named)),
    ...lines("changed by", changers.map(named), "no principal in this config: principals with a grant on the project"),
    ...lines("age", age),
    ...lines("new value", commands, "by no command"),
    ...lines("then", [afterwards]),
  ].join("\n");
}

function named({ who, as }: Party): string {
  return `${who} (${as})`;
}

const WIDTH = 12;

function lines(title: string, values: readonly string[], none = ""): readonly string[] {
  const shown = values.length === 0 ? [none] : values;
  return shown.map((value, index) => `    ${(index === 0 ? title : "").padEnd(WIDTH)}${value}`);
}
