// How an answer is read from a box and written into it: by the inputs of the kind's template, or by the kind's own script; and how
// scripts say things in the language of the page. A page may hold several boxes; what is here knows only the one it was given.

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
 * what to keep of an answer that is not complete; `suggest(answer)`: show what a model suggests; `meets(answer, wanted)`:
 * whether an answer is or holds what a condition names (equal to it, where nothing is said); `stand({ isAsked, isHere })`:
 * how it stands in a form. Where an answer lies in the item itself, it says "enter" on its box when somebody comes there.
 */
export async function widgetOf(box, script) {
  const inputs = inputsOf(box);
  return script ? { ...inputs, ...(await (await import(script)).default(box)) } : inputs;
}

/** The name of a key; the digit keys count as digits on every layout. */
export function nameOfKey(event) {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  const name = digit && !event.shiftKey ? digit[1] : event.key === " " ? "space" : event.key.toLowerCase();
  return (event.ctrlKey || event.metaKey ? "ctrl+" : "") + name;
}

/** Whether keys are letters there, and no commands. */
export const isTyping = (target) => target.matches("textarea, select, input:not([type=radio], [type=checkbox])");

// --- What scripts say, in the language of the page: its catalogue stands in the page where that is not English -----------------

/** The language of the page, as the browser's own words for times want it. */
export const language = (document.documentElement.lang || "en").replace("_", "-");

const catalogue = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const ORDER = ["zero", "one", "two", "few", "many", "other"];
const rules = new Intl.PluralRules(language);
const forms = ORDER.filter((form) => rules.resolvedOptions().pluralCategories.includes(form));

const filled = (text, values) =>
  text.replace(/%\((\w+)\)s|%%/g, (found, name) => (name === undefined ? "%" : (values[name] ?? found)));

/** The message, its %(names)s filled. */
export const t = (message, values = {}) => filled([catalogue[message] ?? message].flat()[0], values);

/** The message in the form that goes with the number n, which fills %(n)s unless `n` is given. */
export function tn(one, many, n, values = {}) {
  const said = catalogue[one] ?? [one, many];
  const place = Array.isArray(catalogue[one]) ? forms.indexOf(rules.select(n)) : Number(n !== 1);
  return filled(said[Math.min(place, said.length - 1)], { n, ...values });
}
