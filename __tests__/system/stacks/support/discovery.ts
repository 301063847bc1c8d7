import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pythonVenv } from "../../../../packages/local-front-door/processes/python-venv.cjs";
import { oncePerRun } from "../../../support/once-per-run";
import { BUILD_FOLDER } from "../../../support/places";

/** A method of one of Google's APIs, as the API's discovery document describes it. */
export interface Method {
  /** `run.projects.locations.services.get` */
  readonly id: string;
  readonly httpMethod: string;
  /** With the host: `https://run.googleapis.com/v2/{+name}`. */
  readonly url: string;
  /** What each parameter of the path must match. */
  readonly patterns: Readonly<Record<string, RegExp>>;
  /** Fields of the request's body. */
  readonly fields: readonly string[];
}

interface Part {
  readonly methods?: Readonly<Record<string, Described>>;
  readonly resources?: Readonly<Record<string, Part>>;
}

interface Described {
  readonly id: string;
  readonly httpMethod: string;
  readonly path: string;
  readonly parameters?: Readonly<Record<string, { readonly pattern?: string }>>;
  readonly request?: { readonly $ref: string };
}

/**
 * The folder with the discovery documents in Google's client for Python, as `requirements.txt` pins it, or one line with
 * the reason why there is none.
 */
export function discoveryFolder(): { readonly folder: string } | { readonly missing: string } {
  const requirements = join(__dirname, "requirements.txt");
  const made = oncePerRun("discovery", () => pythonVenv({ name: "discovery", requirements, build: BUILD_FOLDER }));
  if ("missing" in made) return made;
  const [python = ""] = readdirSync(join(made.folder, "lib"));
  const packages = join(made.folder, "lib", python, "site-packages");
  return { folder: join(packages, "googleapiclient", "discovery_cache", "documents") };
}

/** @param api name and version: `run.v2` */
export function methodsOf(folder: string, api: string): readonly Method[] {
  const { rootUrl, schemas, ...document } = JSON.parse(readFileSync(join(folder, `${api}.json`), "utf8"));
  const methods = ({ methods: own = {}, resources = {} }: Part): readonly Described[] => [
    ...Object.values(own),
    ...Object.values(resources).flatMap(methods),
  ];
  return methods(document).map(({ id, httpMethod, path, parameters = {}, request }) => ({
    id,
    httpMethod,
    url: rootUrl + path,
    patterns: Object.fromEntries(
      Object.entries(parameters).map(([name, { pattern = ".*" }]) => [name, new RegExp(pattern)]),
    ),
    fields: request === undefined ? [] : Object.keys(schemas[request.$ref].properties),
  }));
}
