// Where words and characters (as a reader sees them) begin and end, found block by block when they are first asked for.

import { placeOf } from "./blocks.js";

const byWord = new Intl.Segmenter(undefined, { granularity: "word" });
const byCharacter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The pieces of a text's blocks that are no white space, as [start, end] in UTF-16 units of the whole text. */
class Pieces {
  #found = new Map();

  constructor(text, blocks, segmenter) {
    Object.assign(this, { text, blocks, segmenter });
  }

  of(place) {
    if (!this.#found.has(place)) {
      const { start, end } = this.blocks[place];
      const pieces = [];
      for (const { segment, index } of this.segmenter.segment(this.text.slice(start, end))) {
        if (segment.trim()) pieces.push([start + index, start + index + segment.length]);
      }
      this.#found.set(place, pieces);
    }
    return this.#found.get(place);
  }

  /** The piece that holds a unit, or null where white space is. */
  at(unit) {
    return this.of(placeOf(this.blocks, unit)).find(([start, end]) => start <= unit && unit < end) ?? null;
  }

  /** The first piece that begins at or behind a unit. */
  after(unit) {
    for (let place = placeOf(this.blocks, unit); place < this.blocks.length; place++) {
      const found = this.of(place).find(([start]) => start >= unit);
      if (found) return found;
    }
    return null;
  }

  /** The last piece that ends at or before a unit. */
  before(unit) {
    for (let place = placeOf(this.blocks, unit); place >= 0; place--) {
      const found = this.of(place).findLast(([, end]) => end <= unit);
      if (found) return found;
    }
    return null;
  }

  /** A range grown to whole pieces, without white space at its ends; null where nothing else is in it. */
  snap(start, end) {
    const first = this.at(start) ?? this.after(start);
    const last = this.at(Math.max(start, end - 1)) ?? this.before(end);
    return first && last && first[0] < last[1] && first[0] < end && last[1] > start ? [first[0], last[1]] : null;
  }
}

export const wordsOf = (text, blocks) => new Pieces(text, blocks, byWord);
export const charactersOf = (text, blocks) => new Pieces(text, blocks, byCharacter);
