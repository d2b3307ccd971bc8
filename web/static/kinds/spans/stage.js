// A text in the item, and the questions that mark it: one, or several of a form. All that they marked is drawn; what is pressed
// and clicked in the text counts for one of them, the one last turned to.

import { Page } from "./page.js";

const stages = new WeakMap(); // by the region in the page

/** The stage in a field's box, made there where it is the first to ask. */
export function stageIn(holder, text) {
  const there = holder.querySelector(":scope > .span-text");
  if (there) return stages.get(there);
  const region = document.createElement("div");
  region.className = "span-text";
  region.tabIndex = 0;
  region.setAttribute("role", "application");
  const name = holder.querySelector(":scope > .name");
  // It stays where the desk put it beside another; only what it looks like changes.
  holder.className = ["reading", ...["paired", "ranked"].filter((look) => holder.classList.contains(look))].join(" ");
  holder.replaceChildren(...(name ? [name] : []), region);
  const stage = new Stage(region, text);
  stages.set(region, stage);
  return stage;
}

class Stage {
  #layers = new Set();
  active = null;

  constructor(region, text) {
    this.region = region;
    this.page = new Page(region, text);
    for (const name of ["pointerdown", "click", "keydown", "focus", "blur"]) {
      region.addEventListener(name, (event) => {
        if (name !== "blur") this.#enter();
        this.active?.hear[name]?.(event);
      });
    }
  }

  /** A layer: {hear: listeners by event, marks(): spans to draw, guesses(): spans suggested, isAsked, title, enter()}. */
  join(layer) {
    this.#layers.add(layer);
    if (!this.active) this.turnTo(layer);
  }

  turnTo(layer) {
    this.active = layer;
    this.region.setAttribute("aria-label", layer.title);
  }

  /** Somebody came into the text: to the question last turned to, or to another if that is not asked any more. */
  #enter() {
    const layer = this.active?.isAsked ? this.active : [...this.#layers].find((one) => one.isAsked);
    layer?.enter();
  }

  /** Draw what all that are asked have marked; lines of the one in hand lie nearest to the words. */
  draw() {
    const layers = [...this.#layers].filter((one) => one.isAsked).sort((one, other) => (other === this.active) - (one === this.active));
    const drawn = [];
    let below = 0;
    for (const layer of layers) {
      const marks = layer.marks();
      const guesses = layer.guesses().map((one) => ({ ...one, level: 0, isGuess: true }));
      for (const span of [...marks, ...guesses]) drawn.push({ ...span, level: span.level + below, isFaint: layer !== this.active });
      if (marks.length || guesses.length) below = Math.max(...drawn.map((one) => one.level)) + 1;
    }
    this.page.draw(drawn);
  }
}
