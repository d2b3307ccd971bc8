// Spans of a text by mouse, touch or keys. Choose words, then a label; or a label first, then words after words.

import { t, tn } from "../inputs.js";
import { Book, isSame, overlaps } from "./spans/book.js";
import { Offsets } from "./spans/offsets.js";
import { Panel } from "./spans/panel.js";
import { stageIn } from "./spans/stage.js";
import { charactersOf, wordsOf } from "./spans/words.js";

export default (box) => {
  const root = box.querySelector(".spans");
  const options = JSON.parse(root.dataset.options);
  const hueOf = (label) => options.labels.indexOf(label);
  const book = new Book();

  let text = "";
  let offsets = new Offsets("");
  let stage = null; // none where the item has no text
  let page = null;
  let region = null;
  let scroller = null;
  let words = null;
  let characters = null;
  let anchor = null; // [start, end] in units: where choosing began, and where it is now
  let focus = null;
  let isChosen = false; // chosen on purpose, not only where the keys happen to be
  let here = null; // the span that is being looked at
  let brush = null; // the label picked first
  let source = null; // the span a relation begins from
  let pointer = "mouse";
  let guessed = []; // what a model suggests

  const panel = new Panel(root, options, {
    label: (label, isByKey) => pick(label, isByKey),
    relation: (name) => finishRelation(name),
    look: (span) => look(span, true),
    remove: (span) => remove(span),
    unrelate: (relation) => (book.unrelate(relation), changed(t("The relation is taken out."))),
    undo: () => stepBack("undo"),
    redo: () => stepBack("redo"),
    none: () => sayNone(),
    nudge: (side, way) => nudge(side, way, "character"),
    relate: () => beginRelation(),
    cancel: () => escape(),
    words: (span) => wordsIn(span),
  });

  // --- Places ---------------------------------------------------------------------------------------------------------------

  const units = (span) => [offsets.toUnits(span.start), offsets.toUnits(span.end)];
  const points = ([start, end], label) => ({ start: offsets.toPoints(start), end: offsets.toPoints(end), label });
  const wordsIn = (span) => text.slice(...units(span)).replace(/\s+/g, " ").trim();
  const said = (span) => `${span.label}: ${shorten(wordsIn(span))}`;
  const shorten = (words, most = 60) => (words.length > most ? `${words.slice(0, most).trimEnd()}…` : words);
  const chosen = () => (anchor && focus ? [Math.min(anchor[0], focus[0]), Math.max(anchor[1], focus[1])] : null);
  const isNearer = (one, other) => one.end - one.start - (other.end - other.start) || one.start - other.start;
  const covering = (unit) => {
    const point = offsets.toPoints(unit);
    return book.now.spans.filter((one) => one.start <= point && point < one.end).sort(isNearer);
  };

  // --- Drawing --------------------------------------------------------------------------------------------------------------

  function draw() {
    if (!page) return;
    stage.draw();
    point();
    panel.draw(book, { here, brush, source });
  }

  const inUnits = (span) => ({ ...span, start: units(span)[0], end: units(span)[1], hue: hueOf(span.label) });

  function point() {
    if (stage?.active !== layer) return;
    page?.point("pick", isChosen || here ? chosen() : null);
    page?.point("caret", isChosen || here || document.activeElement !== region ? null : chosen());
  }

  /** Something of the answer changed: show it, say it, tell the desk. */
  function changed(words) {
    if (here && !book.now.spans.includes(here)) here = book.now.spans.find((one) => isSame(one, here)) ?? null;
    if (source && !book.now.spans.includes(source)) source = null;
    draw();
    panel.say(words);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function choose(range, { from = range, isOnPurpose = true } = {}) {
    anchor = from;
    focus = range;
    isChosen = isOnPurpose;
    here = null;
  }

  function look(span, isToReveal) {
    here = span;
    anchor = focus = units(span);
    isChosen = false;
    draw();
    if (isToReveal) page.reveal(...units(span), scroller);
    region.focus({ preventScroll: true });
    const around = covering(units(span)[0]).filter((one) => one !== span);
    const also = around.map((one) => one.label).join(", ");
    panel.say(also ? t("%(span)s. Also %(labels)s.", { span: said(span), labels: also }) : `${said(span)}.`);
  }

  // --- Marking --------------------------------------------------------------------------------------------------------------

  function pick(label, isByKey) {
    if (!page) return;
    const range = chosen();
    panel.offer(null);
    if (here) relabel(label);
    else if (range && (isChosen || isByKey)) mark(range, label);
    else paintWith(label);
    region.focus({ preventScroll: true });
  }

  function paintWith(label) {
    brush = brush === label ? null : label;
    draw();
    panel.say(brush ? t("%(label)s: now choose words, one after the other. Esc ends it.", { label }) : t("No label is picked."));
  }

  function refusal(span, instead) {
    const others = book.now.spans.filter((one) => one !== instead);
    if (others.some((one) => isSame(one, span))) return t("That is marked as %(label)s already.", { label: span.label });
    const over = options.mayOverlap ? null : others.find((one) => overlaps(one, span));
    if (!over) return "";
    return t("Spans do not overlap here: “%(words)s” is %(label)s already.", { words: shorten(wordsIn(over)), label: over.label });
  }

  function mark(range, label) {
    const span = points(range, label);
    const why = refusal(span, null);
    if (why) return panel.say(why, true);
    here = book.add(span);
    isChosen = false;
    anchor = focus = range;
    const values = { span: said(span) };
    changed(isWithinWord(range) ? t("%(span)s is marked, and ends within a word.", values) : t("%(span)s is marked.", values));
  }

  const isWithinWord = ([start, end]) => [start, end].some((unit) => (words.at(unit)?.[0] ?? unit) < unit);

  function relabel(label) {
    if (here.label === label) return panel.say(t("It is %(label)s already.", { label }));
    const span = { ...here, label };
    const why = refusal(span, here);
    if (why) return panel.say(why, true);
    here = book.replace(here, span);
    changed(t("%(span)s, changed.", { span: said(span) }));
  }

  function remove(span) {
    if (!span) return panel.say(t("There is no span here."));
    const gone = said(span);
    const at = units(span);
    book.remove(span);
    if (here === span) choose(firstWordOf(at), { isOnPurpose: false });
    changed(t("Taken out: %(span)s.", { span: gone }));
    region?.focus({ preventScroll: true });
  }

  const firstWordOf = ([start, end]) => words.at(start) ?? [start, end];

  function sayNone() {
    if (!page) return;
    const none = !book.now.none;
    if (none && book.now.spans.length) {
      return panel.say(t("There are spans marked; take them out first, or undo."), true);
    }
    book.sayNone(none);
    changed(none ? t("No spans here: that is your answer.") : t("Nothing is marked."));
  }

  function stepBack(way) {
    if (!book[way]()) return panel.say(way === "undo" ? t("There is nothing to undo.") : t("There is nothing to do again."));
    here = null;
    isChosen = false;
    const many = book.now.spans.length;
    if (book.now.none) changed(way === "undo" ? t("Undone: 0 spans, no spans here.") : t("Done again: 0 spans, no spans here."));
    else if (way === "undo") changed(tn("Undone: %(n)s span.", "Undone: %(n)s spans.", many));
    else changed(tn("Done again: %(n)s span.", "Done again: %(n)s spans.", many));
  }

  /** Move one end of the span that is looked at: `side` "start" or "end", `way` -1 back or 1 on. */
  function nudge(side, way, by) {
    if (!here) return;
    const pieces = by === "word" ? words : characters;
    let [start, end] = units(here);
    if (side === "end") end = way > 0 ? pieces.after(end)?.[1] ?? end : pieces.before(end - 1)?.[1] ?? end;
    else start = way > 0 ? pieces.after(start + 1)?.[0] ?? start : pieces.before(start)?.[0] ?? start;
    if (start >= end) return panel.say(t("It cannot be shorter."), true);
    const span = points([start, end], here.label);
    if (isSame(span, here)) return;
    const why = refusal(span, here);
    if (why) return panel.say(why, true);
    here = book.replace(here, span);
    anchor = focus = [start, end];
    changed(isWithinWord([start, end]) ? t("%(span)s, ends within a word.", { span: said(span) }) : `${said(span)}.`);
    page.reveal(side === "end" ? Math.max(start, end - 1) : start, end, scroller);
  }

  function nextSpan(way) {
    const { spans } = book.now;
    if (!spans.length) return panel.say(t("There is no span yet."));
    const at = here ? spans.indexOf(here) : -1;
    const unit = chosen()?.[0] ?? 0;
    const from = here ? at + way : way > 0 ? spans.findIndex((one) => units(one)[0] >= unit) : spans.findLastIndex((one) => units(one)[0] < unit);
    look(spans[((from < 0 && !here ? (way > 0 ? 0 : spans.length - 1) : from) + spans.length) % spans.length], true);
  }

  // --- Relations ------------------------------------------------------------------------------------------------------------

  function beginRelation() {
    if (!options.relations.length || !page) return;
    if (!here) return panel.say(t("Go to the span from which the relation begins, then press − again."), true);
    if (book.now.spans.length < 2) return panel.say(t("A relation needs two spans."), true);
    source = here;
    draw();
    panel.say(t("From %(span)s: go to the other span, then choose the relation.", { span: said(source) }));
  }

  function finishRelation(name) {
    if (!source || !here || here === source) return panel.say(t("Go to the other span first."), true);
    const from = source;
    source = null;
    if (!book.relate(from, here, name)) {
      draw();
      return panel.say(t("That relation is there already."), true);
    }
    changed(`${said(from)} – ${name} → ${said(here)}.`);
  }

  // --- Keys in the text -----------------------------------------------------------------------------------------------------

  function move(way, { by, isExtending }) {
    const pieces = by === "word" ? words : characters;
    const from = focus ?? words.after(0);
    if (!from) return;
    const next = focus ? (way > 0 ? pieces.after(from[1]) : pieces.before(from[0])) : from;
    if (!next) return panel.say(way > 0 ? t("The end of the text.") : t("The beginning of the text."));
    choose(next, { from: isExtending ? (anchor ?? from) : next, isOnPurpose: isExtending });
    draw();
    page.reveal(...next, scroller);
    const range = chosen();
    const over = covering(next[0]).map((one) => one.label);
    panel.read(`${shorten(text.slice(...(isExtending ? range : next)))}${over.length ? `, ${over.join(", ")}` : ""}`);
  }

  function jump(unit, isToRead) {
    const next = words.after(unit) ?? words.before(text.length);
    if (!next) return;
    choose(next, { isOnPurpose: false });
    draw();
    page.reveal(...next, scroller);
    const block = page.blocks[page.placeOf(next[0])];
    panel.read(isToRead ? text.slice(block.start, block.end) : text.slice(...next));
  }

  function onArrow(event) {
    const isBack = (event.key === "ArrowLeft") !== page.isRightToLeft(focus?.[0] ?? 0);
    const way = isBack ? -1 : 1;
    const { altKey, shiftKey, ctrlKey, metaKey } = event;
    const by = altKey ? "character" : "word";
    if (here && ctrlKey && shiftKey) return nudge("start", way, "word");
    if (here && shiftKey) return nudge("end", way, by);
    if (here && altKey) return nudge("start", way, "character");
    if (ctrlKey || metaKey) return;
    move(way, { by, isExtending: shiftKey });
  }

  function pressed(event) {
    if (!page || event.isComposing || event.defaultPrevented) return;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") onArrow(event);
    else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && isPlain) {
      const place = page.placeOf(focus?.[0] ?? 0) + (event.key === "ArrowDown" ? 1 : -1);
      if (page.blocks[place]) jump(page.blocks[place].start, true);
    } else if (event.key === "Home" || event.key === "End") jump(event.key === "Home" ? 0 : text.length, true);
    else if (event.key === "Escape" && (here || brush || source || isChosen)) escape();
    else if (event.key.toLowerCase() === "z" && event.shiftKey && (event.ctrlKey || event.metaKey)) stepBack("redo");
    else if (!event.altKey) return byTable(event);
    else return;
    event.preventDefault();
  }

  /** The keys of the labels and of the table below, where no desk binds them: on the page of a ruling. */
  function byTable(event) {
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
    const name = (event.ctrlKey || event.metaKey ? "ctrl+" : "") + (digit && !event.shiftKey ? digit[1] : event.key.toLowerCase());
    const label = root.querySelector(`[data-key="${CSS.escape(name)}"]`);
    const row = keys.find((one) => one.keys.includes(name));
    if (!label && !row) return;
    event.preventDefault();
    if (event.repeat && !row?.mayRepeat) return;
    if (label) label.click();
    else row.run();
  }

  function escape() {
    if (source) source = null;
    else if (here || isChosen) choose(focus && firstWordOf(focus), { isOnPurpose: false });
    else brush = null;
    getSelection().removeAllRanges();
    draw();
    panel.say("");
    region?.focus({ preventScroll: true });
  }

  // --- Mouse and touch ------------------------------------------------------------------------------------------------------

  function take(range, isExact) {
    const pieces = isExact || options.snap === "character" ? characters : words;
    const snapped = pieces.snap(...range);
    getSelection().removeAllRanges();
    if (!snapped) return;
    choose(snapped);
    source = null;
    if (brush) return mark(snapped, brush);
    draw();
    const values = { words: shorten(text.slice(...snapped)) };
    panel.read(t("%(words)s, chosen.", values));
    panel.say(t("“%(words)s”: choose its label.", values));
    if (pointer === "mouse") panel.offer(page.rangeOf(...snapped), region);
  }

  function clicked(event) {
    if (event.pointerType) pointer = event.pointerType;
    panel.offer(null);
    const selected = page.selected();
    if (selected) return take(selected, event.altKey);
    const unit = page.unitAtPoint(event.clientX, event.clientY);
    if (unit === null) return;
    const over = covering(unit);
    if (over.length && !isChosen) {
      const span = over[(over.indexOf(here) + 1) % over.length];
      look(span, false);
      if (pointer === "mouse") panel.offer(page.rangeOf(...units(span)), region);
      return;
    }
    const word = words.at(unit) ?? words.before(unit);
    if (!word) return;
    if (pointer === "mouse" && !brush) {
      choose(word, { isOnPurpose: false });
      return draw();
    }
    // A finger taps a word, and another to choose up to there.
    const from = isChosen && pointer !== "mouse" && anchor ? anchor : word;
    take([Math.min(from[0], word[0]), Math.max(from[1], word[1])], false);
    if (!brush) anchor = from;
  }

  let settling = 0;
  /** A finger that held a word moves the ends of the browser's own selection; it is taken once they rest. */
  function selectionMoved() {
    if (pointer === "mouse" || !region?.isConnected || stage.active !== layer) return;
    clearTimeout(settling);
    settling = setTimeout(() => {
      const selected = page?.selected();
      if (selected) take(selected, false);
    }, 600);
  }

  document.addEventListener("selectionchange", selectionMoved);

  /** What this question has to do with the text; in a form others may mark the same one. */
  const layer = {
    isAsked: true,
    title: t("Text to mark. Arrow keys go word by word, with Shift they choose; the keys of the labels mark."),
    enter: () => box.dispatchEvent(new Event("enter", { bubbles: true })),
    marks() {
      const levels = book.levels();
      return book.now.spans.map((span) => ({ ...inUnits(span), level: levels.get(span), isHere: span === here }));
    },
    guesses: () => (book.now.none ? [] : guessed.filter((one) => !book.now.spans.some((span) => overlaps(span, one))).map(inUnits)),
    hear: {
      keydown: pressed,
      pointerdown: (event) => (pointer = event.pointerType || "mouse"),
      click: clicked,
      blur: point,
      focus() {
        if (!focus) choose(words.after(0), { isOnPurpose: false });
        point();
      },
    },
  };
  const asked = box.closest(".question")?.querySelector("legend span");
  if (asked) layer.title = `${asked.textContent} ${layer.title}`;

  /** In a form: whether the question is asked, and whether it is the one in hand. */
  function stand({ isAsked, isHere }) {
    const wasActive = stage?.active === layer;
    const isNew = layer.isAsked !== isAsked || (isHere && !wasActive);
    layer.isAsked = isAsked;
    if (!page || !isNew) return;
    if (isHere) {
      stage.turnTo(layer);
      if (!focus) choose(words.after(0), { isOnPurpose: false });
    }
    panel.offer(null);
    draw();
  }

  // --- What the desk asks for ---------------------------------------------------------------------------------------------------

  function show(itemBox, fields) {
    const place = fields.findIndex(({ name }) => name === options.field);
    const holder = itemBox.children[place];
    text = typeof fields[place]?.value === "string" ? fields[place].value : "";
    anchor = focus = here = brush = source = stage = page = region = null;
    guessed = [];
    isChosen = false;
    book.open(undefined);
    panel.offer(null);
    const absent = t("There is no text in the field “%(field)s”. Skip this item, and tell your manager.", { field: options.field });
    panel.say(text ? "" : absent, !text);
    if (!text || !holder) return panel.draw(book, {});
    offsets = new Offsets(text);
    stage = stageIn(holder, text);
    stage.join(layer);
    ({ region, page } = stage);
    words = wordsOf(text, page.blocks);
    characters = charactersOf(text, page.blocks);
    scroller = itemBox;
    draw();
  }

  const keys = [
    { keys: ["backspace", "delete"], words: t("Take out the span you are on"), run: () => remove(here ?? covering(chosen()?.[0] ?? -1)[0]) },
    { keys: ["ctrl+z"], words: t("Undo"), run: () => stepBack("undo"), mayRepeat: true },
    { keys: ["ctrl+y"], words: t("Redo"), run: () => stepBack("redo"), mayRepeat: true },
    { keys: ["0"], words: t("No spans here"), run: sayNone },
    { keys: ["."], words: t("Next span"), run: () => nextSpan(1), mayRepeat: true },
    { keys: [","], words: t("Span before"), run: () => nextSpan(-1), mayRepeat: true },
    ...(options.relations.length ? [{ keys: ["-"], words: t("Relate the span you are on to another"), run: beginRelation }] : []),
    { keys: ["← →"], words: t("In the text: word by word; with Shift, choose; with Alt, by character"), run: () => {} },
    { keys: ["↑ ↓"], words: t("In the text: paragraph by paragraph, read out"), run: () => {} },
    { keys: ["Shift ← →"], words: t("On a span: move its end; with Alt by a character"), run: () => {} },
    { keys: ["Alt ← →"], words: t("On a span: move its start by a character; with Ctrl and Shift by a word"), run: () => {} },
  ];

  return {
    keys,
    item: show,
    read: () => book.answer,
    write(answer) {
      book.open(answer);
      here = source = null;
      draw();
    },
    stand,
    meets: (answer, wanted) => (answer.spans ?? []).some(({ label }) => label === wanted),
    suggest(answer) {
      guessed = answer?.spans ?? [];
      draw();
    },
    focus: () => (region ?? root.querySelector("button")).focus({ preventScroll: true }),
    words: (answer) => {
      const { spans = [] } = answer ?? {};
      if (!spans.length) return t("no spans here");
      const counts = Map.groupBy(spans, (one) => one.label);
      return [...counts].map(([label, mine]) => `${label} ${mine.length}`).join(", ");
    },
    missing: () => t("Nothing is marked yet. Choose words and a label, or press 0: no spans here."),
  };
};
