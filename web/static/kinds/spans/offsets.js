// Offsets of a text in two countings: answers count Unicode code points, as Python does; a browser counts UTF-16 units.

export class Offsets {
  #units = null; // where each code point begins; none where the two countings are one

  constructor(text) {
    let points = 0;
    for (let unit = 0; unit < text.length; points++) unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
    this.points = points;
    if (points === text.length) return;
    this.#units = new Uint32Array(points + 1);
    for (let unit = 0, point = 0; point <= points; point++) {
      this.#units[point] = unit;
      unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
    }
  }

  toUnits(point) {
    return this.#units ? this.#units[Math.min(point, this.points)] : Math.min(point, this.points);
  }

  /** A unit within a pair counts as where the pair begins. */
  toPoints(unit) {
    if (!this.#units) return unit;
    let low = 0;
    let high = this.points;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#units[middle] <= unit) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
