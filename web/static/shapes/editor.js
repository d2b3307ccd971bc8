// Drawing on an image, by mouse, touch or keyboard: what boxes and outlines have in common. A sort of shape (kinds/boxes.js,
// kinds/polygons.js) says how one is begun, moved, drawn and named. Coordinates are pixels of the image as it is shown,
// upright, from its top left. What is said of a sort by its name, the sort says itself, in whole sentences.

import { t } from "../inputs.js";
import { stageOf, svg } from "./stage.js";

export { svg };
const SLACK = 4; // pixels of the screen before a press is a drag
const REACH = matchMedia("(pointer: coarse)").matches ? 22 : 12; // half a handle
const TOGETHER_MS = 700; // nudges in one breath are undone together
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const $ = (selector, within) => within.querySelector(selector);
const $$ = (selector, within) => [...within.querySelectorAll(selector)];
const copy = (value) => JSON.parse(JSON.stringify(value));
export const far = ([a, b], [c, d]) => Math.hypot(a - c, b - d);

/** What the desk calls for a kind of shapes; `sort` is the kind's own part. */
export function editorOf(box, sort) {
  const root = $(".shapes", box);
  const { image: field, least, nothing: mayBeNothing } = root.dataset;
  const labels = $$("[data-label]", root);
  const names = labels.map((button) => JSON.parse(button.dataset.label));
  const list = $(".shape-list", root);
  const nothing = $("[data-nothing]", root);
  const smallest = Number(least);

  let shapes = [];
  let chosen = -1; // the place of the shape in hand
  let point = -1; // and of its corner
  let label = names[0];
  let begun = null; // a shape being drawn: what the sort made of the presses so far
  let hover = null;
  let gesture = null;
  let board = null; // the image with all that is drawn on it
  let view = null;
  let stage = null; // its box in the page
  let guessed = []; // what a model suggests
  let isFresh = true;
  let isPanKey = false;
  let isHidden = false;
  let isAbsent = "";
  let past = [];
  let ahead = [];
  let nudgedAt = 0;
  const fingers = new Map();

  // --- What is there, and what is done to it -----------------------------------------------------------------------------------

  const now = () => copy({ shapes, nothing: Boolean(nothing?.checked) });
  const title = (place) => sort.says.title(shapes[place], place + 1);
  const say = (words) => ($(".shape-said", root).textContent = words);

  function keep(before = now()) {
    past.push(before);
    ahead = [];
    nudgedAt = 0;
  }

  /** Something was altered: show it, tell the desk, say it. */
  function altered(words) {
    if (shapes.length && nothing) nothing.checked = false;
    draw();
    root.dispatchEvent(new Event("input", { bubbles: true }));
    say(words ?? (chosen >= 0 ? title(chosen) : ""));
  }

  function step(from, to, says) {
    if (begun) return void forget();
    if (!from.length) return void say(says.nothing);
    to.push(now());
    const then = from.pop();
    shapes = then.shapes;
    if (nothing) nothing.checked = then.nothing;
    choose(shapes.length === to.at(-1).shapes.length ? chosen : -1, { isQuiet: true });
    altered(says.done(shapes.length));
  }

  function choose(place, { isQuiet = false, corner = -1 } = {}) {
    chosen = place;
    point = corner;
    if (place >= 0) {
      label = shapes[place].label;
      if (view) view.show(sort.bounds(shapes[place]));
    }
    draw();
    if (isQuiet) return;
    if (place < 0) say(t("Nothing is chosen."));
    else say(corner < 0 ? title(place) : t("%(what)s, point %(number)s", { what: title(place), number: corner + 1 }));
  }

  function add(shape) {
    const [left, top, right, bottom] = sort.bounds(shape);
    if (right - left < smallest || bottom - top < smallest) return void (draw(), say(t("Too small: nothing was drawn.")));
    const fault = sort.fault?.(shape);
    if (fault) return void (draw(), say(fault));
    keep();
    // A new one by key must not lie exactly on another.
    while (shapes.some((one) => JSON.stringify(one) === JSON.stringify(shape))) shape = sort.moved(shape, 8, 8, view);
    shapes.push(shape);
    choose(shapes.length - 1, { isQuiet: true });
    altered();
  }

  function change(shape, { isNudge = false } = {}) {
    const [left, top, right, bottom] = sort.bounds(shape);
    if (right - left < smallest || bottom - top < smallest) return void say(t("It cannot get smaller."));
    const fault = sort.fault?.(shape);
    if (fault) return void say(fault);
    if (!isNudge || performance.now() - nudgedAt > TOGETHER_MS) keep();
    nudgedAt = isNudge ? performance.now() : 0;
    shapes[chosen] = shape;
    altered();
  }

  function remove() {
    if (begun) return back();
    if (chosen < 0) return void say(t("Choose one first, then delete it."));
    const less = point >= 0 && sort.without?.(shapes[chosen], point);
    if (less) {
      point = Math.min(point, less.points.length - 1);
      return change(less);
    }
    keep();
    const gone = title(chosen);
    shapes.splice(chosen, 1);
    const wasHere = list.contains(document.activeElement);
    choose(-1, { isQuiet: true });
    altered(t("Deleted %(what)s.", { what: gone }));
    if (wasHere) focus();
  }

  function relabel(name) {
    label = name;
    if (chosen >= 0 && shapes[chosen].label !== name) {
      keep();
      shapes[chosen].label = name;
      altered();
    } else {
      draw();
      say(sort.says.next(name));
    }
    focus();
  }

  function make() {
    if (!view) return;
    const [left, top, right, bottom] = view.seen();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const size = Math.max(Math.min(right - left, bottom - top) / 4, smallest);
    const [a, b] = [view.placed([x - size / 2, y - size / 2]), view.placed([x + size / 2, y + size / 2])];
    forget();
    add({ label, ...sort.between(a, b) });
    if (chosen >= 0) $$("button", list)[chosen]?.focus({ preventScroll: true });
  }

  function next(way) {
    if (!shapes.length) return void say(t("There is nothing yet."));
    const place = chosen < 0 ? (way > 0 ? 0 : shapes.length - 1) : (chosen + way + shapes.length) % shapes.length;
    $$("button", list)[place].focus({ preventScroll: true });
  }

  function forget() {
    begun = hover = null;
    draw();
  }

  /** One press less of a shape that is being drawn. */
  function back() {
    begun = sort.back?.(begun) ?? null;
    draw();
  }

  // --- Drawing --------------------------------------------------------------------------------------------------------------------

  const hueOf = (name) => `hue-${names.indexOf(name) % 12}`;

  function draw() {
    drawList();
    for (const [place, button] of labels.entries()) button.setAttribute("aria-pressed", String(names[place] === label));
    if (nothing) nothing.disabled = shapes.length > 0;
    view = board?.view ?? null;
    layer.over.replaceChildren();
    if (!view || !layer.isAsked) return;
    const order = [...shapes.keys()].filter((place) => place !== chosen && !isHidden);
    const drawn = order.map((place) => figure(shapes[place], place));
    if (chosen >= 0) drawn.push(figure(shapes[chosen], chosen), ...handles());
    const unfinished = begun && sort.unfinished(begun, hover, view);
    if (unfinished) drawn.push(svg("g", { class: `drawing ${hueOf(label)}` }, ...unfinished));
    const guesses = shapes.length || nothing?.checked || isHidden ? [] : guessed.map((shape) => figure(shape, -1));
    layer.over.replaceChildren(...guesses, ...drawn);
  }

  /** A shape as it is drawn; one that is only suggested has no place. */
  function figure(shape, place) {
    const [left, top] = view.toScreen(sort.bounds(shape));
    const words = svg("text", { x: left + 6, y: Math.max(top - 6, 14) }, place < 0 ? `${shape.label}?` : `${place + 1} ${shape.label}`);
    const group = svg("g", { class: `shape ${hueOf(shape.label)}${place < 0 ? " guess" : place === chosen ? " chosen" : ""}` });
    // Dark below, colour above: seen on any image.
    for (const layer of ["below", "above"]) group.append(sort.outline(shape, view, layer));
    group.append(words);
    return group;
  }

  function handles() {
    return sort.handles(shapes[chosen], view).map(({ at: [x, y], isNew }, place) =>
      svg("circle", { class: `handle${isNew ? " new" : ""}${place === point ? " chosen" : ""}`, cx: x, cy: y, r: isNew ? 4 : 6 }),
    );
  }

  function drawList() {
    const rows = $$("li", list);
    while (rows.length > shapes.length) rows.pop().remove();
    while (rows.length < shapes.length) {
      const button = document.createElement("button");
      const row = document.createElement("li");
      button.type = "button";
      button.addEventListener("focus", () => {
        const place = $$("li", list).indexOf(row);
        if (place !== chosen) choose(place);
      });
      button.addEventListener("click", () => choose($$("li", list).indexOf(row)));
      row.append(button);
      list.append(row);
      rows.push(row);
    }
    for (const [place, shape] of shapes.entries()) {
      const button = rows[place].firstChild;
      button.className = `chip ${hueOf(shape.label)}${place === chosen ? " strong" : ""}`;
      button.textContent = `${place + 1} ${shape.label}`;
      button.setAttribute("aria-label", title(place));
      button.setAttribute("aria-pressed", String(place === chosen));
    }
    $(".shape-count", root).textContent = shapes.length ? sort.says.count(shapes.length) : sort.says.none();
  }

  // --- Mouse, pen and fingers ----------------------------------------------------------------------------------------------------------

  const at = (event) => {
    const frame = stage.getBoundingClientRect();
    return [event.clientX - frame.left - stage.clientLeft, event.clientY - frame.top - stage.clientTop];
  };

  /** The handle under a place of the stage; -1 where there is none, or the middle of a small shape is nearer. */
  function handleAt(place) {
    if (chosen < 0) return -1;
    const [left, top, right, bottom] = sort.bounds(shapes[chosen]);
    const middle = view.toScreen([(left + right) / 2, (top + bottom) / 2]);
    const away = sort.handles(shapes[chosen], view).map((handle) => far(handle.at, place) + (handle.isNew ? 2 : 0));
    const nearest = away.indexOf(Math.min(...away));
    return away[nearest] <= REACH && (away[nearest] < far(middle, place) || away[nearest] < 5) ? nearest : -1;
  }

  /** The smallest shape under a place. */
  function shapeAt(place) {
    const here = view.toImage(place);
    const found = [...shapes.keys()].filter((one) => !isHidden && sort.holds(shapes[one], here));
    const size = (one) => (([left, top, right, bottom]) => (right - left) * (bottom - top))(sort.bounds(shapes[one]));
    return found.sort((one, other) => size(one) - size(other))[0] ?? -1;
  }

  function down(event) {
    if (event.button > 1) return;
    event.preventDefault();
    stage.focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    const place = at(event);
    fingers.set(event.pointerId, place);
    if (fingers.size > 2) return;
    if (fingers.size === 2) {
      if (gesture?.before) shapes = gesture.before.shapes;
      gesture = { does: "pinch", places: [...fingers.values()] };
      return void draw();
    }
    gesture = { does: "press", start: place, last: place };
    if (event.button === 1 || isPanKey) return void (gesture.does = "pan");
    if (begun) return;
    const handle = event.shiftKey ? -1 : handleAt(place);
    if (handle >= 0) Object.assign(gesture, { does: "handle", handle, before: now(), shape: copy(shapes[chosen]) });
    else if (chosen >= 0 && !event.shiftKey && sort.holds(shapes[chosen], view.toImage(place))) {
      Object.assign(gesture, { does: "move", before: now(), shape: copy(shapes[chosen]) });
    }
    gesture.isNew = event.shiftKey;
  }

  function move(event) {
    const place = at(event);
    if (begun && view) {
      hover = view.placed(view.toImage(place));
      draw();
    }
    if (!fingers.has(event.pointerId) || !gesture) return;
    fingers.set(event.pointerId, place);
    if (gesture.does === "pinch") return pinch();
    if (!gesture.isDrag && far(gesture.start, place) < (event.pointerType === "touch" ? 2 : 1) * SLACK) return;
    gesture.isDrag = true;
    const [right, low] = [place[0] - gesture.last[0], place[1] - gesture.last[1]];
    gesture.last = place;
    if (gesture.does === "pan") return view.pan(right, low);
    if (gesture.does === "press") {
      if (begun || !sort.byDrag) return view.pan(right, low);
      gesture.does = "create";
      choose(-1, { isQuiet: true });
    }
    if (gesture.does === "create") {
      gesture.from ??= view.placed(view.toImage(gesture.start));
      begun = sort.begin(gesture.from);
      hover = view.placed(view.toImage(place));
    }
    if (gesture.does === "handle") {
      const pulled = sort.pulled(gesture.shape, gesture.handle, view.placed(view.toImage(place)), smallest);
      shapes[chosen] = pulled.shape;
      point = pulled.point ?? -1;
    }
    if (gesture.does === "move") {
      const by = [(place[0] - gesture.start[0]) / view.scale, (place[1] - gesture.start[1]) / view.scale];
      shapes[chosen] = sort.moved(gesture.shape, ...by, view);
    }
    draw();
  }

  function pinch() {
    if (fingers.size !== 2) return;
    const [one, two] = gesture.places;
    const [three, four] = [...fingers.values()];
    const middle = [(three[0] + four[0]) / 2, (three[1] + four[1]) / 2];
    view.pan(middle[0] - (one[0] + two[0]) / 2, middle[1] - (one[1] + two[1]) / 2);
    view.zoom(far(three, four) / Math.max(far(one, two), 1), middle);
    gesture.places = [three, four];
  }

  function up(event) {
    if (!fingers.delete(event.pointerId)) return;
    const done = gesture;
    if (done?.does === "pinch") {
      if (!fingers.size) gesture = null;
      return;
    }
    gesture = null;
    if (!done) return;
    const place = at(event);
    if (event.type === "pointercancel") {
      if (done.before) shapes = done.before.shapes;
      if (done.does === "create") begun = null;
      return void draw();
    }
    if (done.does === "create") {
      const shape = sort.finished(begun, view.placed(view.toImage(place)));
      begun = hover = null;
      return add({ label, ...shape });
    }
    if (done.isDrag && done.before) {
      const fault = sort.fault?.(shapes[chosen]);
      if (fault) {
        shapes = done.before.shapes;
        point = -1;
        return void (draw(), say(`${fault} ${t("It was put back.")}`));
      }
      if (JSON.stringify(shapes) === JSON.stringify(done.before.shapes)) return;
      keep(done.before);
      return altered();
    }
    if (done.isDrag || done.does === "pan") return;
    if (done.does === "handle" && sort.isCorner?.(shapes[chosen], done.handle)) return choose(chosen, { corner: done.handle });
    click(place, done.isNew);
  }

  /** A press that was no drag. */
  function click(place, isNew) {
    const here = view.placed(view.toImage(place));
    if (begun) {
      const end = sort.pressed(begun, here, view);
      if (!end) return void (draw(), say(sort.progress?.(begun) ?? ""));
      if (end.fault) return void say(end.fault);
      begun = hover = null;
      return add({ label, ...end.shape });
    }
    const under = isNew ? -1 : shapeAt(place);
    if (under >= 0) return choose(under);
    if (chosen >= 0 && !isNew) return choose(-1);
    begun = sort.begin(here);
    choose(-1, { isQuiet: true });
    say(sort.progress?.(begun) ?? "");
  }

  function wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    view.zoom(Math.exp((-event.deltaY * lines) / (event.ctrlKey ? 120 : 400)), at(event));
  }

  // --- Keys --------------------------------------------------------------------------------------------------------------------------------

  function pressed(event) {
    if (event.isComposing || event.defaultPrevented || event.target.matches("input[type=number], textarea")) return;
    const run = keyed(event);
    if (!run) return;
    event.preventDefault();
    run();
  }

  function keyed(event) {
    const { key, shiftKey, altKey } = event;
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && !altKey && key.toLowerCase() === "z") return () => (shiftKey ? redo() : undo());
    if (isCommand && !altKey && key.toLowerCase() === "y") return redo;
    if (isCommand) return null;
    if (key in ARROWS) return () => arrow(ARROWS[key], shiftKey, altKey);
    if (altKey) return null;
    if (key === " " && event.target === stage) return () => (isPanKey = true);
    if (key === "Escape" && (begun || point >= 0 || chosen >= 0)) {
      return () => (begun ? forget() : choose(point >= 0 ? chosen : -1), focus());
    }
    if (key === "Enter" && begun) return () => finish();
    const own = sort.keyed?.(event, { shape: shapes[chosen], point, choose: (corner) => choose(chosen, { corner }), change });
    if (own) return own;
    // The desk binds these keys itself, as each person chose them; on other pages they are bound here.
    if (box.closest("#desk") || [" ", "Enter", "Tab"].includes(key)) return null;
    const button = labels.find((one) => one.dataset.key === key);
    return button ? () => relabel(JSON.parse(button.dataset.label)) : (rows.find((row) => row.keys.includes(key.toLowerCase()))?.run ?? null);
  }

  function finish() {
    const end = sort.ended?.(begun, hover);
    if (!end) return void say(sort.progress?.(begun) ?? "");
    if (end.fault) return void say(end.fault);
    begun = hover = null;
    add({ label, ...end.shape });
  }

  function arrow([right, low], isResize, isFine) {
    if (!view) return;
    if (chosen < 0) return view.pan(-right * 60, -low * 60);
    const by = isFine ? 1 : Math.max(1, Math.round(10 / view.scale));
    const shape = copy(shapes[chosen]);
    if (point >= 0 && sort.pointMoved) change(sort.pointMoved(shape, point, right * by, low * by, view), { isNudge: true });
    else change((isResize ? sort.resized : sort.moved)(shape, right * by, low * by, view), { isNudge: true });
    if (chosen >= 0) view.show(sort.bounds(shapes[chosen]));
  }

  const undo = () => step(past, ahead, { nothing: t("Nothing to undo."), done: sort.says.undone });
  const redo = () => step(ahead, past, { nothing: t("Nothing to redo."), done: sort.says.redone });
  const TOOLS = { make, remove, undo, redo, out: () => view?.zoom(1 / 1.4), in: () => view?.zoom(1.4), fit: () => view?.fit() };
  const nothingAtAll = () => {
    if (!nothing) return void say(t("Every image has something to mark here."));
    if (shapes.length) return void say(sort.says.isMarked(shapes.length));
    nothing.click();
  };

  /** What this question has to do with the image; in a form others may draw on the same one. */
  const layer = {
    over: svg("svg", { class: "over", "aria-hidden": "true" }),
    isAsked: true,
    title: (image) => [box.closest(".question")?.querySelector("legend span")?.textContent, sort.says.stage(image)].filter(Boolean).join(" "),
    enter: () => box.dispatchEvent(new Event("enter", { bubbles: true })),
    draw,
    hear: {
      pointerdown: (event) => view && down(event),
      pointermove: move,
      pointerup: up,
      pointercancel: up,
      keydown: pressed,
      wheel: (event) => view && wheel(event),
      keyup: (event) => event.key === " " && (isPanKey = false),
      blur: () => (isPanKey = false),
    },
  };

  /** In a form: whether the question is asked, and whether it is the one in hand. */
  function stand({ isAsked, isHere }) {
    const isNew = layer.isAsked !== isAsked || (isHere && board?.active !== layer);
    layer.isAsked = isAsked;
    if (!board || !isNew) return;
    if (isHere) board.turnTo(layer);
    else forget();
    draw();
  }

  // --- The image in the item --------------------------------------------------------------------------------------------------------------

  function item(where, fields = []) {
    board?.end();
    board = view = stage = begun = hover = gesture = null;
    guessed = [];
    fingers.clear();
    shapes = [];
    past = [];
    ahead = [];
    chosen = point = -1;
    isFresh = true;
    isHidden = false;
    isAbsent = "";
    if (nothing) nothing.checked = false;
    const place = field ? fields.findIndex((one) => one.name === field) : -1;
    const image = (place >= 0 && where.children[place]?.querySelector("img")) || where.querySelector("img");
    if (!image) {
      isAbsent = t("There is no image in this item. Skip it as broken.");
      return void draw();
    }
    board = stageOf(image);
    stage = board.box;
    board.join(layer);
    draw();
  }

  function focus() {
    const button = chosen >= 0 && list.contains(document.activeElement) ? $$("button", list)[chosen] : null;
    (button ?? stage ?? labels[0]).focus({ preventScroll: true });
  }

  const rows = [
    { keys: ["n"], words: sort.says.make(), run: make },
    { keys: ["arrowleft", "arrowright", "arrowup", "arrowdown"], words: t("Move the chosen one; the image, where none is"), run: focus },
    { keys: ["shift+arrows"], words: t("Make it wider, narrower, taller or lower"), run: focus },
    { keys: ["alt+arrows"], words: t("By one pixel; with Shift too"), run: focus },
    { keys: ["."], words: t("The next one"), run: () => next(1), mayRepeat: true },
    { keys: [","], words: t("… and the one before"), run: () => next(-1), mayRepeat: true },
    ...(sort.keys ?? []).map((row) => ({ run: focus, ...row })),
    { keys: ["delete", "backspace"], words: t("Delete the chosen one"), run: remove },
    { keys: ["ctrl+z"], words: t("Undo"), run: undo, mayRepeat: true },
    { keys: ["ctrl+y"], words: t("Redo (or Ctrl+Shift+Z)"), run: redo, mayRepeat: true },
    { keys: ["+", "="], words: t("Zoom in (or turn the wheel)"), run: TOOLS.in, mayRepeat: true },
    { keys: ["-"], words: t("Zoom out"), run: TOOLS.out, mayRepeat: true },
    { keys: ["0"], words: t("The whole image"), run: TOOLS.fit },
    { keys: ["h"], words: t("Hide what is drawn, and show it again"), run: () => ((isHidden = !isHidden), draw()) },
    ...(nothing ? [{ keys: ["x"], words: t("Nothing to mark here"), run: nothingAtAll }] : []),
  ];

  box.addEventListener("keydown", pressed);
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || list.contains(button)) return;
    if (button.dataset.label) return relabel(JSON.parse(button.dataset.label));
    TOOLS[button.dataset.tool]?.();
  });
  nothing?.addEventListener("click", () => {
    past.push({ ...now(), nothing: !nothing.checked });
    ahead = [];
  });

  return {
    item,
    focus,
    stand,
    meets: (answer, wanted) => answer.some((one) => one.label === wanted),
    suggest(answer) {
      guessed = answer ?? [];
      draw();
    },
    read() {
      if (isAbsent || board?.fault || begun) return undefined;
      return shapes.length || nothing?.checked ? copy(shapes) : undefined;
    },
    /** As `read`, with the shape that is only begun left out. */
    draft: () => (shapes.length || nothing?.checked ? copy(shapes) : undefined),
    write(answer) {
      if (!isFresh) keep();
      isFresh = false;
      begun = hover = null;
      shapes = copy(answer ?? []);
      if (nothing) nothing.checked = Array.isArray(answer) && !answer.length;
      choose(-1, { isQuiet: true });
    },
    words(answer) {
      const sum = (name) => answer.filter((shape) => shape.label === name).length;
      const said = names.filter(sum).map((name) => `${sum(name)} × ${name}`);
      return said.join(", ") || t("nothing to mark");
    },
    missing() {
      if (isAbsent || board?.fault) return isAbsent || board.fault;
      if (begun) return sort.says.unfinished();
      return mayBeNothing ? sort.says.missingOrNothing() : sort.says.missing();
    },
    keys: rows,
  };
}
