import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Intent } from "../../intent/model/intent";
import type { Clouds } from "../../packages/local-front-door/clouds";
import { type ApiDocuments, DOOR } from "../../packages/local-front-door/page/api-page";
import { knownServer, localPlaces } from "../openapi/addresses";
import { serviceDocuments } from "../openapi/config-documents";
import { type DocumentProps, openApiDocument } from "../openapi/document";
import type { OpenApiDocument } from "../openapi/model";
import { CommandError } from "../process/command-error";
import { CONFIG, PACKAGE, ROOT } from "../process/project";
import { tokenCommand } from "./token-command";

export interface ApiDocumentsProps {
  /** Default: the project's. */
  readonly configDir?: string;
  /** Receives the reason why a service's own document is left out. */
  readonly warn: (message: string) => void;
}

/** The OpenAPI documents of an open front door: one for programs, one for its page. */
export function apiDocuments(
  intent: Intent,
  { url, cognitoUrl, callers }: Pick<Clouds, "url" | "cognitoUrl" | "callers">,
  props: ApiDocumentsProps,
): ApiDocuments {
  const document = withOwnDocuments(intent, props, {
    servers: knownServer(url, "The front door on this machine."),
    places: localPlaces(intent, cognitoUrl),
  });
  const names = callers.map(({ name }) => name);
  return { document, tryOut: { ...document, ...forThePage(document, intent, names) } };
}

/** The door opens even if a service's document has a fault that does not concern its routes. */
function withOwnDocuments(intent: Intent, { configDir = CONFIG, warn }: ApiDocumentsProps, props: DocumentProps) {
  try {
    return openApiDocument(intent, { ...props, services: serviceDocuments(configDir, intent.environment) });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    warn(`${error.message}\nthe page shows no service's own document`);
    return openApiDocument(intent, props);
  }
}

/** For the page: its server passes calls on to the gateway, and a person pastes tokens from `npm run token`. */
function forThePage({ components }: OpenApiDocument, { environment }: Intent, callers: readonly string[]) {
  const pasted = (issuer: string) => {
    const own = callers.filter((name) => name.startsWith(`${issuer}/`));
    const commands = own.map((name) => `- \`${tokenCommand(environment, name)}\``);
    const description = ["Paste a token. Each command prints one in a terminal:", "", ...commands].join("\n");
    return { type: "http", scheme: "bearer", description };
  };
  const schemes = Object.entries(components.securitySchemes).map(([id, scheme]) => {
    const { type } = scheme as { readonly type: string };
    return [id, type === "oauth2" || type === "openIdConnect" ? pasted(id) : scheme];
  });
  return {
    servers: [{ url: DOOR, description: "The front door on this machine, through this page's own address." }],
    components: { ...components, securitySchemes: Object.fromEntries(schemes) },
  };
}

/** Folder of `swagger-ui-dist` in the project or next to the program; undefined if it is installed in neither. */
export function rendererFolder(folders: readonly string[] = [ROOT, PACKAGE]): string | undefined {
  for (const folder of folders) {
    try {
      return dirname(createRequire(join(folder, "package.json")).resolve("swagger-ui-dist/package.json"));
    } catch {
      // Not installed here.
    }
  }
  return undefined;
}
