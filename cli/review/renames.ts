import type { Json } from "../../packages/terraform-access-review/model/attribute-change";
import type { ChangeModel, ResourceChange } from "../../packages/terraform-access-review/model/change";

const SERVICE = "google_cloud_run_v2_service";

/** The model with a note for each service that may have been renamed: it is new, and a removed one ran the same image. */
export function withRenames(model: ChangeModel): ChangeModel {
  const services = model.resources.filter(({ type }) => type === SERVICE);
  const gone = services.filter(({ action }) => action === "destroyed");
  const notes = services
    .filter(({ action }) => action === "added")
    .flatMap((added) => {
      const alike = gone.filter((each) => imagesOf(each).some((image) => imagesOf(added).includes(image)));
      if (alike.length !== 1 || alike[0] === undefined) return [];
      return [{ kind: "maybe-renamed", added: idOf(added), gone: idOf(alike[0]) } as const];
    });
  return { ...model, notes: [...model.notes, ...notes] };
}

/** The service's id in config, from its address. */
function idOf({ address }: ResourceChange): string {
  return address.slice(`${SERVICE}.`.length).replaceAll("_", "-");
}

/** The repositories of a service's images, without tag and digest. */
function imagesOf({ attributes }: ResourceChange): readonly string[] {
  const images = attributes.flatMap(({ before, after }) => [...imagesIn(before), ...imagesIn(after)]);
  return images.map((image) => image.replace(/@.*$/, "").replace(/:[\w.-]+$/, ""));
}

function imagesIn(value: Json | undefined): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "image" in value && typeof value.image === "string" ? [value.image] : [];
  return [...own, ...Object.values(value).flatMap(imagesIn)];
}
