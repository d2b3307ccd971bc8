// Finding one of many labels by its words: case and accents do not matter, every word has to stand in the label.

import { t } from "./inputs.js";

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/** Put a search above the labels of a box; `leave` gives the focus back to the answer. Gives its field, and how it is cleared. */
export function begin(box, leave, id = "find") {
  const rows = [...box.querySelectorAll(".label-rows > .label-row")];
  const field = document.createElement("input");
  Object.assign(field, { type: "search", id, className: "find", placeholder: t("Find a label"), autocomplete: "off" });
  field.setAttribute("aria-label", t("Find a label"));
  field.setAttribute("aria-keyshortcuts", "/");
  field.dataset.keyof = "find";
  const count = document.createElement("p");
  count.className = "unseen";
  count.setAttribute("aria-live", "polite");
  rows[0].parentElement.before(field, count);

  const found = () => [...rows[0].parentElement.children].filter((row) => !row.hidden);
  function filter() {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !words.every((word) => plain(row.textContent).includes(word));
    const many = found().length;
    count.textContent = words.length ? `${many} ${many === 1 ? "label" : "labels"}` : "";
  }
  function clear() {
    if (field.value === "") return;
    field.value = "";
    filter();
  }
  field.addEventListener("input", (event) => {
    event.stopPropagation(); // it is no answer
    filter();
  });
  field.addEventListener("clear", clear);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 0, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      const first = found()[0]?.querySelector("input");
      if (!first || !field.value.trim()) return;
      first.focus();
      first.click();
      clear();
      first.scrollIntoView({ block: "nearest" });
    } else if (step !== undefined) {
      event.preventDefault();
      found().at(step)?.querySelector("input").focus();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      clear();
      leave();
    }
  });
  return { field, clear };
}
