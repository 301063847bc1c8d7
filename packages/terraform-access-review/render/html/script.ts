/** Script of the report: hides what the filter leaves out, and opens everything for paper. Without it everything is there. */
export const SCRIPT = `
const filter = document.getElementById("filter");
const chosen = (name) => document.getElementById(name).value;
function show() {
  for (const item of document.querySelectorAll("[data-cloud]")) {
    item.hidden = ["cloud", "service", "action"].some((name) => chosen(name) !== "" && item.dataset[name] !== undefined && item.dataset[name] !== chosen(name));
  }
  for (const group of document.querySelectorAll("[data-group]")) {
    group.hidden = group.querySelectorAll("[data-cloud]:not([hidden])").length === 0;
  }
}
if (filter) {
  filter.hidden = false;
  filter.addEventListener("change", show);
}
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
`.trim();
