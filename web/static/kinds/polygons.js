// Outlines: drawn press by press or by key; their points are moved, added between two others, and deleted.

import { editorOf, far, svg } from "../shapes/editor.js";
import { t, tn } from "../inputs.js";

const NEAR = 12; // pixels of the screen: a press on the first point closes the outline
const tidy = (value) => Math.round(value * 100) / 100;

const turn = ([a, b], [c, d], [e, f]) => Math.sign((c - a) * (f - b) - (d - b) * (e - a));

function meet(a, b, c, d) {
  const isNear = [0, 1].every((way) => Math.min(a[way], b[way]) <= Math.max(c[way], d[way]) && Math.min(c[way], d[way]) <= Math.max(a[way], b[way]));
  return isNear && turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0;
}

/** Whether sides of an outline cross or touch, beside neighbours in their common point. */
function isCrossed(points) {
  const count = points.length;
  const side = (place) => [points[place], points[(place + 1) % count]];
  for (let one = 0; one < count; one++) {
    const [a, b] = side(one);
    const c = points[(one + 2) % count];
    const isSpike = turn(a, b, c) === 0 && (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) <= 0;
    if (isSpike) return true;
    for (let other = one + 2; other < count - (one === 0 ? 1 : 0); other++) if (meet(...side(one), ...side(other))) return true;
  }
  return false;
}

const bounds = ({ points }) => {
  const [across, down] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return [Math.min(...across), Math.min(...down), Math.max(...across), Math.max(...down)];
};
const closing = (points) =>
  isCrossed(points) ? { fault: t("So it would cross itself. Backspace takes the last point away.") } : { shape: { points } };

const sort = {
  byDrag: false,
  bounds,

  between([a, b], [c, d]) {
    return { points: [[a, b], [c, b], [c, d], [a, d]] };
  },

  says: {
    make: () => t("A new outline in the middle of what shows"),
    none: () => t("No outlines yet."),
    count: (n) => tn("%(n)s outline:", "%(n)s outlines:", n),
    undone: (n) => tn("Undone: %(n)s outline.", "Undone: %(n)s outlines.", n),
    redone: (n) => tn("Redone: %(n)s outline.", "Redone: %(n)s outlines.", n),
    isMarked: (n) => tn("There is %(n)s outline. Delete it first.", "There are %(n)s outlines. Delete them first.", n),
    next: (label) => t("New outlines are %(label)s.", { label }),
    stage: (image) => t("%(image)s: a place to draw outlines. n makes one, arrows move it.", { image }),
    unfinished: () => t("Finish the outline you are drawing, or leave it with Esc."),
    missing: () => t("Nothing is marked yet. Draw an outline, or press n for one."),
    missingOrNothing: () => t("Nothing is marked yet. Draw an outline, press n for one, or x where there is nothing to mark."),

    title(shape, number) {
      const [x, y, right, bottom] = bounds(shape);
      return tn(
        "outline %(number)s, %(label)s, %(n)s point, at %(x)s, %(y)s, %(width)s by %(height)s pixels",
        "outline %(number)s, %(label)s, %(n)s points, at %(x)s, %(y)s, %(width)s by %(height)s pixels",
        shape.points.length,
        { number, label: shape.label, x, y, width: tidy(right - x), height: tidy(bottom - y) },
      );
    },
  },

  fault: ({ points }) => (isCrossed(points) ? t("An outline must not cross itself.") : ""),

  holds({ points }, [x, y]) {
    let isInside = false;
    for (let one = 0, other = points.length - 1; one < points.length; other = one++) {
      const [[a, b], [c, d]] = [points[one], points[other]];
      if (b > y !== d > y && x < a + ((y - b) * (c - a)) / (d - b)) isInside = !isInside;
    }
    return isInside;
  },

  moved(shape, right, down, view) {
    const [left, top, end, bottom] = bounds(shape);
    const whole = view.scale > 2 ? (value) => value : Math.round;
    const by = [Math.min(Math.max(whole(right), -left), view.width - end), Math.min(Math.max(whole(down), -top), view.height - bottom)];
    return { ...shape, points: shape.points.map(([x, y]) => [tidy(x + by[0]), tidy(y + by[1])]) };
  },

  /** Wider and taller from its left and top. */
  resized(shape, right, down, view) {
    const [left, top, end, bottom] = bounds(shape);
    const [wide, tall] = [Math.min(end + right, view.width) - left, Math.min(bottom + down, view.height) - top];
    const by = [Math.max(wide, 1) / (end - left), Math.max(tall, 1) / (bottom - top)];
    return { ...shape, points: shape.points.map(([x, y]) => [tidy(left + (x - left) * by[0]), tidy(top + (y - top) * by[1])]) };
  },

  pointMoved(shape, place, right, down, view) {
    const points = [...shape.points];
    const to = (value, most) => tidy(Math.min(Math.max(value, 0), most));
    points[place] = [to(points[place][0] + right, view.width), to(points[place][1] + down, view.height)];
    return { ...shape, points };
  },

  /** The points, then a place between each two where there is room: pulled, it becomes a point. */
  handles({ points }, view) {
    const spots = points.map((point) => ({ at: view.toScreen(point) }));
    const between = spots.map(({ at: [a, b] }, place) => {
      const [c, d] = spots[(place + 1) % spots.length].at;
      return { at: far([a, b], [c, d]) > 40 ? [(a + c) / 2, (b + d) / 2] : [-999, -999], isNew: true };
    });
    return [...spots, ...between];
  },

  isCorner: ({ points }, handle) => handle < points.length,

  pulled(shape, handle, to) {
    const points = [...shape.points];
    if (handle < points.length) points[handle] = to;
    else points.splice(handle - points.length + 1, 0, to);
    return { shape: { ...shape, points }, point: handle < shape.points.length ? handle : handle - shape.points.length + 1 };
  },

  without(shape, place) {
    return shape.points.length > 3 ? { ...shape, points: shape.points.filter((_, other) => other !== place) } : null;
  },

  outline({ points }, view, layer) {
    return svg("polygon", { class: layer, points: points.map((point) => view.toScreen(point).join(",")).join(" ") });
  },

  begin: (from) => ({ points: [from] }),
  back: ({ points }) => (points.length > 1 ? { points: points.slice(0, -1) } : null),
  ended: ({ points }) => (points.length >= 3 ? closing(points) : null),

  pressed(begun, to, view) {
    const { points } = begun;
    const isOn = (point) => far(view.toScreen(point), view.toScreen(to)) <= NEAR;
    // On the first point, or twice on the last: closed.
    if (points.length >= 3 && (isOn(points[0]) || far(view.toScreen(points.at(-1)), view.toScreen(to)) < 3)) return closing(points);
    if (points.at(-1)[0] !== to[0] || points.at(-1)[1] !== to[1]) points.push(to);
    return null;
  },

  progress({ points }) {
    const sum = tn("%(n)s point.", "%(n)s points.", points.length);
    return points.length < 3 ? sum : `${sum} ${t("Enter, or a press on the first one, closes it.")}`;
  },

  unfinished({ points }, to, view) {
    const line = [...points, ...(to ? [to] : [])].map((point) => view.toScreen(point).join(",")).join(" ");
    const dots = points.map((point, place) => {
      const [x, y] = view.toScreen(point);
      return svg("circle", { class: "handle", cx: x, cy: y, r: place ? 4 : 7 });
    });
    return [svg("polyline", { class: "below", points: line }), svg("polyline", { class: "above", points: line }), ...dots];
  },

  keyed({ key, shiftKey }, { shape, point, choose, change }) {
    if (!shape) return null;
    const count = shape.points.length;
    if (key.toLowerCase() === "v") return () => choose(point < 0 ? 0 : (point + (shiftKey ? count - 1 : 1)) % count);
    if (key !== "i" || point < 0) return null;
    return () => {
      const points = [...shape.points];
      const [[a, b], [c, d]] = [points[point], points[(point + 1) % count]];
      // A pixel beside the middle of the line: on it, it would be no point of its own.
      const long = far([a, b], [c, d]) || 1;
      points.splice(point + 1, 0, [Math.max(0, tidy((a + c) / 2 + (d - b) / long)), Math.max(0, tidy((b + d) / 2 - (c - a) / long))]);
      change({ ...shape, points });
      choose(point + 1);
    };
  },

  keys: [
    { keys: ["v"], words: t("The next point of the chosen one, to move or delete (with Shift: the one before)") },
    { keys: ["i"], words: t("A new point behind it") },
  ],
};

export default (box) => editorOf(box, sort);
