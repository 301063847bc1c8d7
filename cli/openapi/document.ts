import { createHash } from "node:crypto";
import type { Intent } from "../../intent/model/intent";
import { cloudPlaces, type TokenPlaces } from "./addresses";
import type { Components, Json, OpenApiDocument, Server } from "./model";
import { pathsOf } from "./paths";
import { ownResponses, ownSchemas } from "./responses";
import { securitySchemes } from "./security";
import type { ServiceDocument } from "./service-document";

export interface DocumentProps {
  readonly servers: readonly Server[];
  /** Default: the clouds' own addresses. */
  readonly places?: TokenPlaces;
  /** The services' own OpenAPI documents, by the service's key. Default: none. */
  readonly services?: ReadonlyMap<string, ServiceDocument>;
}

/**
 * The OpenAPI document of a front door: the facts that callers may rely on, without the team's internal ones. Equal
 * intents give equal documents.
 */
export function openApiDocument(
  intent: Intent,
  { servers, places = cloudPlaces(intent), services = new Map() }: DocumentProps,
): OpenApiDocument {
  const paths = pathsOf(intent, services);
  const content = {
    servers,
    tags: intent.services.map(({ key }) => ({ name: key })),
    paths,
    components: joined([
      {
        schemas: ownSchemas(intent),
        responses: ownResponses(intent),
        securitySchemes: securitySchemes(intent, places),
      },
      ...[...services.values()].map(({ components }) => components),
    ]),
  };
  return {
    openapi: "3.1.0",
    info: { title: intent.prefix, version: versionOf(content), description: DESCRIPTION },
    ...content,
  };
}

/** Names cannot clash: a service's names start with its key and an underscore, unlike the front door's own. */
function joined(all: readonly Readonly<Record<string, Json>>[]): Components {
  const kinds: Record<string, Json> = {};
  for (const [kind, components] of all.flatMap((each) => Object.entries(each))) {
    kinds[kind] = { ...kinds[kind], ...components };
  }
  return kinds as Components;
}

/** Changes whenever the content does. */
function versionOf(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 12);
}

const DESCRIPTION = `Every route of this front door, with the scopes that open it. A caller needs one of the listed alternatives.

- The version is a hash of this document's content.
- A route that config declares as ANY is listed once for each method.
- A path variable marked with x-greedy takes one or more segments. OpenAPI has no such variable.
- The listed errors are the front door's own. Services can also answer with any status.`;
