// Which of two: the sides stand as the server drew them, so what each button says of the item's own order changes with it.

import { t } from "../inputs.js";

export default (box) => {
  const pick = box.querySelector(".sides-pick");
  const buttons = [...pick.querySelectorAll("input")];
  const own = buttons.map((one) => one.value);
  if ("swapped" in pick.dataset) own.reverse(); // the item's own order, from the first thing to the second

  const valuesOf = (shown) => (shown?.swapped ? own.toReversed() : own);

  function words(answer, { shown } = {}) {
    const at = valuesOf(shown).indexOf(answer);
    return at < 0 ? String(answer) : buttons[at].closest("label").querySelector("span").textContent;
  }

  return {
    item(_, __, shown) {
      for (const [place, value] of valuesOf(shown).entries()) {
        buttons[place].value = value;
        buttons[place].dataset.json = JSON.stringify(value);
      }
    },
    words,
    missing: () => t("Nothing is chosen yet. Choose a side, then submit."),
  };
};
