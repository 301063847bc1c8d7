import { FROM_ANNOTATION } from "../../../contract/rollout";
import { canonical } from "./order";
import { sha256 } from "./sha256";
import { type Attributes, blocksOf } from "./stack-json";

const LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";
const REVISION = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION";

/** Name of the app's container behind Envoy. */
const APP = "app";

/** How the calls of a Cloud Run service are divided between two images. */
export interface Rollout {
  readonly image: string;
  /** Share of `image`, 0-99. */
  readonly percent: number;
  /** The image that gets the other calls. */
  readonly from: string;
}

/**
 * Whether all calls of a Cloud Run service go to its newest revision, and no revision has its own URL by a tag. This is
 * the default.
 */
export function isAllToLatest(traffic: unknown): boolean {
  const targets = targetsOf(traffic);
  return targets.length === 0 || canonical(targets) === canonical([{ percent: 100, type: LATEST }]);
}

/**
 * The rollout of a declared service; undefined if its calls go to any other revision than the declared one and the same
 * template with the image before, or if a revision has its own URL.
 */
export function rolloutOf({ name, annotations, template, traffic }: Attributes): Rollout | undefined {
  const from = annotations?.[FROM_ANNOTATION];
  const [content] = blocksOf(template) as readonly Template[];
  if (typeof from !== "string" || content === undefined) return undefined;
  const [own, before] = [content, withImage(content, from, APP)].map((each) => revisionName(String(name), each));
  const targets = targetsOf(traffic);
  const percent = Number(targets.find(({ revision }) => revision === own)?.percent ?? 0);
  const expected = [
    ...(percent === 0 ? [] : [{ percent, revision: own, type: REVISION }]),
    { percent: 100 - percent, revision: before, type: REVISION },
  ];
  const isKnown = content.revision === own && percent >= 0 && percent < 100;
  if (!isKnown || canonical(targets) !== canonical(expected)) return undefined;
  return { image: imageOf({ template }), percent, from };
}

/** The image of the app's container. */
export function imageOf({ template }: Attributes): string {
  const [content] = blocksOf(template);
  const containers = blocksOf(content?.containers);
  return String((containers.find((each) => each.name === APP) ?? containers[0])?.image);
}

/** The targets without unset values, which providers write as `""` and null. */
export function targetsOf(traffic: unknown): readonly Attributes[] {
  return [traffic ?? []].flat().map((target) => {
    if (typeof target !== "object" || target === null) return { target };
    return Object.fromEntries(Object.entries(target).filter(([, value]) => value !== "" && value !== null));
  });
}

/** A Cloud Run service's template, as Terraform's JSON has it. */
export type Template = Readonly<Record<string, unknown>>;

/** Hexadecimal digits of the content's hash in a revision's name. */
const DIGITS = 12;

/**
 * `storefront-dev-orders-5f1c0a9b7d2e`: the same name for the same content, in any order. The content is the whole
 * template, so a name identifies the image, its settings and Envoy's rules.
 */
export function revisionName(service: string, template: Template): string {
  const { revision: _, ...content } = template;
  return `${service}-${sha256(canonical(content)).slice(0, DIGITS)}`;
}

/** The same template with another image in the app's container, which is the only one or has this name. */
export function withImage(template: Template, image: string, app: string): Template {
  const containers = blocksOf(template.containers);
  return {
    ...template,
    containers: containers.map((each) => (containers.length === 1 || each.name === app ? { ...each, image } : each)),
  };
}
