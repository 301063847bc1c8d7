import { pointerStep } from "../../intent/schema/openapi/documents";
import { pathOfServer, routePath } from "../../intent/schema/openapi/operations";
import { ownValue } from "../../intent/source/values";
import { type CommandError, projectError } from "../process/command-error";
import type { Json } from "./model";

/** The files of config/ that services' documents consist of. */
export interface DocumentFiles {
  /** A file's content. Fails if it cannot be read. */
  read(file: string): Json;
  /** The file that a path in another file refers to; undefined outside config/. */
  named(path: string, from: string): string | undefined;
}

/** An operation of a service's own document. */
export interface ServiceOperation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  /** Without those of the path. */
  readonly parameters: readonly Json[];
  /** Those of the path, in the order of its variables. */
  readonly variables: readonly Json[];
  readonly requestBody?: Json;
  /** By status. */
  readonly responses: Readonly<Record<string, Json>>;
}

/** A value, and the file that its references start from. */
interface Placed {
  readonly file: string;
  readonly value: Json;
  /** Where a reference led to it. */
  readonly place?: string;
}

/**
 * A service's own OpenAPI document, 3.0 or 3.1, as parts of the front door's document. Schemas that its routes refer to
 * become components under the service's name, so that two services do not clash. Other references are replaced by their
 * targets. Links are left out, because they may name operations that are no routes of the front door.
 */
export class ServiceDocument {
  private readonly names = new Map<string, string>();
  private readonly schemas = new Map<string, Json>();
  /** Places that are being put in place of their references. */
  private readonly inlining = new Set<string>();

  /** @param file of its root: `config/openapi/orders.yaml` */
  constructor(
    private readonly service: string,
    private readonly file: string,
    private readonly files: DocumentFiles,
  ) {}

  /** Undefined if the document does not have the route. @param path as API Gateway has it; names of variables may differ */
  operation(method: string, path: string): ServiceOperation | undefined {
    const document = this.files.read(this.file);
    const [server] = Array.isArray(document.servers) ? document.servers : [];
    const variables = map(map(server).variables);
    const base = pathOfServer(
      String(map(server).url ?? ""),
      (name) => map(ownValue(variables, name)).default as string,
    );
    const paths = Object.entries(map(document.paths));
    const [template, written] = paths.find(([each]) => shapeOf(routePath(base, each)) === shapeOf(path)) ?? [];
    if (template === undefined) return undefined;
    const item = this.resolved({ file: this.file, value: map(written) });
    if (item.value[method.toLowerCase()] === undefined) return undefined;
    const found = this.resolved({ file: item.file, value: map(item.value[method.toLowerCase()]) });
    const { operationId, summary, description, deprecated, requestBody, responses } = found.value;
    const parameters = this.parameters(item, found);
    const ofPath = parameters.filter((each) => each.in === "path");
    return {
      ...(typeof operationId === "string" && { operationId }),
      ...(typeof summary === "string" && { summary }),
      ...(typeof description === "string" && { description }),
      ...(deprecated === true && { deprecated }),
      parameters: parameters.filter((each) => each.in !== "path"),
      variables: namesOf(template).map((name) => ofPath.find((each) => each.name === name) ?? {}),
      ...(requestBody !== undefined && { requestBody: this.inlined(requestBody, found.file) }),
      responses: Object.fromEntries(
        Object.entries(map(responses)).map(([status, each]) => [status, this.inlined(each, found.file)]),
      ),
    };
  }

  /** The schemas that operations have referred to so far, in the order of their names. */
  get components(): Readonly<Record<string, Json>> {
    const found = [...this.schemas].sort(([a], [b]) => (a < b ? -1 : 1));
    return found.length === 0 ? {} : { schemas: Object.fromEntries(found) };
  }

  /** Parameters of an operation replace those of its path. */
  private parameters(item: Placed, operation: Placed): readonly Json[] {
    const found = new Map<string, Json>();
    for (const { file, value } of [item, operation]) {
      for (const each of Array.isArray(value.parameters) ? value.parameters : []) {
        const parameter = this.inlined(each, file);
        found.set(`${parameter.in} ${parameter.name}`, parameter);
      }
    }
    return [...found.values()];
  }

  private inlined(value: unknown, from: string): Json {
    const { file, value: found, place = "" } = this.resolved({ file: from, value: map(value) });
    if (place === "") return this.own(found, file) as Json;
    if (this.inlining.has(place)) throw circle(from, place);
    this.inlining.add(place);
    const own = this.own(found, file) as Json;
    this.inlining.delete(place);
    return own;
  }

  /** Everything but schemas, whose references stay references. */
  private own(value: unknown, file: string, isSchema = false): unknown {
    if (Array.isArray(value)) return value.map((each) => this.own(each, file, isSchema));
    if (typeof value !== "object" || value === null) return value;
    if (typeof map(value).$ref === "string") {
      return isSchema ? { ...value, $ref: this.schemaAt(map(value).$ref as string, file) } : this.inlined(value, file);
    }
    const entries = Object.entries(value).flatMap(([key, each]): [string, unknown][] => {
      if (key === "mapping" && isSchema) return [[key, this.mapping(map(each), file)]];
      if (key === "links" && !isSchema) return [];
      if (isSchema && NAMED_SCHEMAS.includes(key)) return [[key, this.each(map(each), file)]];
      return [[key, isData(key, isSchema) ? each : this.own(each, file, isSchema || key === "schema")]];
    });
    const own = Object.fromEntries(entries);
    return isSchema ? asVersion31(own) : own;
  }

  /** Does not interpret the schemas' names: a property may be called `default`. */
  private each(schemas: Json, file: string): Json {
    return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, this.own(schema, file, true)]));
  }

  /** A discriminator names schemas by reference, or only by their name. */
  private mapping(values: Json, file: string): Json {
    const asReference = (text: string) => (/[#/.]/.test(text) ? text : `#/components/schemas/${text}`);
    return Object.fromEntries(
      Object.entries(values).map(([key, each]) =>
        typeof each === "string" ? [key, this.schemaAt(asReference(each), file)] : [key, this.own(each, file, true)],
      ),
    );
  }

  private schemaAt(reference: string, from: string): string {
    const target = this.target(reference, from);
    const known = this.names.get(target.place);
    const name = known ?? this.newName(target.place);
    if (known === undefined) {
      this.names.set(target.place, name); // A schema may refer to itself.
      this.schemas.set(name, this.own(target.value, target.file, true) as Json);
    }
    return `#/components/schemas/${name}`;
  }

  /** `orders_Order`: the last part of its place. */
  private newName(place: string): string {
    const last = (place.split("/").at(-1) ?? "").replace(/\.\w+#?$/, "").replaceAll(/[^\w.-]/g, "_");
    const taken = [...this.names.values()];
    let name = `${this.service}_${last}`;
    for (let index = 2; taken.includes(name); index += 1) name = `${this.service}_${last}_${index}`;
    return name;
  }

  private resolved(placed: Placed, passed: readonly string[] = []): Placed {
    const { $ref } = placed.value;
    if (typeof $ref !== "string") return placed;
    const target = this.target($ref, placed.file);
    if (passed.includes(target.place)) throw circle(placed.file, target.place);
    return this.resolved(target, [...passed, target.place]);
  }

  private target(reference: string, from: string): Placed & { readonly place: string } {
    const [path = "", pointer = ""] = reference.split("#", 2);
    const file = path === "" ? from : this.files.named(path, from);
    let value: unknown = file === undefined ? undefined : this.files.read(file);
    for (const step of pointer.split("/").slice(1)) value = ownValue(map(value), pointerStep(step));
    if (file !== undefined && typeof value === "object" && value !== null) {
      return { file, value: value as Json, place: `${file}#${pointer}` };
    }
    throw projectError(
      `${from}: got the $ref ${JSON.stringify(reference)}, expected a place in a file of config/`,
      "correct it",
    );
  }
}

const NAMED_SCHEMAS = ["properties", "patternProperties", "dependentSchemas", "$defs"];

/** Keys whose values are copied unread. Outside a schema, `examples` is a map that may hold references. */
function isData(key: string, isSchema: boolean): boolean {
  return ["const", "default", "enum", "example", isSchema ? "examples" : "value"].includes(key);
}

/** OpenAPI treats paths that differ only in the names of their variables as one. */
export function shapeOf(path: string): string {
  return path.replaceAll(/\{[^}]+\}/g, "{}");
}

function namesOf(path: string): readonly string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]) => name);
}

/** Only a schema may refer to itself: it stays a reference. */
function circle(file: string, place: string): CommandError {
  return projectError(
    `${file}: got a $ref to ${place} that leads back to itself, expected one that leads to a value`,
    "correct it",
  );
}

function map(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

/** A schema of OpenAPI 3.0 as one of 3.1: `nullable`, and bounds that a boolean makes exclusive. */
function asVersion31({ nullable, ...schema }: Json): Json {
  const bounded = withBound(withBound(schema, "exclusiveMinimum", "minimum"), "exclusiveMaximum", "maximum");
  if (nullable !== true) return bounded;
  if (typeof bounded.type !== "string") return { anyOf: [bounded, { type: "null" }] };
  return {
    ...bounded,
    type: [bounded.type, "null"],
    ...(Array.isArray(bounded.enum) && { enum: [...bounded.enum, null] }),
  };
}

function withBound(schema: Json, exclusive: string, limit: string): Json {
  if (typeof schema[exclusive] !== "boolean") return schema;
  const { [exclusive]: isExclusive, [limit]: value, ...rest } = schema;
  return value === undefined ? rest : { ...rest, [isExclusive ? exclusive : limit]: value };
}
