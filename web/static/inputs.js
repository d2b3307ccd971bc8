// How an answer is read from a box and written into it: by the inputs of the kind's template, or by the kind's own script.
// A page may hold several boxes; what is here knows only the one it was given.

const $$ = (selector, within) => [...within.querySelectorAll(selector)];

/** The answer that lies in radio buttons, checkboxes or one text field; `data-json` is the JSON value of a button. */
export function inputsOf(box) {
  const buttons = () => $$("input[data-json]", box);
  const textField = () => box.querySelector("textarea[data-answer], input[data-answer]");
  return {
    /** Put the labels in the order drawn for this item; what a key does follows its place on the screen. */
    arrange(shown) {
      const placed = $$("input[data-place]", box);
      const drawn = new Map(shown?.order?.map((value, place) => [JSON.stringify(value), place]));
      const placeOf = (one) => drawn.get(JSON.stringify(JSON.parse(one.dataset.json))) ?? drawn.size + Number(one.dataset.place);
      const sorted = placed.toSorted((one, other) => placeOf(one) - placeOf(other));
      if (sorted.every((one, place) => one === placed[place])) return;
      const keys = placed.map((one) => one.dataset.key);
      for (const [place, one] of sorted.entries()) {
        const row = one.closest(".label-row");
        row.parentElement.append(row);
        if (!keys[place]) continue;
        one.dataset.key = keys[place];
        one.setAttribute("aria-keyshortcuts", keys[place]);
        row.querySelector("kbd").textContent = keys[place];
      }
    },
    read() {
      const text = textField();
      if (text) return text.value.trim() ? text.value : undefined;
      const chosen = buttons().filter((one) => one.checked);
      const values = chosen.map((one) => JSON.parse(one.dataset.json));
      if (!values.length) return undefined;
      return chosen[0].type === "radio" ? values[0] : values;
    },
    write(answer) {
      const text = textField();
      if (text) return void (text.value = answer ?? "");
      const wanted = new Set([answer].flat().map((one) => JSON.stringify(one)));
      for (const one of buttons()) {
        one.checked = answer !== undefined && wanted.has(JSON.stringify(JSON.parse(one.dataset.json)));
      }
    },
    /** Mark what a model suggests; undefined for nothing. Nothing is chosen by it. */
    suggest(answer) {
      const wanted = new Set([answer].flat().map((one) => JSON.stringify(one)));
      for (const one of buttons()) {
        const isWanted = answer !== undefined && wanted.has(JSON.stringify(JSON.parse(one.dataset.json)));
        one.closest(".label-row")?.classList.toggle("suggested", isWanted);
      }
    },
    focus() {
      (textField() ?? box.querySelector("input[data-json]:checked") ?? box.querySelector("input[data-json]"))?.focus({ preventScroll: true });
    },
    words: (answer) =>
      [answer]
        .flat()
        .map((one) => {
          if (typeof one === "string" && textField()) return one;
          const button = buttons().find((other) => other.dataset.json === JSON.stringify(one));
          return button ? button.value : JSON.stringify(one);
        })
        .join(", "),
  };
}

/**
 * What a box gives: `inputsOf` it, with what the kind's script (its address, if there is one) does otherwise. A script may
 * also give `item(box, fields, shown)`: draw or mark the item just put on the card, `shown` being what the server drew for
 * it (null for nothing); `keys`: rows for the table of keys; `missing()`: what an answer still wants, in words; `draft()`:
 * what to keep of an answer that is not complete.
 */
export async function widgetOf(box, script) {
  const inputs = inputsOf(box);
  return script ? { ...inputs, ...(await (await import(script)).default(box)) } : inputs;
}
