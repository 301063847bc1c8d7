import { join } from "node:path";
import { ROOT } from "../places";

/** Where the docs have their pictures. */
export const IMAGES = join(ROOT, "docs", "images");

/** The pictures, each with a light and a dark background. */
export const PICTURES = ["why-refused", "why-allowed", "signed-in"] as const;
export type PictureName = (typeof PICTURES)[number];

export const SCHEMES = ["light", "dark"] as const;
export type Scheme = (typeof SCHEMES)[number];

/** Texts that each picture shows, by its name: `docs/images/pictures.json`. */
export type Manifest = Readonly<Record<PictureName, readonly string[]>>;
export const MANIFEST = join(IMAGES, "pictures.json");

/** Limit in bytes: pages also load over slow connections, and git keeps every version. */
export const MOST_BYTES = 150_000;

/** `why-refused.png`, `why-refused-dark.png` */
export function fileOf(name: PictureName, scheme: Scheme): string {
  return `${name}${scheme === "dark" ? "-dark" : ""}.png`;
}
