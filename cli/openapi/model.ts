/** The parts of an OpenAPI 3.1 document that this program writes. https://spec.openapis.org/oas/v3.1.1 */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly Server[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: Components;
}

export interface Server {
  readonly url: string;
  readonly description: string;
  readonly variables?: Readonly<Record<string, { readonly default: string; readonly description: string }>>;
}

/** Operations by method in lower case. */
export type PathItem = Readonly<Record<string, Operation>>;

export interface Operation {
  /** That of the service's own document, if no other operation has it; otherwise the route's address. */
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly tags: readonly string[];
  readonly parameters?: readonly Json[];
  readonly requestBody?: Json;
  readonly responses: Json;
  readonly security: readonly SecurityRequirement[];
  /** The key under which API Gateway has the route: `GET /files/{path+}`. */
  readonly "x-route-key": string;
}

/** Scopes by the name of a scheme. A caller needs all schemes of one requirement. */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

export interface Components {
  readonly schemas: Json;
  readonly responses: Json;
  readonly securitySchemes: Json;
  readonly [kind: string]: Json;
}

export type Json = Readonly<Record<string, unknown>>;
