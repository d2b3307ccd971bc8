// An image in the item, and the questions that draw on it: one, or several of a form. All that they drew is shown; what is
// pressed on the image counts for one of them, the one last turned to.

import { t } from "../inputs.js";
import { View } from "./view.js";

const SVG = "http://www.w3.org/2000/svg";
const stages = new WeakMap(); // by the image

export function svg(tag, attributes, ...content) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

/** The stage of an image, made around it by the first to ask. */
export function stageOf(image) {
  if (!stages.has(image)) stages.set(image, new Stage(image));
  return stages.get(image);
}

class Stage {
  #layers = new Set();
  active = null;
  view = null; // none before the image is there
  fault = "";

  constructor(image) {
    this.image = image;
    this.box = document.createElement("div");
    this.box.className = "stage";
    this.box.tabIndex = 0;
    this.box.setAttribute("role", "application");
    image.before(this.box);
    this.box.append(image);
    image.draggable = false;
    const made = new View(this.box, image, () => this.view === made && this.draw());
    const ready = () => {
      if (!image.naturalWidth) return;
      this.view = made;
      // The image lies under what is drawn in its own size, whatever the page would make of it.
      image.style.width = `${image.naturalWidth}px`;
      image.style.height = `${image.naturalHeight}px`;
      this.box.dataset.ready = "";
      made.fit();
    };
    image.addEventListener("load", ready);
    image.addEventListener("error", () => (this.fault = t("The image cannot be loaded. Skip it as broken.")));
    if (image.complete) ready();
    this.end = () => made.end();
    for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel", "keydown", "wheel", "keyup", "blur", "focus"]) {
      this.box.addEventListener(name, (event) => this.#hear(name, event), { passive: false });
    }
  }

  /** A layer: {over: its svg, hear: listeners by event, draw(), isAsked, title(image), enter()}. */
  join(layer) {
    this.#layers.add(layer);
    this.box.append(layer.over);
    if (!this.active) this.turnTo(layer);
  }

  turnTo(layer) {
    this.active = layer;
    this.box.setAttribute("aria-label", layer.title(this.image.alt || t("Image")));
    for (const one of this.#layers) one.over.classList.toggle("faint", one !== layer);
    this.box.append(layer.over); // above the others
  }

  #hear(name, event) {
    if (["pointerdown", "keydown", "focus"].includes(name)) {
      const layer = this.active?.isAsked ? this.active : [...this.#layers].find((one) => one.isAsked);
      layer?.enter();
    }
    this.active?.hear[name]?.(event);
  }

  draw() {
    for (const layer of this.#layers) layer.draw();
  }
}
