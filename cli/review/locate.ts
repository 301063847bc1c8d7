import { type PlacedValue, type Places, placesOf } from "../../intent/schema/places";
import type { Locate } from "../../packages/terraform-access-review/report/report";
import type { UrlOf } from "../process/place-urls";
import { CONFIG } from "../process/project";
import { type Cause, rowCauses } from "./causes";
import { guardCauses } from "./guard-causes";

/**
 * Where the config causes a change: the very item or value that the change names, else the key that it belongs to. A
 * value that is gone has no line any more, so its key or list is named.
 *
 * @param urlOf browser URL of a place. Default: places are plain text
 * @param config folder of the config. Default: the project's
 */
export function locateIn(environment: string, urlOf: UrlOf = () => undefined, config: string = CONFIG): Locate {
  let read: Places | undefined;
  // Read when the first row asks for it. Most environments of a review have no rows.
  const places = () => {
    read ??= placesOf(config, environment);
    return read;
  };
  const find = (causes: readonly Cause[]) => {
    const text = causes.map((cause) => placeOf(cause, places())).find((place) => place !== undefined);
    if (text === undefined) return undefined;
    const url = urlOf(text);
    return { text, ...(url !== undefined && { url }) };
  };
  return {
    row: (change, parts) => find(rowCauses(change, parts, places())),
    guard: (change) => find(guardCauses(change, places())),
  };
}

function placeOf({ path, names, onlyValues }: Cause, places: Places): string | undefined {
  const value = names === undefined ? undefined : named(names, places.values(path));
  return value?.place ?? (onlyValues ? undefined : places.at(path));
}

/** The longest value that a text quotes as a whole. */
function named(text: string, values: readonly PlacedValue[]): PlacedValue | undefined {
  return values.filter((value) => quotes(text, value.text)).sort((a, b) => b.text.length - a.text.length)[0];
}

/** A text quotes a value where nothing that could belong to a longer one is next to it. */
function quotes(text: string, value: string): boolean {
  if (value.length < SHORTEST) return false;
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
    const [before, after] = [text[at - 1] ?? " ", text[at + value.length] ?? " "];
    if (!PART_OF_A_NAME.test(before) && !PART_OF_A_NAME.test(after)) return true;
  }
  return false;
}

const PART_OF_A_NAME = /[\w./:@*]/;

/** Shorter values, such as `80` or `on`, stand in a sentence by chance. */
const SHORTEST = 3;
