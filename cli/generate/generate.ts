import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { configTable } from "../../intent/schema/config-table";
import { jsonSchemaText } from "../../intent/schema/json-schema";
import { CommandError, EXIT } from "../process/command-error";
import { CONFIG, PACKAGE, ROOT } from "../process/project";
import { isFresh, writeWhole } from "../process/write-files";
import { providerSchemas, schemaSetsText } from "./schema-sets";

const TABLE_START = "<!-- config table: npm run generate -->";
const TABLE_END = "<!-- end of config table -->";

export interface GenerateOptions {
  readonly check?: boolean;
  /** Also what comes from the providers' schemas, for which Terraform is needed. Default: false. */
  readonly schemas?: boolean;
}

/** `npm run generate`: what editors and the README say of the config, from the schema that judges it. */
export function generate({ check, schemas }: GenerateOptions): void {
  const readme = join(ROOT, "README.md");
  const files = [
    { path: join(CONFIG, "schema.json"), text: jsonSchemaText() },
    ...tableIn(readme),
    ...(schemas
      ? [
          {
            path: join(PACKAGE, "packages/terraform-access-review/types/schema-sets.json"),
            text: schemaSetsText(providerSchemas()),
          },
        ]
      : []),
  ];
  const stale = files.filter(({ path, text }) => !isFresh(path, text));
  const names = stale.map(({ path }) => relative(ROOT, path)).join(", ");
  if (check) {
    if (stale.length === 0) return;
    throw new CommandError(
      `not what the sources give: ${names}\n    renew with: npm run generate${schemas ? " -- --schemas" : ""}`,
      EXIT.failed,
    );
  }
  for (const { path, text } of stale) writeWhole(path, text);
  console.log(
    stale.length === 0 ? `${files.map(({ path }) => relative(ROOT, path)).join(", ")}: fresh` : `wrote ${names}`,
  );
}

/** The README of a project need not have the table. */
function tableIn(readme: string): readonly { readonly path: string; readonly text: string }[] {
  const text = existsSync(readme) ? readFileSync(readme, "utf8") : "";
  if (!text.includes(TABLE_START) && !text.includes(TABLE_END)) return [];
  return [{ path: readme, text: withTable(text, configTable()) }];
}

function withTable(readme: string, table: string): string {
  const start = readme.indexOf(TABLE_START);
  const end = readme.indexOf(TABLE_END);
  if (start < 0 || end < start) {
    throw new CommandError(
      `README.md has lost the marks of the config table\n    put back two lines: ${TABLE_START} and ${TABLE_END}`,
      EXIT.failed,
    );
  }
  return `${readme.slice(0, start + TABLE_START.length)}\n\n${table.trim()}\n\n${readme.slice(end)}`;
}
