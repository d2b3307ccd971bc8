// Free text: says how long it is where that matters. Keys in the field are the field's own; Ctrl+Enter submits.

export default function text(box) {
  const field = box.querySelector("[data-answer]");
  const counted = box.querySelector(".counted");
  const least = Number(counted.dataset.least);
  const most = Number(counted.dataset.most);
  const length = () => [...field.value.trim().normalize("NFC")].length;

  function count() {
    const many = length();
    counted.classList.toggle("over", many > most);
    counted.textContent = many < least && least > 1 ? `${many} of at least ${least} characters` : many > most * 0.8 ? `${many} of ${most} characters` : "";
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
      if (!many) return "Nothing is written yet. Write an answer, then submit with Ctrl+Enter.";
      return many < least ? `Write at least ${least} characters; there are ${many}.` : `Use at most ${most} characters; there are ${many}.`;
    },
  };
}
