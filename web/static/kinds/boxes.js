// Boxes: drawn by a drag, by two presses or by key; pulled at their corners and sides.

import { editorOf, svg } from "../shapes/editor.js";
import { t, tn } from "../inputs.js";

const corners = ({ x, y, width, height }) => [x, y, x + width, y + height];
const tidy = (value) => Math.round(value * 100) / 100;

function between([a, b], [c, d]) {
  return { x: tidy(Math.min(a, c)), y: tidy(Math.min(b, d)), width: tidy(Math.abs(a - c)), height: tidy(Math.abs(b - d)) };
}

// Each handle moves some of left, top, right, bottom.
const HANDLES = [[0, 1], [2, 1], [2, 3], [0, 3], [1], [2], [3], [0]];

const sort = {
  byDrag: true,
  between,
  bounds: corners,

  says: {
    make: () => t("A new box in the middle of what shows"),
    none: () => t("No boxes yet."),
    count: (n) => tn("%(n)s box:", "%(n)s boxes:", n),
    undone: (n) => tn("Undone: %(n)s box.", "Undone: %(n)s boxes.", n),
    redone: (n) => tn("Redone: %(n)s box.", "Redone: %(n)s boxes.", n),
    isMarked: (n) => tn("There is %(n)s box. Delete it first.", "There are %(n)s boxes. Delete them first.", n),
    next: (label) => t("New boxes are %(label)s.", { label }),
    stage: (image) => t("%(image)s: a place to draw boxes. n makes one, arrows move it.", { image }),
    unfinished: () => t("Finish the box you are drawing, or leave it with Esc."),
    missing: () => t("Nothing is marked yet. Draw a box, or press n for one."),
    missingOrNothing: () => t("Nothing is marked yet. Draw a box, press n for one, or x where there is nothing to mark."),

    title({ label, x, y, width, height }, number) {
      return t("box %(number)s, %(label)s, at %(x)s, %(y)s, %(width)s by %(height)s pixels", { number, label, x, y, width, height });
    },
  },

  holds({ x, y, width, height }, [a, b]) {
    return a >= x && a <= x + width && b >= y && b <= y + height;
  },

  moved(box, right, down, view) {
    const to = (value, size, most) => tidy(Math.min(Math.max(value, 0), Math.max(most - size, 0)));
    const whole = view.scale > 2 ? (value) => value : Math.round;
    return { ...box, x: to(whole(box.x + right), box.width, view.width), y: to(whole(box.y + down), box.height, view.height) };
  },

  resized(box, right, down, view) {
    return {
      ...box,
      width: tidy(Math.min(box.width + right, view.width - box.x)),
      height: tidy(Math.min(box.height + down, view.height - box.y)),
    };
  },

  handles(box, view) {
    const [left, top] = view.toScreen(corners(box));
    const [right, bottom] = view.toScreen(corners(box).slice(2));
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const all = [[left, top], [right, top], [right, bottom], [left, bottom], [x, top], [right, y], [x, bottom], [left, y]];
    // Where a box is small on the screen, its corners are all there is room for.
    const isSmall = Math.min(right - left, bottom - top) < 56;
    return (isSmall ? all.slice(0, 4) : all).map((at) => ({ at }));
  },

  pulled(box, handle, [x, y], least) {
    const edges = corners(box);
    for (const edge of HANDLES[handle]) {
      const other = edges[(edge + 2) % 4];
      const to = edge % 2 ? y : x;
      edges[edge] = edge < 2 ? Math.min(to, other - least) : Math.max(to, other + least);
    }
    return { shape: { ...box, ...between(edges.slice(0, 2), edges.slice(2)) } };
  },

  outline(box, view, layer) {
    const [x, y] = view.toScreen(corners(box));
    return svg("rect", { class: layer, x, y, width: box.width * view.scale, height: box.height * view.scale });
  },

  begin: (from) => ({ from }),
  finished: ({ from }, to) => between(from, to),
  pressed: ({ from }, to) => ({ shape: between(from, to) }),
  ended: ({ from }, to) => (to ? { shape: between(from, to) } : null),
  progress: () => t("Press where the opposite corner is, or Esc to leave it."),

  unfinished({ from }, to, view) {
    const [x, y] = view.toScreen(from);
    const dot = svg("circle", { class: "handle", cx: x, cy: y, r: 4 });
    if (!to) return [dot];
    const box = between(from, to);
    return [sort.outline(box, view, "below"), sort.outline(box, view, "above"), dot];
  },
};

export default (box) => editorOf(box, sort);
