import { requestFor, schemaFor } from "./arguments.mjs";

const METHODS = ["get", "post", "put", "patch", "delete"];

/**
 * One tool for each operation of the front door's OpenAPI document that the token's scopes open. Only the front door
 * enforces access; this spares the agent refused calls.
 */
export function toolsFor({ paths, components }, token) {
  const { scope = "" } = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
  const granted = scope.split(" ");
  const opens = (requirement) => {
    const scopes = Object.entries(requirement).flatMap(([scheme, each]) =>
      components.securitySchemes[scheme].type === "oauth2" ? each : [],
    );
    return scopes.length > 0 && scopes.every((each) => granted.includes(each));
  };
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]?.security.some(opens)).map((method) => {
      const operation = item[method];
      return {
        name: operation.operationId,
        description: operation.description ?? operation.summary,
        inputSchema: schemaFor(operation, components.schemas),
        annotations: { readOnlyHint: method === "get" },
        /** The call for these arguments; undefined if they are invalid. */
        request: (input) => requestFor(path, method, operation, input),
      };
    }),
  );
}
