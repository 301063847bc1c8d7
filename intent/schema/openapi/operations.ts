import type { DocumentNode } from "../../source/document-node";
import { type Documents, isSound, type Refuse, refused } from "./documents";
import type { Why } from "./left-out";

/** The design: operations of a document. API Gateway's quota of routes per API is 300, and can be raised. */
const MOST_OPERATIONS = 1_000;

export interface Operation {
  /** `GET /orders/{id}`. */
  readonly key: string;
  /** Place of its method. */
  readonly named: DocumentNode;
  /** Its value: the same node, or what a $ref leads to. */
  readonly node: DocumentNode;
  /** The path item it is in. */
  readonly item: DocumentNode;
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
/** API Gateway answers preflights itself, and has no TRACE. */
const NO_ROUTES = ["options", "trace"];

const DOCUMENT_KEYS = [
  ...["openapi", "info", "jsonSchemaDialect", "servers", "paths", "webhooks"],
  ...["components", "security", "tags", "externalDocs"],
];
const ITEM_KEYS = ["summary", "description", "servers", "parameters", ...METHODS];
const OPERATION_KEYS = [
  ...["tags", "summary", "description", "externalDocs", "operationId", "parameters", "requestBody"],
  ...["responses", "callbacks", "deprecated", "security", "servers"],
];

/** Every operation of a document, in its order. Refuses faults of the document as a whole. */
export function operationsOf(root: DocumentNode, documents: Documents, refuse: Refuse): readonly Operation[] {
  const [version, old] = [root.get("openapi"), root.get("swagger")];
  if (root.kind === "map" && !/^3\.[01]\.\d+(-\S+)?$/.test(version?.text ?? "")) {
    const found = version ?? old;
    const got = found === undefined ? "no key openapi" : `version ${JSON.stringify(found.text)}`;
    refused(refuse, found ?? root, got, "OpenAPI 3.0 or 3.1", "convert the document");
    return [];
  }
  if (!isMapOf(root, DOCUMENT_KEYS, refuse)) return [];
  const base = basePathOf(root.get("servers"), refuse);
  const paths = root.get("paths");
  if (paths) isSound(paths, "map", refuse);
  const found = [...(paths?.entries ?? [])].flatMap(([path, item]) =>
    operationsBelow(path, item, documents, refuse).map(({ key: [method, own], ...operation }) => {
      return { ...operation, key: `${method} ${routePath(base, own)}` };
    }),
  );
  const [extra] = found.slice(MOST_OPERATIONS);
  if (extra) {
    const expected = `at most ${MOST_OPERATIONS} (the design's limit)`;
    refused(refuse, extra.named, `${found.length} operations`, expected, "divide the document between services");
  }
  return found;
}

/** The path of a route, below the path of the document's servers. */
export function routePath(base: string, path: string): string {
  return base !== "" && path === "/" ? base : `${base}${path}`;
}

type PathOperation = Omit<Operation, "key"> & { readonly key: readonly [method: string, path: string] };

function operationsBelow(path: string, written: DocumentNode, documents: Documents, refuse: Refuse): PathOperation[] {
  if (path.startsWith("x-")) return [];
  const item = documents.resolve(written, refuse);
  if (item === undefined || !isMapOf(item, ITEM_KEYS, refuse)) return [];
  if (!path.startsWith("/") || path.includes("+")) {
    const remedy = "correct it; a greedy route such as /files/{path+} belongs in config";
    refused(refuse, written, JSON.stringify(path), "a path that starts with / and has no +", remedy);
    return [];
  }
  return METHODS.flatMap((method) => {
    const named = item.get(method);
    const node = named && documents.resolve(named, refuse);
    return named && node ? [{ key: [method.toUpperCase(), path] as const, named, node, item }] : [];
  });
}

/** Why no route can stand for the operation; undefined if one can. `refused` after refusing an unknown key. */
export function obstacleOf({ key, node, item }: Operation, refuse: Refuse): Why | "refused" | undefined {
  const [method = ""] = key.split(" ");
  if (NO_ROUTES.includes(method.toLowerCase())) return { kind: "method", method };
  if (!isMapOf(node, OPERATION_KEYS, refuse)) return "refused";
  return [item, node].some((owner) => owner.get("servers")) ? { kind: "servers" } : undefined;
}

/** The path that all servers of a document share: the gateway passes it on. Refuses a variable, and servers that differ. */
function basePathOf(servers: DocumentNode | undefined, refuse: Refuse): string {
  const urls = (servers?.items ?? []).flatMap((server) => {
    const url = server.get("url");
    const defaultOf = (variable: string) => server.get("variables")?.get(variable)?.get("default")?.text;
    return url === undefined ? [] : [{ url, path: pathOfServer(url.text, defaultOf) }];
  });
  const [{ path: base } = { path: "" }] = urls;
  for (const { url, path } of urls) {
    if (path === base && /^(\/[\w.:-]+)*$/.test(path)) continue;
    const got = `a server with the path ${JSON.stringify(path)}`;
    const expected = "one plain path for all servers, without variables";
    refused(refuse, url, got, expected, "keep one server, or add the path to the start of every key of paths");
  }
  return base;
}

/**
 * The path of a server's URL, without a slash at its end: empty for none. A variable at the start stands for scheme and
 * host if its default does.
 */
export function pathOfServer(url = "", defaultOf: (variable: string) => string | undefined = () => undefined): string {
  const [written = "", variable = ""] = /^\{([^{}]+)\}/.exec(url) ?? [];
  const isHost = /^https?:\/\/[^/?#]+\/?$/.test(defaultOf(variable) ?? "");
  const path = isHost ? url.slice(written.length) : url.replace(/^([^/?#]*:)?\/\/[^/?#]*/, "");
  return path.replace(/\/$/, "");
}

/** A misspelt key, such as `securty`, would be ignored, and the document's default would apply. */
function isMapOf(node: DocumentNode, known: readonly string[], refuse: Refuse): boolean {
  const unknown = [...node.entries].filter(([key]) => !known.includes(key) && !key.startsWith("x-"));
  for (const [key, value] of unknown) {
    const expected = `a key of OpenAPI: ${known.join(", ")}`;
    refused(refuse, value, `the unknown key ${JSON.stringify(key)}`, expected, "correct or remove it");
  }
  return isSound(node, "map", refuse) && unknown.length === 0;
}
