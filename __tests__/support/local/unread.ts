import { PASSIVE } from "../../../packages/local-front-door/stand-ins";
import type { Change, EditableDocument } from "./document";

/** A resource of a stack, or a block in one, to which an unknown attribute is added. */
export interface Place {
  readonly environment: string;
  /** `type`, or `type.block.block`. */
  readonly shape: string;
  /** Keys from `resource` on. */
  readonly path: readonly string[];
}

/** Blocks that may have any attributes, nested blocks included. None can grant or refuse a request. */
export const OPEN_BLOCKS: Readonly<Record<string, string>> = {
  "aws_api_gateway_deployment.lifecycle": "Terraform's own: how an apply replaces and protects",
  "aws_api_gateway_deployment.triggers": "a map: every name is a trigger's",
  "aws_api_gateway_method.request_parameters": "a map: every name is a parameter's",
  "aws_api_gateway_method_response.response_parameters": "a map: every name is a header's",
  "aws_api_gateway_rest_api.lifecycle": "Terraform's own: how an apply replaces and protects",
  "aws_api_gateway_stage.variables": "a map: every name is a variable's",
  "aws_apigatewayv2_domain_name.domain_name_configuration": "immaterial as a whole",
  "aws_apigatewayv2_stage.stage_variables": "a map: every name is a variable's",
  "aws_cognito_user_pool.account_recovery_setting": "immaterial as a whole",
  "aws_cognito_user_pool.admin_create_user_config": "immaterial as a whole",
  "aws_cognito_user_pool.password_policy": "immaterial as a whole",
  "aws_cognito_user_pool.software_token_mfa_configuration": "immaterial as a whole",
  "aws_cognito_user_pool.username_configuration": "immaterial as a whole",
  "aws_lambda_function.environment.variables": "a map: every name is a variable's",
  "aws_lambda_function.logging_config": "immaterial as a whole",
  "google_cloud_run_v2_service.scaling": "immaterial as a whole",
  "google_cloud_run_v2_service.template.containers.liveness_probe": "immaterial as a whole",
  "google_cloud_run_v2_service.template.containers.ports": "immaterial as a whole",
  "google_cloud_run_v2_service.template.containers.resources": "immaterial as a whole",
  "google_cloud_run_v2_service.template.containers.startup_probe": "immaterial as a whole",
  "google_cloud_run_v2_service.template.scaling": "immaterial as a whole",
};

/** Blocks that are open in an app's container, but are compared with the configuration in Envoy's container. */
const READ_OF_ENVOY = ["ports", "startup_probe", "liveness_probe"].map(
  (block) => `google_cloud_run_v2_service.template.containers.${block}`,
);

/** Returns every resource of a stack and every block in one. */
export function placesOf(environment: string, document: EditableDocument): readonly Place[] {
  const found: Place[] = [];
  const walk = (value: unknown, shape: string, path: readonly string[]): void => {
    if (typeof value !== "object" || value === null) return;
    if (!Array.isArray(value)) found.push({ environment, shape, path });
    for (const [key, item] of Object.entries(value)) {
      if (key !== "//") walk(item, Array.isArray(value) ? shape : `${shape}.${key}`, [...path, key]);
    }
  };
  for (const [type, named] of Object.entries(document.resource)) {
    for (const [name, body] of Object.entries(named)) walk(body, type, [type, name]);
  }
  return found;
}

/** Returns the last place of each kind. */
export function onePerShape(places: readonly Place[]): readonly Place[] {
  return [...new Map(places.map((place) => [place.shape, place])).values()];
}

/** Whether the place may have any attribute: no request depends on the type, or on the block. */
export function isOpen({ environment, shape, path }: Place): boolean {
  // Every service of preview has Envoy's container first.
  if (environment === "preview" && path[4] === "0" && isIn(READ_OF_ENVOY, shape)) return false;
  return PASSIVE.includes(path[0] ?? "") || isIn(Object.keys(OPEN_BLOCKS), shape);
}

function isIn(blocks: readonly string[], shape: string): boolean {
  return blocks.some((each) => shape === each || shape.startsWith(`${each}.`));
}

/** Adds an unknown attribute to the place. */
export function unheardOf({ path }: Place): Change {
  return (document) => {
    let target = document.resource as Record<string, unknown>;
    for (const key of path) target = target[key] as Record<string, unknown>;
    target.unheard_of = "x";
  };
}

/**
 * Returns the places where an unknown attribute does not stop the start with the resource's address, or stops it
 * although the block is open.
 *
 * @param refusal returns the error that stops the start of the place's environment after a change; undefined if none
 * does
 */
export async function unexpected(
  places: readonly Place[],
  refusal: (environment: string, change: Change) => string | undefined | Promise<string | undefined>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const place of places) {
    const refused = await refusal(place.environment, unheardOf(place));
    const isRight = isOpen(place) ? refused === undefined : isRefusalOf(place, refused ?? "");
    if (!isRight) found.push(`${place.environment} ${place.path.join(".")}: ${refused ?? "started"}`);
  }
  return found;
}

function isRefusalOf({ path: [type, name, ...block] }: Place, refused: string): boolean {
  const resource = `${type}.${name}.`;
  if (block.length === 0) return refused === `${resource}unheard_of: unknown to the local stand-in`;
  // For a map whose names have a meaning, the stand-in lists the names that it knows.
  const inside = /\.unheard_of: (unknown|the stand-in knows|got "x", expected)|response_templates: the stand-in knows/;
  return refused.startsWith(resource) && inside.test(refused);
}
