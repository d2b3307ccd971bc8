// A text in blocks, as {start, end} in UTF-16 units: its paragraphs, long ones in parts.

const LONGEST = 4000;

export function blocksOf(text) {
  const blocks = [];
  let start = 0;
  while (start < text.length) {
    const line = text.indexOf("\n", start);
    let end = line < 0 ? text.length : line + 1;
    if (end - start > LONGEST) {
      const space = text.lastIndexOf(" ", start + LONGEST);
      end = space > start ? space + 1 : start + LONGEST;
      if (/[\udc00-\udfff]/.test(text[end] ?? "")) end--; // never through a pair
    }
    blocks.push({ start, end });
    start = end;
  }
  return blocks.length ? blocks : [{ start: 0, end: 0 }];
}

/** The place of the block that holds a unit; the last for what lies beyond. */
export function placeOf(blocks, unit) {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (blocks[middle].start <= unit) low = middle;
    else high = middle - 1;
  }
  return low;
}
