import { isCurrent, type SchemaAttribute, type SchemaBlock, schemaFiles } from "../../../cli/generate/schemas";
import { PROVIDERS } from "../../../cli/terraform/providers";
import { isSecret } from "../../../packages/terraform-access-review/terraform-json/secrets";
import { TYPES, writtenOf } from "../../../packages/terraform-access-review/types";
import { schemasAsPrinted, schemasOfProviders } from "../../support/provider-schemas";
import { describeTerraform } from "../../support/terraform-stack";

/** Paths of every attribute for which this holds in the schema. */
function paths(block: SchemaBlock, found: (attribute: SchemaAttribute) => boolean, at = ""): string[] {
  const own = Object.entries(block.attributes ?? {}).flatMap(([name, attribute]) =>
    found(attribute) ? [`${at}${name}`] : [],
  );
  const inner = Object.entries(block.block_types ?? {}).flatMap(([name, { block: below }]) =>
    paths(below, found, `${at}${name}.`),
  );
  return [...own, ...inner];
}

const STATE = /(^|_)(state|status|phase|deleted|(delete|deletion|destroy|expire)_(time|date))$/;

/** Paths of the computed attributes with such a name, also within lists of objects. */
function statePaths(block: SchemaBlock): readonly string[] {
  const top = paths(block, ({ computed }) => computed === true);
  const inObjects = Object.entries(block.attributes ?? {}).flatMap(([name, { computed, type }]) => {
    const [, fields = {}] = [type].flat(2).slice(-2) as [unknown, object?];
    return computed && typeof fields === "object" ? Object.keys(fields).map((field) => `${name}.${field}`) : [];
  });
  return [...top, ...inObjects].filter((path) => STATE.test(path.split(".").at(-1) ?? ""));
}

/**
 * Settings of features that no stack uses, parts of a state that another attribute sums up, answers to a deletion alone
 * (Cloud Run Admin API, Service), and a version that the provider treats as gone. A secret's expiry is drift by itself.
 */
const SAY_SOMETHING_ELSE = [
  "aws_lambda_function.snap_start.optimization_status",
  "aws_s3_bucket.acceleration_status",
  "aws_secretsmanager_secret.replica.status",
  "google_cloud_run_v2_service.conditions.state",
  "google_cloud_run_v2_service.delete_time",
  "google_cloud_run_v2_service.expire_time",
  "google_secret_manager_secret.expire_time",
  "google_secret_manager_secret_version.destroy_time",
];

/** The authorizer uses it to name the caller whose usage counts. It is in `main.tf.json`, and no caller can send it. */
const OPENS_NOTHING = "aws_api_gateway_api_key.value";

describeTerraform("the review's types, compared with the providers' schemas", () => {
  let schemas: ReadonlyMap<string, SchemaBlock>;

  beforeAll(() => {
    schemas = schemasOfProviders();
  });

  test("the files that are generated from the schemas are current: npm run generate -- --schemas", () => {
    const { files, obsolete } = schemaFiles(PROVIDERS, schemasAsPrinted());
    expect(files).toHaveLength(3);
    expect(files.filter((file) => !isCurrent(file)).map(({ path }) => path)).toEqual([]);
    expect(obsolete).toEqual([]);
  });

  test("no stack writes an argument that a schema deprecates", () => {
    const written = Object.keys(TYPES).flatMap((type) => {
      const each = writtenOf(type);
      const deprecated = paths(schemas.get(type) as SchemaBlock, (attribute) => attribute.deprecated === true);
      return each.arguments.filter((path) => deprecated.includes(path)).map((path) => `${type}.${path}`);
    });
    expect(written).toEqual([]);
  });

  test("every type is in a schema, and the attributes that replace it are attributes of the type", () => {
    const faults = Object.entries(TYPES).flatMap(([type, { replaces = [] }]) => {
      const block = schemas.get(type);
      if (block === undefined) return [`${type} is in no schema`];
      const names = [...Object.keys(block.attributes ?? {}), ...Object.keys(block.block_types ?? {})];
      return replaces.filter((name) => !names.includes(name)).map((name) => `${type}.${name} is in no schema`);
    });
    expect(faults).toEqual([]);
  });

  test("every computed attribute by which a cloud may say that an object is gone is read, or on the list here", () => {
    const found = Object.keys(TYPES).flatMap((type) =>
      statePaths(schemas.get(type) as SchemaBlock).map((path) => `${type}.${path}`),
    );
    const read = Object.entries(TYPES).flatMap(([type, { going = {} }]) =>
      Object.keys(going).map((path) => `${type}.${path}`),
    );
    expect(found.filter((path) => !read.includes(path)).sort()).toEqual(SAY_SOMETHING_ELSE);
    expect(read.filter((path) => !found.includes(path))).toEqual([]);
  });

  test("every attribute that a schema marks as sensitive or write-only is hidden by its name alone", () => {
    const sensitive = Object.keys(TYPES).flatMap((type) =>
      paths(
        schemas.get(type) as SchemaBlock,
        (attribute) => attribute.sensitive === true || attribute.write_only === true,
      ).map((path) => `${type}.${path}`),
    );
    expect(sensitive.length).toBeGreaterThan(3);
    expect(sensitive).toContain(OPENS_NOTHING);
    const hidden = sensitive.filter((path) => path !== OPENS_NOTHING);
    expect(hidden.filter((path) => !isSecret(path.split(".").at(-1) ?? "", "value", { within: "" }))).toEqual([]);
  });
});
