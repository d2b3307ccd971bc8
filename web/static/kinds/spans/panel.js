// What stands beside the text: the labels, the span that is looked at, the list of all, relations, and what was said last.

import { t, tn } from "../../inputs.js";

const MOST_ROWS = 300;

function make(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

function button(className, words, run, name) {
  const made = make("button", className, words);
  made.type = "button";
  if (name) made.setAttribute("aria-label", name);
  made.addEventListener("click", run);
  return made;
}

export class Panel {
  #rows = new Map(); // span → its row in the list
  #menu = null;

  constructor(root, options, act) {
    Object.assign(this, { root, options, act });
    const find = (what) => root.querySelector(`[data-part="${what}"]`);
    this.parts = Object.fromEntries(
      ["labels", "relations", "tools", "here", "say", "read", "list", "arrows", "more"].map((what) => [what, find(what)]),
    );
    for (const one of root.querySelectorAll("[data-label]")) {
      one.addEventListener("click", (event) => act.label(options.labels[Number(one.dataset.label)], event.detail === 0));
    }
    for (const one of root.querySelectorAll("[data-relation]")) {
      one.addEventListener("click", () => act.relation(options.relations[Number(one.dataset.relation)].name));
    }
    for (const one of root.querySelectorAll("[data-act]")) {
      const [what, ...given] = one.dataset.act.split(" ");
      one.addEventListener("click", () => act[what](given[0], Number(given[1])));
    }
    this.removeButton = root.querySelector("[data-remove]");
    this.removeButton.addEventListener("click", () => act.remove(this.seen));
    // A press on a button must not take the focus, and with it the place in the text, away.
    root.addEventListener("pointerdown", (event) => event.target.closest("button") && event.preventDefault());
  }

  /** Words for everybody: shown, and read out. `isFault` makes them stand out. */
  say(words, isFault = false) {
    this.parts.say.textContent = words;
    this.parts.say.classList.toggle("fault", isFault);
  }

  /** Words for who listens: what the keys are on. */
  read(words) {
    this.parts.read.textContent = words;
  }

  draw(book, { here, brush, source }) {
    const { spans, relations, none } = book.now;
    this.seen = here;
    const counts = new Map();
    for (const { label } of spans) counts.set(label, (counts.get(label) ?? 0) + 1);
    for (const one of this.root.querySelectorAll("[data-label]")) {
      const label = this.options.labels[Number(one.dataset.label)];
      one.setAttribute("aria-pressed", String(label === (here?.label ?? brush)));
      one.querySelector("small").textContent = counts.get(label) ?? "";
    }
    this.#showRelations(here, source);
    this.parts.here.hidden = !here;
    this.root.querySelector('[data-act="none"]').setAttribute("aria-pressed", String(none));
    this.root.querySelector('[data-act="undo"]').disabled = !book.canUndo;
    this.root.querySelector('[data-act="redo"]').disabled = !book.canRedo;
    this.#list(spans, here);
    this.#arrows(relations);
    if (!here) this.offer(null);
  }

  /** While a relation is being made, its names take the keys of the labels. */
  #showRelations(here, source) {
    const { relations, labels } = this.parts;
    if (!relations) return;
    relations.hidden = !source;
    labels.hidden = Boolean(source);
    const isOther = Boolean(source && here && here !== source);
    const move = (one, isOn) => {
      if (isOn && one.dataset.held) one.dataset.key = one.dataset.held;
      else if (!isOn && one.dataset.key) {
        one.dataset.held = one.dataset.key;
        delete one.dataset.key;
      }
    };
    for (const one of labels.querySelectorAll("button")) move(one, !source);
    for (const one of relations.querySelectorAll("[data-relation]")) {
      const rule = this.options.relations[Number(one.dataset.relation)];
      const may = (ends, span) => !ends.length || ends.includes(span.label);
      const isOn = isOther && may(rule.from, source) && may(rule.to, here);
      one.disabled = !isOn;
      move(one, isOn);
    }
    relations.querySelector("p").textContent = source ? this.#between(source, isOther ? here : null) : "";
  }

  #between(source, target) {
    const values = { source: this.act.words(source), from: source.label };
    if (!target) return t("From “%(source)s” (%(from)s): go to the other span", values);
    Object.assign(values, { target: this.act.words(target), to: target.label });
    return t("From “%(source)s” (%(from)s) to “%(target)s” (%(to)s)", values);
  }

  #list(spans, here) {
    const rows = new Map();
    const at = here ? spans.indexOf(here) : 0;
    const first = Math.max(0, Math.min(at - MOST_ROWS / 2, spans.length - MOST_ROWS));
    const shown = spans.slice(first, first + MOST_ROWS);
    for (const span of shown) rows.set(span, this.#rows.get(span) ?? this.#row(span));
    this.#rows = rows;
    const { list } = this.parts;
    const isSame = list.childElementCount === rows.size && shown.every((span, place) => list.children[place] === rows.get(span));
    if (!isSame) list.replaceChildren(...rows.values());
    list.hidden = !spans.length;
    for (const [span, row] of rows) row.firstChild.setAttribute("aria-current", String(span === here));
    if (here) rows.get(here)?.scrollIntoView({ block: "nearest" });
    const places = { first: first + 1, last: first + shown.length };
    this.parts.more.textContent =
      spans.length > MOST_ROWS ? tn("%(first)s to %(last)s of %(n)s span", "%(first)s to %(last)s of %(n)s spans", spans.length, places) : "";
  }

  #row(span) {
    const words = this.act.words(span);
    const shown = make("span", "span-words", words.length > 90 ? `${words.slice(0, 90).trimEnd()}…` : words);
    shown.dir = "auto";
    const hue = this.options.labels.indexOf(span.label) % 12;
    const go = button("span-go", make("span", `chip hue-${hue}`, span.label), () => this.act.look(span));
    go.append(" ", shown);
    const what = t("Take out %(label)s: %(words)s", { label: span.label, words: words.slice(0, 60) });
    const away = button("span-away", "✕", () => this.act.remove(span), what);
    return make("li", "", go, away);
  }

  #arrows(relations) {
    const { arrows } = this.parts;
    if (!arrows) return;
    arrows.hidden = !relations.length;
    arrows.replaceChildren(
      ...relations.map((one) => {
        const [source, target] = [one.source, one.target].map((span) => {
          const made = make("bdi", `span-end hue-${this.options.labels.indexOf(span.label) % 12}`, this.act.words(span).slice(0, 40));
          made.title = span.label;
          return made;
        });
        const away = button("span-away", "✕", () => this.act.unrelate(one), t("Take out the relation %(label)s", { label: one.label }));
        return make("li", "", make("span", "span-arrow", source, make("span", "", ` ${one.label} → `), target), away);
      }),
    );
  }

  /** The labels at the spot, for a mouse; without a range, away with them. */
  offer(range, region) {
    this.#menu?.remove();
    this.#menu = null;
    if (!range) return;
    const menu = make("div", "span-menu");
    menu.setAttribute("aria-hidden", "true"); // the labels below say the same to who listens
    for (const [place, label] of this.options.labels.entries()) {
      const own = this.root.querySelector(`[data-label="${place}"]`);
      const made = button(`span-label hue-${place % 12}`, "", () => (this.offer(null), this.act.label(label, true)));
      made.tabIndex = -1;
      if (own.dataset.key) made.append(make("kbd", "", own.dataset.key), " ");
      made.append(make("span", "", label));
      menu.append(made);
    }
    if (this.seen) {
      const away = button("span-label", "", () => (this.offer(null), this.act.remove(this.seen)));
      away.tabIndex = -1;
      away.append(make("kbd", "", "⌫"), " ", t("Take out"));
      menu.append(away);
    }
    menu.addEventListener("pointerdown", (event) => event.preventDefault());
    menu.addEventListener("click", (event) => event.stopPropagation());
    region.append(menu);
    const [spot] = [...range.getClientRects()].slice(-1);
    const whole = region.getBoundingClientRect();
    if (!spot) return void this.offer(null);
    menu.style.left = `${Math.max(0, Math.min(spot.left - whole.left, whole.width - menu.offsetWidth))}px`;
    menu.style.top = `${spot.bottom - whole.top + 6}px`;
    this.#menu = menu;
    menu.scrollIntoView({ block: "nearest" });
  }
}
