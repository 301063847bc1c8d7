import { stringify } from "yaml";
import type { Intent } from "../../intent/model/intent";
import { formatNamed } from "../process/format-option";
import { CONFIG, stackFolder } from "../process/project";
import { writeWhole } from "../process/write-files";
import { readIntents, select } from "../synthesis/intents";
import { commandTerraform } from "../terraform/binary";
import { deployedValues, terraformOutputs } from "../terraform/outputs";
import { declaredServers, knownServer } from "./addresses";
import { serviceDocuments } from "./config-documents";
import { openApiDocument } from "./document";
import type { OpenApiDocument, Server } from "./model";

/** Options of the command. Its help describes each of them. */
export interface OpenApiOptions {
  readonly format?: string;
  readonly out?: string;
  /** Takes the URL from the state, which needs Terraform and your accounts. Default: the URL that config determines. */
  readonly deployed?: boolean;
}

const FORMATS: Readonly<Record<string, (document: OpenApiDocument) => string>> = {
  json: (document) => `${JSON.stringify(document, null, 2)}\n`,
  yaml: (document) => stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }),
};

/** `npx front-door openapi env`: the door's own OpenAPI document. Calls no cloud, except with `--deployed`. */
export async function openapi(environment: string, { format = "json", out, deployed }: OpenApiOptions): Promise<void> {
  const print = formatNamed(format, FORMATS);
  for (const intent of select(readIntents(), [environment])) {
    const servers = deployed ? await deployedServers(intent) : declaredServers(intent);
    const text = print(openApiDocument(intent, { servers, services: serviceDocuments(CONFIG, environment) }));
    if (out === undefined) process.stdout.write(text);
    else writeWhole(out, text);
  }
}

async function deployedServers({ environment }: Intent): Promise<readonly Server[]> {
  const outputs = await terraformOutputs(commandTerraform(), stackFolder(environment), environment);
  return knownServer(deployedValues(outputs, environment).api.href, "The deployed front door.");
}
