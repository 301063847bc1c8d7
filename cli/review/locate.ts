import { type PlacedValue, type Places, placesOf } from "../../intent/schema/places";
import type { Locate } from "../../packages/terraform-access-review/render/report";
import type { UrlOf } from "../process/place-urls";
import { CONFIG } from "../process/project";
import { type Cause, rowCauses } from "./causes";
import { guardCauses } from "./guard-causes";

/**
 * Where the config causes a change: the exact item or value that the change names, otherwise the key that it belongs to.
 * A removed value has no line any more, so its key or list is named.
 *
 * @param urlOf browser URL of a place. Default: places are plain text
 * @param config folder of the config. Default: the project's
 */
export function locateIn(environment: string, urlOf: UrlOf = () => undefined, config: string = CONFIG): Locate {
  let read: Places | undefined;
  // Read only for the first row, because most environments of a review have no rows.
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

/** Whether a text quotes a value as a whole, and not as part of a longer one. */
function quotes(text: string, value: string): boolean {
  if (value.length < SHORTEST) return false;
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
    const [before, after] = [text[at - 1] ?? " ", text[at + value.length] ?? " "];
    if (!PART_OF_A_NAME.test(before) && !PART_OF_A_NAME.test(after)) return true;
  }
  return false;
}

const PART_OF_A_NAME = /[\w./:@*]/;

/** Minimum length of a value: shorter ones, such as `80` or `on`, may be in a sentence by chance. */
const SHORTEST = 3;
