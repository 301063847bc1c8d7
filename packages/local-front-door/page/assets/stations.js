import { element } from "./elements.js";

const WORDS = { passed: "passed", refused: "refused", called: "called", "not-called": "not called" };
const MARKS = { passed: "✓", refused: "✗", called: "•", "not-called": "–" };

/** Draws the parts on a request's path, from the caller to the service. The part that determined the answer is marked. */
export function picture(stations) {
  return element(
    "ol",
    { className: "stations", attributes: { "aria-label": "From the caller to the answer" } },
    ...stations.map(stationItem),
  );
}

function stationItem({ id, title, detail, state, decided }) {
  const word = decided ? (state === "refused" ? "refused here" : "answered") : WORDS[state];
  return element(
    "li",
    { className: `station ${state ?? "asks"}${decided ? " decided" : ""}`, attributes: { "data-station": id } },
    element("strong", { text: title }),
    detail === undefined ? undefined : element("span", { className: "detail" }, ...breakable(detail)),
    word === undefined
      ? undefined
      : element(
          "span",
          { className: "word" },
          element("span", { text: `${MARKS[state]} `, attributes: { "aria-hidden": "true" } }),
          element("span", { text: word }),
        ),
  );
}

/** A long name breaks behind a slash first. */
function breakable(name) {
  return name.split(/(?<=\/)/).flatMap((part) => [part, element("wbr")]);
}
