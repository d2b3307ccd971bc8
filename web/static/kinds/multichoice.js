// Several labels: "none of these" and the labels shut each other out, and how many are chosen is held to the project's rule.

import { t, tn } from "../inputs.js";

export default function multichoice(box) {
  const labels = () => [...box.querySelectorAll("input[data-json]")];
  const none = box.querySelector("input[data-none]");
  const rule = box.querySelector(".how-many");
  const least = Number(rule.dataset.least);
  const most = Number(rule.dataset.most);
  const chosen = () => labels().filter((one) => one.checked).map((one) => JSON.parse(one.dataset.json));

  box.addEventListener("input", ({ target }) => {
    if (target === none && none.checked) for (const one of labels()) one.checked = false;
    else if (none && target.matches("input[data-json]") && target.checked) none.checked = false;
  });

  return {
    read() {
      if (none?.checked) return [];
      const names = chosen();
      return names.length >= least && names.length <= most ? names : undefined;
    },
    meets: (answer, wanted) => answer.includes(wanted),
    draft: () => (none?.checked ? [] : chosen().length ? chosen() : undefined),
    write(answer) {
      for (const one of labels()) one.checked = Boolean(answer?.includes(JSON.parse(one.dataset.json)));
      if (none) none.checked = Array.isArray(answer) && answer.length === 0;
    },
    focus() {
      (box.querySelector("input:checked") ?? box.querySelector("input"))?.focus({ preventScroll: true });
    },
    words: (answer) => (answer?.length ? answer.join(", ") : t("none of these")),
    missing() {
      const many = chosen().length;
      if (many > most)
        return tn(
          "%(n)s label is chosen, and %(most)s are the most. Take some away, then submit.",
          "%(n)s labels are chosen, and %(most)s are the most. Take some away, then submit.",
          many,
          { most },
        );
      const lacking = many
        ? tn("Only %(n)s of %(least)s labels is chosen.", "Only %(n)s of %(least)s labels are chosen.", many, { least })
        : t("Nothing is chosen yet.");
      return `${lacking} ${rule.dataset.wanted}`;
    },
  };
}
