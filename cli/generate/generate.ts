import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Command } from "commander";
import { EXPECTATIONS_SCHEMA, expectationsSchemaText } from "../../intent/schema/expectations";
import { jsonSchemaText } from "../../intent/schema/json-schema";
import { projectError } from "../process/command-error";
import { CONFIG, PACKAGE, ROOT } from "../process/project";
import { isFresh, writeWhole } from "../process/write-files";
import { type GeneratedPart, generatedParts } from "./pages";
import { providerSchemas, schemaSetsText } from "./schema-sets";

export interface GenerateOptions {
  readonly check?: boolean;
  /** Whether to include the files made from the providers' schemas, which needs Terraform. Default: false. */
  readonly schemas?: boolean;
}

/**
 * `npm run generate`: writes the schema for editors and, in the program's own repository, the generated parts of the
 * reference.
 */
export function generate({ check, schemas }: GenerateOptions, command: Command): void {
  const files = [
    { path: join(CONFIG, "schema.json"), text: jsonSchemaText() },
    // A project without expectations needs no schema of them.
    ...(existsSync(join(CONFIG, "expectations.yaml"))
      ? [{ path: join(CONFIG, EXPECTATIONS_SCHEMA), text: expectationsSchemaText() }]
      : []),
    ...generatedPages(generatedParts(command.parent as Command)),
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
    throw projectError(
      `not what the sources give: ${names}`,
      `renew with: npm run generate${schemas ? " -- --schemas" : ""}`,
    );
  }
  for (const { path, text } of stale) writeWhole(path, text);
  console.log(
    stale.length === 0 ? `${files.map(({ path }) => relative(ROOT, path)).join(", ")}: fresh` : `wrote ${names}`,
  );
}

/** The pages with their generated parts inserted. A user's project has no such page. */
function generatedPages(parts: readonly GeneratedPart[]): readonly { readonly path: string; readonly text: string }[] {
  const pages = [...new Set(parts.map(({ page }) => page))].filter((page) => existsSync(join(ROOT, page)));
  return pages.map((page) => {
    const path = join(ROOT, page);
    const own = parts.filter((part) => part.page === page);
    return { path, text: own.reduce(withPart, readFileSync(path, "utf8")) };
  });
}

function withPart(before: string, { page, name, text }: GeneratedPart): string {
  const [begin, end] = [`<!-- ${name}: npm run generate -->`, `<!-- end of ${name} -->`];
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from < 0 || to < from) {
    throw projectError(
      `${page} lacks the marks of its generated part`,
      `add these two lines again: ${begin} and ${end}`,
    );
  }
  return `${before.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${before.slice(to)}`;
}
