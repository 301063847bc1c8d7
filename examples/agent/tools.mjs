import { requestFor, schemaFor } from "./arguments.mjs";

const METHODS = ["get", "post", "put", "patch", "delete"];

/**
 * One tool for each operation of the front door's OpenAPI document that the token opens. Only the front door enforces
 * access; this spares the agent refused calls.
 *
 * @throws Error if the token opens none
 */
export function toolsFor({ paths, components }, token) {
  const claims = claimsOf(token);
  const granted = new Map(
    Object.entries(components.securitySchemes).flatMap(([name, scheme]) =>
      isOf(scheme, token, claims) ? [[name, scopesIn(scheme, claims)]] : [],
    ),
  );
  const opens = (requirement) => {
    const asked = Object.entries(requirement).filter(([name]) => components.securitySchemes[name].type !== "mutualTLS");
    return (
      asked.length > 0 &&
      asked.every(([name, scopes]) => scopes.every((each) => granted.get(name)?.has(each)) && granted.has(name))
    );
  };
  const tools = Object.entries(paths).flatMap(([path, item]) =>
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
  if (tools.length === 0) {
    const known = Object.keys(components.securitySchemes).join(", ");
    throw new Error(
      granted.size === 0
        ? `the token is of none of the document's security schemes: ${known}`
        : `the token's scopes open no operation: ${[...granted].map(([name, scopes]) => `${[...scopes].join(" ") || "none"} (${name})`).join(", ")}`,
    );
  }
  return tools;
}

/** The claims of a JWT. A request that an AWS principal signed has none. */
function claimsOf(token) {
  return isSigned(token) ? {} : JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
}

const isSigned = (token) => token.startsWith("aws-iam.");

/** Whether a security scheme stands for the token's issuer. Only Cognito's tokens have `token_use`. */
function isOf({ type, openIdConnectUrl, bearerFormat }, token, { iss = "", token_use }) {
  if (type === "oauth2") return token_use === "access";
  if (type === "openIdConnect")
    return openIdConnectUrl === `${iss.replace(/\/$/, "")}/.well-known/openid-configuration`;
  return bearerFormat === "aws-iam" && isSigned(token);
}

/** The scopes of a token, as its issuer's scheme lists them. Entra ID asks for `api://<aud>/<value>`. */
function scopesIn({ type, "x-scope-claims": names = type === "oauth2" ? ["scope"] : [] }, claims) {
  const values = names.flatMap((name) => {
    // In a name without : and /, a dot leads into an object.
    const path = /[:/]/.test(name) ? [name] : name.split(".");
    const found = path.reduce((object, part) => object?.[part], claims);
    return typeof found === "string" ? found.split(" ") : (found ?? []);
  });
  const audiences = [claims.aud ?? []].flat();
  return new Set([...values, ...audiences.flatMap((aud) => values.map((each) => `api://${aud}/${each}`))]);
}
