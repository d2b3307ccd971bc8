// Free text: says how long it is where that matters. Keys in the field are the field's own; Ctrl+Enter submits.

import { t, tn } from "../inputs.js";

export default function text(box) {
  const field = box.querySelector("[data-answer]");
  const counted = box.querySelector(".counted");
  const least = Number(counted.dataset.least);
  const most = Number(counted.dataset.most);
  const length = () => [...field.value.trim().normalize("NFC")].length;

  function count() {
    const many = length();
    counted.classList.toggle("over", many > most);
    counted.textContent =
      many < least && least > 1
        ? tn("%(many)s of at least %(n)s character", "%(many)s of at least %(n)s characters", least, { many })
        : many > most * 0.8
          ? tn("%(many)s of %(n)s character", "%(many)s of %(n)s characters", most, { many })
          : "";
  }
  box.addEventListener("input", count);

  return {
    read() {
      const many = length();
      return many >= least && many <= most ? field.value : undefined;
    },
    draft: () => field.value || undefined,
    write(answer) {
      field.value = answer ?? "";
      count();
    },
    focus() {
      field.focus({ preventScroll: true });
    },
    words: (answer) => answer ?? "",
    missing() {
      const many = length();
      if (!many) return t("Nothing is written yet. Write an answer, then submit with Ctrl+Enter.");
      return many < least
        ? tn("Write at least %(n)s character; there are %(many)s.", "Write at least %(n)s characters; there are %(many)s.", least, { many })
        : tn("Use at most %(n)s character; there are %(many)s.", "Use at most %(n)s characters; there are %(many)s.", most, { many });
    },
  };
}
