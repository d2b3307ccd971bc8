// A ruling by the kind's own widget, where answers are no categories. Without a script the plain inputs and the answers
// given are there to choose from.

import { t, widgetOf } from "./inputs.js";

const form = document.querySelector("form[data-ruling]");
const box = document.querySelector("#ruling-answer");
const item = document.querySelector("#ruling-item");
const fault = document.querySelector("#ruling-fault");
const { fields } = JSON.parse(document.querySelector("#ruling-data").textContent);

const widget = await widgetOf(box, box.dataset.kind);
widget.item?.(item, fields);
const begun = form.dataset.answer ? JSON.parse(form.dataset.answer) : undefined;
if (begun !== undefined) widget.write(begun);

form.addEventListener("click", (event) => {
  const take = event.target.closest("[data-take]");
  if (!take) return;
  widget.write(JSON.parse(take.dataset.take));
  fault.textContent = "";
  form.elements.namedItem("reason").focus();
});

// Before the listener of manage.js, which lets a form be sent once.
form.addEventListener(
  "submit",
  (event) => {
    const answer = widget.read();
    if (answer === undefined) {
      event.preventDefault();
      fault.textContent = widget.missing?.() ?? t("Nothing is chosen yet. Say what the answer is, or take one of those given.");
      widget.focus();
    } else form.elements.namedItem("answer_json").value = JSON.stringify(answer);
  },
  true,
);
for (const name of ["input", "change"]) box.addEventListener(name, () => (fault.textContent = ""));
form.dataset.ready = "";
