// A point on a scale: a slider is dragged, and where there are more than nine points their numbers are typed digit by digit.

import { t } from "../inputs.js";

const TYPING_MS = 900;

export default (box) => {
  const spots = [...box.querySelectorAll("input[data-json]")];

  const choose = (spot) => {
    spot.focus({ preventScroll: true });
    if (!spot.checked) spot.click();
  };

  function nearest(x) {
    const far = (spot) => {
      const { left, right } = spot.parentElement.getBoundingClientRect();
      return Math.abs(x - (left + right) / 2);
    };
    return spots.reduce((best, spot) => (far(spot) < far(best) ? spot : best));
  }

  const slider = box.querySelector(".slider");
  slider?.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault(); // the label would choose again, and text would be marked
    slider.setPointerCapture(event.pointerId);
    choose(nearest(event.clientX));
  });
  slider?.addEventListener("pointermove", (event) => slider.hasPointerCapture(event.pointerId) && choose(nearest(event.clientX)));
  slider?.addEventListener("click", (event) => event.isTrusted && event.detail && event.preventDefault());

  let typed = "";
  let typedAt = 0;
  box.addEventListener("keydown", (event) => {
    if (spots[0].dataset.key || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || !/^\d$/.test(event.key)) return;
    typed = performance.now() - typedAt < TYPING_MS ? typed + event.key : event.key;
    typedAt = performance.now();
    const spot = spots.find((one) => one.value === typed) ?? spots.find((one) => one.value === (typed = event.key));
    event.preventDefault();
    if (spot) choose(spot);
  });

  /** Along the scale; from nowhere to the end it comes from. */
  function step(by) {
    const at = spots.findIndex((spot) => spot.checked);
    choose(spots[at < 0 ? (by > 0 ? 0 : spots.length - 1) : Math.max(0, Math.min(spots.length - 1, at + by))]);
  }

  if (!box.querySelector(".scale")) return {};
  const [lower, higher] = document.dir === "rtl" ? ["arrowright", "arrowleft"] : ["arrowleft", "arrowright"];
  return {
    keys: [
      { keys: [higher], words: t("Along the scale"), run: () => step(1), mayRepeat: true },
      { keys: [lower], words: t("… and back"), run: () => step(-1), mayRepeat: true },
    ],
  };
};
