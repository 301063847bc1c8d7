import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { Documents, fileNamed } from "../../intent/schema/openapi/documents";
import { documentNamed } from "../../intent/schema/openapi/with-documents";
import { mergedFiles } from "../../intent/schema/twin-files";
import { type CommandError, projectError } from "../process/command-error";
import type { Json } from "./model";
import { type DocumentFiles, ServiceDocument } from "./service-document";

/** The OpenAPI documents of an environment's services, by the service's key. */
export function serviceDocuments(configDir: string, environment: string): ReadonlyMap<string, ServiceDocument> {
  const files = new ConfigFiles(configDir);
  const named = [...documentFilesOf(configDir, environment)];
  return new Map(named.map(([key, file]) => [key, new ServiceDocument(key, file, files)]));
}

/** Reads each file of config/ once, with the checks of its routes: not a link, and of limited size. */
class ConfigFiles implements DocumentFiles {
  private readonly known = new Map<string, Json>();
  private readonly checked: Documents;

  constructor(private readonly configDir: string) {
    this.checked = new Documents(configDir);
  }

  named(path: string, from: string): string | undefined {
    return fileNamed(path, from);
  }

  read(file: string): Json {
    const known = this.known.get(file);
    if (known !== undefined) return known;
    const [fault] = this.checked.open(file).findings;
    if (fault !== undefined) throw refused(file, `${fault.message}\n    ${fault.remedy}`);
    const found = parsed(file, readFileSync(join(this.configDir, file.replace(/^config\//, "")), "utf8"));
    this.known.set(file, found);
    return found;
  }
}

function parsed(file: string, text: string): Json {
  try {
    return (parse(text) ?? {}) as Json;
  } catch (error) {
    throw refused(file, `${(error as Error).message.trim()}\n    correct the syntax`);
  }
}

function refused(file: string, message: string): CommandError {
  return projectError(`${file}: ${message}`);
}

/**
 * The OpenAPI documents of an environment's services, by the service's key: `config/openapi/orders.yaml`. Does not check
 * the config, so read the intents first.
 */
function documentFilesOf(configDir: string, environment: string): ReadonlyMap<string, string> {
  const services = mergedFiles(configDir, environment)?.entries.get("services");
  if (services?.kind !== "map") return new Map();
  return new Map(
    [...services.entries].flatMap(([key, service]) => {
      const named = service.kind === "map" ? documentNamed(service.entries.get("openapi")) : undefined;
      return named === undefined ? [] : [[key, named.file] as const];
    }),
  );
}
