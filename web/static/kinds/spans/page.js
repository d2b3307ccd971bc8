// The text on the page, in blocks: a mark changes one block and leaves the others alone, and what is out of sight is not laid
// out, so that 200,000 characters stay quick. All offsets here are UTF-16 units.

import { blocksOf, placeOf } from "./blocks.js";

const canHighlight = typeof Highlight === "function" && CSS.highlights;

export class Page {
  #drawn = new Map();
  #revealed = null; // the range last brought into sight

  constructor(box, text) {
    Object.assign(this, { box, text, blocks: blocksOf(text) });
    const made = document.createDocumentFragment();
    for (const [place, block] of this.blocks.entries()) {
      block.element = document.createElement("div");
      block.element.className = "span-block";
      block.element.dataset.block = place;
      block.element.dir = "auto";
      block.element.textContent = text.slice(block.start, block.end);
      made.append(block.element);
    }
    box.replaceChildren(made);
  }

  placeOf(unit) {
    return placeOf(this.blocks, unit);
  }

  isRightToLeft(unit) {
    return getComputedStyle(this.blocks[this.placeOf(unit)].element).direction === "rtl";
  }

  /** Draw spans ({start, end, label, hue, level, isHere, isFaint: another question's, isGuess: suggested, not marked}); only
   *  blocks in which something changed are made anew. */
  draw(spans) {
    const byBlock = new Map();
    for (const span of spans) {
      for (let place = this.placeOf(span.start); place < this.blocks.length && this.blocks[place].start < span.end; place++) {
        if (!byBlock.has(place)) byBlock.set(place, []);
        byBlock.get(place).push(span);
      }
    }
    this.box.style.setProperty("--depth", Math.max(0, ...spans.map((one) => one.level)));
    for (const place of new Set([...byBlock.keys(), ...this.#drawn.keys()])) {
      const mine = byBlock.get(place) ?? [];
      const key = mine.map((one) => `${one.start},${one.end},${one.level},${one.isHere},${one.isFaint},${one.isGuess},${one.label}`).join(";");
      if (this.#drawn.get(place) === key) continue;
      this.#drawBlock(this.blocks[place], mine);
      if (mine.length) this.#drawn.set(place, key);
      else this.#drawn.delete(place);
    }
  }

  #drawBlock({ start, end, element }, spans) {
    const edges = new Set([start, end]);
    for (const span of spans) edges.add(Math.max(start, span.start)).add(Math.min(end, span.end));
    const sorted = [...edges].sort((one, other) => one - other);
    const pieces = [];
    for (let k = 0; k + 1 < sorted.length; k++) {
      const [from, to] = [sorted[k], sorted[k + 1]];
      const over = spans.filter((one) => one.start < to && one.end > from);
      const words = this.text.slice(from, to);
      pieces.push(over.length ? this.#mark(words, from, to, over) : words);
    }
    element.replaceChildren(...pieces);
  }

  #mark(words, from, to, over) {
    const mark = document.createElement("mark");
    const own = over.filter((one) => !one.isFaint && !one.isGuess);
    const inner = (own.length ? own : over).reduce((best, one) => (one.end - one.start < best.end - best.start ? one : best));
    mark.className = `span-mark hue-${inner.hue % 12}`;
    mark.classList.toggle("faint", !own.length);
    mark.classList.toggle("guess", over.some((one) => one.isGuess));
    mark.classList.toggle("here", over.some((one) => one.isHere && !one.isFaint));
    mark.classList.toggle("begins", over.some((one) => one.start === from));
    const lines = over.map((one) => {
      const colour = `var(--hue-line-${one.hue % 12})`;
      const line = one.isGuess ? `repeating-linear-gradient(90deg, ${colour} 0 4px, transparent 4px 8px)` : `linear-gradient(${colour} 0 0)`;
      return `${line} 0 calc(100% - ${4 * one.level}px) / 100% 3px no-repeat`;
    });
    mark.style.setProperty("--lines", lines.join(", "));
    mark.style.setProperty("--levels", Math.max(...over.map((one) => one.level)) + 1);
    const ending = over.filter((one) => one.end === to && !one.isFaint).map((one) => (one.isGuess ? `${one.label}?` : one.label));
    if (ending.length) mark.dataset.tag = ending.join(" · ");
    mark.textContent = words;
    return mark;
  }

  /** The unit at a place of the document; null outside of the text. */
  unitAt(node, offset) {
    const element = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-block]");
    if (!element || !this.box.contains(element)) return null;
    const range = document.createRange();
    range.setStart(element, 0);
    range.setEnd(node, offset);
    return this.blocks[Number(element.dataset.block)].start + range.toString().length;
  }

  unitAtPoint(x, y) {
    const at = document.caretPositionFromPoint?.(x, y);
    if (at) return this.unitAt(at.offsetNode, at.offset);
    const range = document.caretRangeFromPoint?.(x, y);
    return range ? this.unitAt(range.startContainer, range.startOffset) : null;
  }

  /** What is selected with a mouse or a finger, as [start, end]; null where that is nothing of the text. */
  selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(this.box)) return null;
    const start = this.box.contains(range.startContainer) ? this.unitAt(range.startContainer, range.startOffset) : 0;
    const end = this.box.contains(range.endContainer) ? this.unitAt(range.endContainer, range.endOffset) : this.text.length;
    if (start === null || end === null) return null;
    return start < end ? [start, end] : null;
  }

  rangeOf(start, end) {
    const range = document.createRange();
    range.setStart(...this.#nodeAt(start, false));
    range.setEnd(...this.#nodeAt(end, true));
    return range;
  }

  #nodeAt(unit, isEnd) {
    const block = this.blocks[this.placeOf(isEnd && unit > 0 ? unit - 1 : unit)];
    let left = unit - block.start;
    const walker = document.createTreeWalker(block.element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (left < node.length || (isEnd && left === node.length)) return [node, left];
      left -= node.length;
    }
    return [block.element, block.element.childNodes.length];
  }

  /** Show where the keys are ("caret") or what is chosen ("pick"); without a range, nothing. */
  point(name, range) {
    if (canHighlight) {
      if (range) CSS.highlights.set(`assay-${name}`, new Highlight(this.rangeOf(...range)));
      else CSS.highlights.delete(`assay-${name}`);
    } else if (range) {
      const { startContainer, startOffset, endContainer, endOffset } = this.rangeOf(...range);
      getSelection().setBaseAndExtent(startContainer, startOffset, endContainer, endOffset);
    }
  }

  /** Bring a range into sight within the box that scrolls, and keep it there while what comes into sight is laid out. */
  reveal(start, end, scroller, frames = 10) {
    const turn = (this.#revealed = {});
    const look = (left) => {
      if (turn !== this.#revealed || !this.box.isConnected) return;
      const block = this.blocks[this.placeOf(start)].element;
      const seen = scroller.getBoundingClientRect();
      const whole = block.getBoundingClientRect();
      if (whole.bottom < seen.top || whole.top > seen.bottom) block.scrollIntoView({ block: "nearest" });
      const rect = this.rangeOf(start, Math.min(end, start + 200)).getBoundingClientRect();
      if (rect.top < seen.top + 8) scroller.scrollTop -= seen.top - rect.top + 24;
      else if (rect.bottom > seen.bottom - 8) scroller.scrollTop += rect.bottom - seen.bottom + 24;
      if (left > 1) requestAnimationFrame(() => look(left - 1));
    };
    look(frames);
  }
}
