/** What a path variable may hold. The front door refuses escapes, so nothing is escaped here. */
const SEGMENT = "(?!\\.+(?:/|$))[A-Za-z0-9._~-]{1,255}";
const ONE_SEGMENT = `^${SEGMENT}$`;
const SOME_SEGMENTS = `^${SEGMENT}(?:/${SEGMENT})*$`;

const patternOf = (parameter) => (parameter["x-greedy"] ? SOME_SEGMENTS : ONE_SEGMENT);
const inputsOf = ({ parameters = [] }) => parameters.filter((each) => ["path", "query"].includes(each.in));
const bodyOf = ({ requestBody }) => requestBody?.content["application/json"]?.schema;

/** JSON schema of a tool's arguments: the variables of the path, the query and the body. */
export function schemaFor(operation, schemas = {}) {
  const inputs = inputsOf(operation);
  const body = bodyOf(operation);
  const properties = inputs.map(({ name, schema, description, ...parameter }) => [
    name,
    {
      ...schema,
      ...(description && { description }),
      ...(parameter.in === "path" && { pattern: patternOf(parameter) }),
    },
  ]);
  return selfContained(
    {
      type: "object",
      properties: Object.fromEntries(body ? [...properties, ["body", body]] : properties),
      required: requiredOf(operation),
      additionalProperties: false,
    },
    schemas,
  );
}

/** Path, method, headers and body of the call. Undefined if an argument is unknown, missing, or leads to another path. */
export function requestFor(path, method, operation, input) {
  const inputs = inputsOf(operation);
  const known = [...inputs.map(({ name }) => name), ...(bodyOf(operation) ? ["body"] : [])];
  if (!Object.keys(input).every((name) => known.includes(name))) return undefined;
  if (!requiredOf(operation).every((name) => input[name] !== undefined)) return undefined;
  const variables = inputs.filter((each) => each.in === "path");
  if (!variables.every((each) => new RegExp(patternOf(each)).test(input[each.name]))) return undefined;
  const asked = inputs.filter((each) => each.in === "query" && input[each.name] !== undefined);
  const query = new URLSearchParams(
    asked.flatMap(({ name }) => [input[name]].flat().map((value) => [name, String(value)])),
  );
  const target = path.replaceAll(/\{([^}]+)\}/g, (_, name) => input[name]);
  return {
    path: query.size === 0 ? target : `${target}?${query}`,
    method: method.toUpperCase(),
    ...(input.body !== undefined && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(input.body),
    }),
  };
}

function requiredOf(operation) {
  const names = inputsOf(operation).flatMap(({ name, required }) => (required ? [name] : []));
  return operation.requestBody?.required && bodyOf(operation) ? [...names, "body"] : names;
}

/** The schema with a copy of every component that it refers to. */
function selfContained(schema, schemas) {
  const $defs = {};
  const own = (each) => JSON.parse(JSON.stringify(each).replaceAll("#/components/schemas/", "#/$defs/"));
  const add = (each) => {
    for (const [, name] of JSON.stringify(each).matchAll(/"#\/components\/schemas\/([^"/]+)"/g)) {
      if (Object.hasOwn($defs, name)) continue;
      $defs[name] = own(schemas[name]);
      add(schemas[name]);
    }
  };
  add(schema);
  return { ...own(schema), ...(Object.keys($defs).length > 0 && { $defs }) };
}
