// Choosing one's own keys: a press for each thing that can be done, and a row of keys for the labels.

import { t } from "./inputs.js";

function make(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

/** desk: {list (what is shown of the keys meanwhile), rows(), chosen(), keep(chosen), nameOf(event), shownKey(key)}; `keep` throws what cannot be kept, in words. */
export function form(box, desk) {
  const said = make("p", "fault");
  said.setAttribute("role", "alert");
  let waiting = null; // the button that waits for a key

  async function keep(chosen) {
    said.textContent = "";
    try {
      await desk.keep(chosen);
      draw();
      return true;
    } catch (refusal) {
      said.textContent = refusal.message;
      return false;
    }
  }

  function draw() {
    const kept = desk.chosen();
    const rows = desk.rows().map((row) => {
      const keys = kept.keys[row.name].map(desk.shownKey).join(", ") || "–";
      const button = make("button", "button small", keys);
      button.type = "button";
      button.dataset.row = row.name;
      button.setAttribute("aria-label", t("%(what)s: %(keys)s. Press to choose another key.", { what: row.words, keys }));
      button.onclick = () => wait(button);
      return make("div", "", make("dt", "", row.words), make("dd", "", button));
    });
    const labels = make("input", "");
    labels.value = kept.labels;
    labels.id = "label-keys";
    labels.spellcheck = false;
    labels.onchange = async () => (await keep({ ...kept, labels: labels.value.replaceAll(/\s/g, "").toLowerCase() })) || labels.select();
    const caption = make("label", "", t("Keys of the labels, in their order"));
    caption.htmlFor = labels.id;
    const reset = make("button", "button small", t("All as they came"));
    reset.type = "button";
    reset.onclick = () => keep({ at_once: kept.at_once });
    box.replaceChildren(said, make("dl", "keys", ...rows), make("div", "field wide", caption, labels), make("div", "act-bar", reset));
  }

  function wait(button) {
    stop();
    waiting = button;
    waiting.dataset.before = button.textContent;
    button.textContent = t("Press a key …");
    button.focus();
  }

  function stop() {
    if (waiting) waiting.textContent = waiting.dataset.before;
    waiting = null;
  }

  async function caught(event) {
    if (!waiting || event.isComposing || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const name = waiting.dataset.row;
    const key = desk.nameOf(event);
    stop();
    if (event.key === "Escape" || event.key === "Tab") return;
    const { keys, ...rest } = desk.chosen();
    // The labels' keys make way for what is chosen by name.
    if (await keep({ ...rest, keys: { ...keys, [name]: [key] }, labels: rest.labels.replaceAll(key, "") })) {
      box.querySelector(`[data-row="${name}"]`).focus();
    }
  }

  document.addEventListener("keydown", caught, true);
  box.addEventListener("focusout", stop);
  return {
    open() {
      box.hidden = !box.hidden;
      desk.list.hidden = !box.hidden;
      if (box.hidden) return stop();
      said.textContent = "";
      draw();
      box.querySelector("button").focus();
    },
  };
}
