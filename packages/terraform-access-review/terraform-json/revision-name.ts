import { canonical } from "./order";
import { sha256 } from "./sha256";

/** A Cloud Run service's template, as Terraform's JSON has it. */
export type Template = Readonly<Record<string, unknown>>;

/** Hexadecimal digits of the content's hash in a revision's name. */
const DIGITS = 12;

/**
 * `storefront-dev-orders-5f1c0a9b7d2e`: the same name for the same content, whatever its order. The content is all of the
 * template, so a name says which image ran with which settings, and with which rules of Envoy.
 */
export function revisionName(service: string, template: Template): string {
  const { revision: _, ...content } = template;
  return `${service}-${sha256(canonical(content)).slice(0, DIGITS)}`;
}

/** The same template with another image in the app's container, which is the only one or has this name. */
export function withImage(template: Template, image: string, app: string): Template {
  const containers = [template.containers ?? []].flat() as unknown as readonly Template[];
  return {
    ...template,
    containers: containers.map((each) => (containers.length === 1 || each.name === app ? { ...each, image } : each)),
  };
}
