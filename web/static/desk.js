// The desk: one item after the other, by keyboard, mouse or touch. The page comes with its first item in it; from then on
// an answer is one request that brings the next item but one, so that the next is always here and shows within a frame.

import { isTyping, language, nameOfKey as nameOf, t, tn, widgetOf } from "./inputs.js";
import { call, Kept, newKey, Outbox, stateAfter } from "./outbox.js";

const HOLD = 2;
const GUARD_MS = 250; // nobody reads an item faster: what comes sooner was meant for the one before
const PATIENCE_MS = 300;
const IDLE_MS = 60_000;
const RENEW_MS = 120_000;
const AWAY_MS = 1_800_000;

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

const desk = $("#desk");
const { project, member } = desk.dataset;
const base = `/api/v1/projects/${encodeURIComponent(project)}/desk`;
const form = $("#work");
const item = $("#item");
const answerBox = $("#answer");
const skipBox = $("#skip");
const remarkBox = $("#remark");
const side = $("#side");
const own = (what) => `assay.${what}.${project}.${member}`;

const drafts = new Kept(own("drafts"), {});
const tabs = new Kept(own("tabs"), {});
let myKeys = JSON.parse(desk.dataset.keys); // what they do by name, those of the labels, and whether one submits at once
const tab = newKey();

const boot = JSON.parse($("#boot").textContent);
let mode = boot.state;
let progress = boot.progress;
let held = boot.assignments;
let card = null; // the item to be answered
let earlier = null; // an answer given before, looked at again
const gone = new Set(); // assignments answered or skipped here
const past = []; // own answers, the oldest first
let older; // where the answers before `past` begin: undefined not asked yet, null there are none
let savedAt = 0;
let isChanged = false;
let isAsking = false;
let line = ""; // what stands in the way of asking for items: as outbox.state
let isUntouched = true; // nothing was chosen for the item on the card yet, by hand or by a draft
let shownAt = 0;
let slow = 0;
let heard = ""; // the outbox.state last announced

// --- The answer: inputs of the kind's template, or the kind's own script ------------------------------------------------

const kind = await widgetOf(answerBox, desk.dataset.kind);
// Sounds, films and pictures have keys of their own, where the project has any.
const player = desk.dataset.player ? (await import(desk.dataset.player)).default(item, (words) => announce(words)) : null;

const isManyLabels = $$(".label-rows > .label-row", answerBox).length > 12 && !kind.hasSeveral && !kind.keys?.some((row) => row.keys.includes("/"));

// --- Drawing -----------------------------------------------------------------------------------------------------------

function make(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

/** As the macro `fields` of ui.html. The server has drawn what is more than text, and made it harmless (web/cards.py). */
function drawFields(fields) {
  return fields.map(({ name, value, title = fields.length > 1 ? name : "", look, html }) => {
    const isLong = fields.length === 1 || (typeof value === "string" && value.length > 60);
    const box = make("div", look ?? (isLong ? "reading" : "fact"), ...(title ? [make("span", "name", title)] : []));
    if (html) {
      box.insertAdjacentHTML("beforeend", html);
      return box;
    }
    const words = make("p", "", ["string", "number"].includes(typeof value) ? String(value) : JSON.stringify(value));
    words.dir = "auto";
    box.append(words);
    return box;
  });
}

const excerpt = ({ fields }, most = 80) => {
  const text = fields.map(({ value }) => (typeof value === "string" ? value : JSON.stringify(value))).join(" · ");
  return text.length > most ? `${text.slice(0, most).trimEnd()}…` : text;
};

const ahead = new Map(); // by assignment: the fields of items to come, drawn already, so that their media are on their way

function drawAhead() {
  for (const one of held) {
    const isNext = isFree(one) && one.assignment !== card?.assignment && !ahead.has(one.assignment);
    if (isNext && one.fields.some(({ html }) => html)) ahead.set(one.assignment, drawFields(one.fields));
  }
  for (const assignment of ahead.keys()) if (!held.some((one) => one.assignment === assignment)) ahead.delete(assignment);
}

/** Put an item on the card, with what was chosen for it. */
function draw(one, { answer, flagged = false, comment = "" } = {}) {
  form.elements.assignment.value = one.assignment;
  item.replaceChildren(...(ahead.get(one.assignment) ?? drawFields(one.fields)));
  ahead.delete(one.assignment);
  item.scrollTo(0, 0);
  kind.arrange(one.shown);
  kind.item?.(item, one.fields, one.shown);
  $("#find")?.dispatchEvent(new Event("clear"));
  kind.write(answer);
  isUntouched = answer === undefined;
  drawSuggestion(one);
  form.elements.flagged.checked = flagged;
  form.elements.comment.value = comment;
  form.elements.note.value = "";
  for (const box of form.elements.reason) box.checked = false;
  skipBox.open = remarkBox.open = false;
  shown();
}

function drawSuggestion(one) {
  const { suggestion } = one;
  $("#suggestion").hidden = !suggestion;
  kind.suggest(suggestion?.answer);
  if (!suggestion) return;
  const { model, confidence, answer } = suggestion;
  $("#suggestion [data-model]").textContent = model;
  $("#suggestion [data-sure]").textContent = confidence === null ? "" : `, ${confidence.toFixed(2).replace(/^0/, "")}`;
  $("#suggestion [data-words]").textContent = kind.words(answer, one);
}

function shown() {
  $("#fault").textContent = "";
  $("#earlier").hidden = !earlier;
  form.classList.toggle("looking-back", Boolean(earlier));
  $("#submit").firstChild.data = `${earlier ? t("Save the change") : t("Submit")} `;
  skipBox.hidden = Boolean(earlier);
  // A region that scrolls must be reachable by Tab; one that does not must not be.
  if (item.scrollHeight > item.clientHeight) item.tabIndex = 0;
  else item.removeAttribute("tabindex");
  isChanged = false;
  player?.dress();
  drawRemark();
  pointOut();
  shownAt = performance.now();
  active.restart();
}

function reveal(section) {
  for (const one of $$(".card", desk)) one.hidden = one !== section;
  // Who is signing in again goes on typing.
  if (section !== form && !$("#again").contains(document.activeElement)) $("h1", section).focus({ preventScroll: true });
}

const duration = (seconds) =>
  seconds >= 5400 ? `${Math.round(seconds / 3600)} h` : `${Math.max(1, Math.round(seconds / 60))} min`;

function drawProgress() {
  const waiting = outbox.letters.filter((letter) => letter.path === "submit").length;
  const done = progress.done + waiting;
  const left = mode === "working" || mode === "guideline" ? Math.max(0, progress.left - waiting) : 0;
  const time = progress.median_seconds === null ? "" : `, ${t("about %(time)s", { time: duration(left * progress.median_seconds) })}`;
  $("#progress").textContent = `${t("%(n)s done", { n: done })}${left ? ` · ${t("up to %(n)s left", { n: left })}${time}` : ""}`;
  for (const one of $$("[data-done]")) one.textContent = done;
}

const clock = (at) => new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

const TROUBLE = { busy: t("The server asks for a moment"), offline: t("Offline"), trouble: t("The server is in trouble"), "signed-out": t("Signed out") };

function drawSaved() {
  const waiting = outbox.letters.length;
  desk.dataset.waiting = waiting;
  clearTimeout(slow);
  const say = (words) => $$(".saved").forEach((box) => (box.textContent = words));
  for (const box of $$(".saved")) box.classList.toggle("trouble", outbox.state !== "");
  if (outbox.state !== heard) announce(outbox.state ? TROUBLE[outbox.state] : t("All is sent again."));
  heard = outbox.state;
  if (outbox.state) say(t("%(what)s, %(n)s waiting", { what: TROUBLE[outbox.state], n: waiting }));
  else if (isChanged && earlier) say(t("Changed, not yet saved"));
  else if (waiting) slow = setTimeout(say, PATIENCE_MS, waiting > 1 ? t("Sending %(n)s…", { n: waiting }) : t("Sending…"));
  else say(savedAt ? t("Saved %(time)s", { time: clock(savedAt) }) : "");
  $("#kept").textContent = waiting ? tn("Nothing is lost: %(n)s of your answers waits here.", "Nothing is lost: %(n)s of your answers wait here.", waiting) : t("Nothing is lost.");
  if (outbox.state === "signed-out") askToSignIn();
}

function drawRemark() {
  $("summary span", remarkBox).textContent = form.elements.comment.value.trim() ? t("Comment ✓") : t("Comment");
}

/** Words that stay until they are put away: what could not be done, and what became of it. What was said before stays too. */
function tell(words) {
  const said = $$("#notice p").map((line) => line.textContent);
  if (said.includes(words)) return;
  const away = make("button", "button small plain", t("Dismiss"));
  away.type = "button";
  away.onclick = () => $("#notice").replaceChildren();
  $("#notice").replaceChildren(...[...said, words].slice(-3).map((line) => make("p", "", line)), away);
}

const announce = (words) => ($("#announce").textContent = words);

// --- What comes next -----------------------------------------------------------------------------------------------------

/** The server's reply to hand-out, submit, skip and acknowledge. */
function take(said) {
  mode = said.state;
  progress = said.progress;
  held = said.assignments;
  for (const box of $$(".told")) box.hidden = !said.told;
  for (const words of $$(".told q")) words.textContent = said.told?.reason ?? "";
  settle();
}

const isFree = (one) => !gone.has(one.assignment);

function settle() {
  drawProgress();
  drawSaved();
  if (earlier) return;
  if (mode === "guideline") return void showGuideline();
  const stays = card && isFree(card) && (held.some((one) => one.assignment === card.assignment) || card.assignment in drafts.value);
  if (stays && mode === "working") return form.hidden ? show(card) : undefined;
  const next = mode === "working" ? held.find(isFree) : undefined;
  if (next) return show(next);
  card = null;
  if (mode !== "working") return reveal($(`[data-when="${mode}"]`));
  wait();
}

function show(one) {
  card = one;
  draw(one, drafts.value[one.assignment]);
  reveal(form);
  if (!$("#again").contains(document.activeElement)) kind.focus();
  announce(`${t("New item.")} ${excerpt(one, 300)}`);
}

/** Nothing is here yet: the old item stays on for a moment, then words say why. */
function wait() {
  if (!outbox.letters.length && !outbox.state && !line) handOut();
  setTimeout(() => {
    if (card || earlier || mode !== "working") return;
    const isOut = [outbox.state, line].includes("offline");
    $("#waiting-title").textContent = isOut ? t("You are offline") : t("One moment");
    $("#waiting-words").textContent = isOut
      ? t("Your answers are kept in this browser, also when you close it, and go out when the line is back.")
      : t("The next item is on its way.");
    reveal($("#waiting"));
  }, PATIENCE_MS);
}

async function handOut() {
  if (isAsking) return;
  isAsking = true;
  try {
    const said = await call(`${base}/hand-out`, { hold: HOLD });
    line = "";
    take(said);
  } catch (refusal) {
    failed(refusal, handOut);
  } finally {
    isAsking = false;
  }
}

/** A call other than an answer went wrong. */
function failed(refusal, again) {
  const state = stateAfter(refusal.status);
  if (again === handOut) line = state;
  if (state === "signed-out") askToSignIn();
  else if (state) setTimeout(again, 3_000);
  else tell(refusal.message);
}

// --- Answering ---------------------------------------------------------------------------------------------------------------

const isGuarded = () => performance.now() - shownAt < GUARD_MS;
const given = () => ({
  answer: kind.read(),
  flagged: form.elements.flagged.checked,
  comment: form.elements.comment.value.trim(),
});

function submit() {
  if (form.hidden || isGuarded()) return;
  const now = given();
  // What was answered of several questions must not give way to a suggestion for all of them.
  const isBare = (now.answer === undefined && !(kind.hasSeveral && !isUntouched)) || (isUntouched && !earlier);
  if (isBare && (earlier ?? card)?.suggestion) return accept();
  if (now.answer === undefined) return refuse();
  if (earlier) return revise(now);
  if (!card || gone.has(card.assignment)) return;
  const body = { assignment: card.assignment, key: newKey(), ...now, active_ms: active.stop(), hold: HOLD };
  past.push({ ...card, ...now, revision: 1, submitted_at: Date.now() });
  leave("submit", body);
}

/** Fill the suggestion in; it is an answer only once it is submitted, and not by the same press. */
function accept() {
  const one = earlier ?? card;
  const suggestion = one?.suggestion;
  if (form.hidden || !suggestion || isGuarded()) return;
  kind.write(suggestion.answer);
  changed();
  kind.focus();
  shownAt = performance.now();
  announce(t("Filled in: %(answer)s. Submit it, or change it first.", { answer: kind.words(suggestion.answer, one) }));
}

function revise(now) {
  const one = earlier;
  const isSame = ["answer", "flagged", "comment"].every((name) => JSON.stringify(one[name]) === JSON.stringify(now[name]));
  if (!isSame) {
    const body = { assignment: one.assignment, key: newKey(), ...now, revision: one.revision };
    Object.assign(one, now, { revision: one.revision + 1, submitted_at: Date.now() });
    delete one.draft;
    outbox.post({ path: "revise", body, about: excerpt(one) });
  }
  return toCard();
}

/** By key: of several questions first to the next that lacks an answer. */
const submitOrGoOn = () => (form.hidden || isGuarded() || !kind.goOn?.()) && submit();

function skip() {
  if (form.hidden || earlier || isGuarded()) return;
  const reason = form.elements.reason.value;
  if (!reason) {
    $("#fault").textContent = t("Say why you skip it.");
    return void form.elements.reason[0].focus();
  }
  leave("skip", { assignment: card.assignment, key: newKey(), reason, note: form.elements.note.value.trim(), hold: HOLD });
}

/** Send it and go on at once. */
function leave(path, body) {
  gone.add(card.assignment);
  forget(card.assignment);
  const about = excerpt(card);
  card = null;
  outbox.post({ path, body, about });
  settle();
}

function refuse() {
  const isScale = Boolean($(".scale", answerBox));
  $("#fault").textContent = kind.missing?.() ?? (isScale ? t("Nothing is chosen yet. Choose a point, then submit.") : t("Nothing is chosen yet. Choose a label, then submit."));
  kind.focus();
}

function clear() {
  if (form.hidden) return;
  kind.write(undefined);
  changed();
  kind.focus();
}

/** The person altered the answer, the flag or the comment. */
function changed() {
  $("#fault").textContent = "";
  isChanged = true;
  isUntouched = false;
  const now = { ...given(), answer: kind.draft ? kind.draft() : kind.read() };
  if (earlier) earlier.draft = now;
  else if (card) drafts.value = { ...drafts.value, [card.assignment]: now };
  drawRemark();
  drawSaved();
  pointOut();
}

function forget(assignment) {
  const { [assignment]: _, ...rest } = drafts.value;
  drafts.value = rest;
}

const outbox = new Outbox(own("outbox"), base, {
  reply(letter, said) {
    const saved = letter.path === "revise" ? said : said.saved;
    if (saved) {
      savedAt = saved.saved_at;
      if (!saved.counted && letter.path === "submit") {
        tell(t("Kept, but not counted: “%(item)s” had all its answers by the time yours came.", { item: letter.about }));
      }
    }
    if (letter.path !== "revise") take(said);
  },
  refused(letter, refusal) {
    tell(`${letter.path === "skip" ? t("Not saved: your skip of “%(item)s”.", { item: letter.about }) : t("Not saved: your answer to “%(item)s”.", { item: letter.about })} ${refusal.message}`);
    past.length = 0;
    older = undefined;
    if (!outbox.letters.length) handOut();
  },
  change: () => settle(),
});

// --- Back to one's own answers --------------------------------------------------------------------------------------------------

async function fetchOlder() {
  if (older === null) return 0;
  try {
    const said = await call(`${base}/mine?limit=20${older ? `&before=${older}` : ""}`, undefined, "GET");
    const known = new Set(past.map((one) => one.assignment));
    const found = said.annotations.filter((one) => !known.has(one.assignment)).reverse();
    past.unshift(...found);
    older = said.next;
    return found.length;
  } catch (refusal) {
    failed(refusal, () => {});
    return 0;
  }
}

async function back() {
  let place = earlier ? past.indexOf(earlier) : past.length;
  if (place === 0) place += await fetchOlder();
  if (place === 0) return announce(t("There is no earlier answer."));
  lookAt(past[place - 1]);
}

function forward() {
  if (!earlier) return;
  const next = past[past.indexOf(earlier) + 1];
  return next ? lookAt(next) : toCard();
}

function lookAt(one) {
  earlier = one;
  draw(one, one.draft ?? one);
  isChanged = Boolean(one.draft);
  const time = new Date(one.submitted_at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
  $("#when").textContent =
    one.revision > 1 ? t("Given %(time)s, changed %(n)s ×.", { time, n: one.revision - 1 }) : t("Given %(time)s.", { time });
  $("#stand-by").href = `/projects/${encodeURIComponent(project)}/my-work?assignment=${one.assignment}#recent`;
  $("#replied").textContent = one.reply ? t("Your manager replies: %(reply)s", { reply: one.reply }) : "";
  reveal(form);
  kind.focus();
  drawSaved();
  announce(`${t("An earlier answer: %(answer)s.", { answer: kind.words(one.answer, one) })} ${excerpt(one, 300)}`);
}

/** From an earlier answer to the item that waits. */
function toCard() {
  earlier = null;
  form.hidden = true; // so that settle draws the card anew
  settle();
}

/** Time at work since midnight here, and the pace of it; a pause of more than a minute is not counted. */
async function drawToday() {
  const midnight = new Date().setHours(0, 0, 0, 0);
  try {
    const { answers, seconds, median_seconds: middle } = await call(`${base}/today?since=${midnight}`, undefined, "GET");
    const pace = middle === null ? "" : ` ${t("Mostly in about %(n)s s.", { n: Math.max(1, Math.round(middle)) })}`;
    const time = duration(seconds);
    $("#today").textContent = answers
      ? `${tn("Today: %(n)s answer in %(time)s at work.", "Today: %(n)s answers in %(time)s at work.", answers, { time })}${pace} ${t("Breaks are not counted.")}`
      : t("Nothing answered yet today.");
  } catch {
    $("#today").textContent = ""; // a wish, and no more: offline it is simply not there
  }
}

async function drawMine() {
  drawToday();
  if (older === undefined) await fetchOlder();
  const rows = [...past].reverse().map((one) => {
    const words = make("span", "clamp", excerpt(one, 160));
    words.dir = "auto";
    const button = make("button", "mine", make("strong", "", kind.words(one.answer, one)), words, make("small", "", clock(one.submitted_at)));
    if (one.reply) button.append(make("small", "", t("Your manager replies: %(reply)s", { reply: one.reply })));
    button.type = "button";
    button.onclick = () => (closeSheet(), lookAt(one));
    return make("li", "", button);
  });
  $("#mine").replaceChildren(...(rows.length ? rows : [make("li", "quiet", t("None yet."))]));
}

// --- The guideline -----------------------------------------------------------------------------------------------------------------

let guideline = boot.guideline ? { version: boot.guideline.version, isHere: true } : null;

async function showGuideline() {
  const section = $('[data-when="guideline"]');
  if (!section.hidden && guideline?.isHere) return;
  card = null;
  if (boot.state !== "guideline" || !guideline?.isHere) {
    try {
      drawGuideline(await call(`${base}/guideline`, undefined, "GET"));
    } catch (refusal) {
      return failed(refusal, showGuideline);
    }
  }
  if (mode === "guideline" && !earlier) reveal(section);
}

function drawGuideline(said) {
  guideline = { version: said.version, isHere: true };
  const isAgain = said.acknowledged === said.version;
  const isChange = said.acknowledged > 0 && !isAgain;
  $("#ack-title").textContent = isChange ? t("The guideline has changed") : isAgain ? t("Read the guideline again") : t("Read the guideline first");
  if (isAgain) $("#ack-what").textContent = t("You are asked to read v%(version)s once more before the next item.", { version: said.version });
  if (isChange) {
    const versions = { old: said.acknowledged, new: said.version };
    $("#ack-what").textContent =
      said.change === "meaning"
        ? t("You have read v%(old)s; this is v%(new)s, a change of meaning.", versions)
        : t("You have read v%(old)s; this is v%(new)s, a clarification.", versions);
  }
  $("#ack-note").textContent = said.note;
  $("#ack-note").hidden = !isChange || !said.note;
  $("#ack-diff").replaceChildren(drawChanges(said.diff));
  $("#ack-diff").hidden = !said.diff.length;
  $("#ack-whole").open = !said.diff.length;
  // The server has cut this HTML down to a list of harmless tags (web/markdown.py).
  $("#ack-html").innerHTML = $("#guide-html").innerHTML = said.html;
  for (const id of ["#ack-version", "#version", "#guide-version"]) if ($(id)) $(id).textContent = `v${said.version}`;
  if ($("#guide-date")) $("#guide-date").textContent = t("Published %(ago)s", { ago: new Date(said.published_at).toLocaleDateString(language, { dateStyle: "medium" }) });
  $("#acknowledge").elements.version.value = said.version;
}

/** As the macro `changes` of ui.html. */
function drawChanges(blocks) {
  const tags = { added: "ins", removed: "del", same: "span" };
  return make("div", "changes", ...blocks.map((block) => make("p", block.kind, ...block.pieces.map((piece) => make(tags[piece.kind], "", piece.text)))));
}

async function acknowledge(event) {
  event.preventDefault();
  const version = Number($("#acknowledge").elements.version.value);
  try {
    const said = await call(`${base}/acknowledge`, { version, hold: HOLD });
    if (guideline) guideline.isHere = false;
    boot.state = "";
    take(said);
  } catch (refusal) {
    failed(refusal, () => {});
    if (refusal.status !== 409) return;
    guideline = null;
    $('[data-when="guideline"]').hidden = true;
    showGuideline();
  }
}

// --- Beside the item: guideline, own answers, keys -----------------------------------------------------------------------------------

const isWide = matchMedia("(min-width: 68.75rem)");
const isSideOpen = () => (isWide.matches ? desk.dataset.wide !== "closed" : side.dataset.sheet === "open");

function toggleSide(which) {
  const isOpen = !(isSideOpen() && side.dataset.show === which);
  if (isOpen) {
    side.dataset.show = which;
    for (const panel of $$("[data-panel]", side)) panel.hidden = panel.dataset.panel !== which;
    if (which === "mine") drawMine();
  }
  if (isWide.matches) {
    desk.dataset.wide = isOpen ? "open" : "closed";
    document.cookie = `assay_side=${desk.dataset.wide}; path=/; max-age=31536000; samesite=lax`;
  } else {
    side.dataset.sheet = isOpen ? "open" : "closed";
    if (isOpen) side.focus({ preventScroll: true });
    else if (!form.hidden) kind.focus();
  }
  drawSideButtons();
  pointOut();
}

function closeSheet() {
  if (side.dataset.sheet === "open") toggleSide(side.dataset.show);
}

function drawSideButtons() {
  for (const button of $$("[data-side]")) {
    button.setAttribute("aria-expanded", isSideOpen() && side.dataset.show === button.dataset.side);
  }
}

/** Bring what the guideline says of the label that is focused or chosen into view: its entry, else its heading. */
function pointOut() {
  const chosen = $("input:checked", answerBox);
  for (const entry of $$(".entry", side)) entry.classList.toggle("here", entry.dataset.value === chosen?.dataset.json);
  const box = answerBox.contains(document.activeElement) ? document.activeElement : chosen;
  if (!box || !isSideOpen() || side.dataset.show !== "guide") return;
  const is = (heading) => heading.textContent.trim().toLowerCase() === box.value.toLowerCase();
  const about = $$(".entry", side).find((entry) => entry.dataset.value === box.dataset.json);
  (about ?? $$("#guide-html :is(h2, h3, h4)").find(is))?.scrollIntoView({ block: "nearest" });
}

// --- Keys: one table binds them and shows them ----------------------------------------------------------------------------------------

const KEYS = [
  ...(kind.keys ?? []),
  { name: "submit", words: t("Submit, once something is chosen"), run: submitOrGoOn },
  { name: "submit_anywhere", words: t("Submit, out of a text field too"), run: () => (skipBox.open ? skip() : submitOrGoOn()), isAnywhere: true },
  { name: "accept", words: t("Fill in what is suggested"), run: accept },
  { name: "clear", words: t("Clear the answer"), run: clear },
  { name: "skip", words: t("Skip, with a reason"), run: () => pop(skipBox) },
  { name: "unsure", words: t("Mark as unsure"), run: () => !form.hidden && form.elements.flagged.click() },
  { name: "comment", words: t("Comment"), run: () => pop(remarkBox) },
  { name: "back", words: t("Back to your last answer, to change it"), run: back, mayRepeat: true },
  { name: "forward", words: t("Forward again"), run: forward, mayRepeat: true },
  { name: "down", words: t("Scroll a long item down"), run: () => item.scrollBy(0, item.clientHeight - 40), mayRepeat: true },
  { name: "up", words: t("… and up"), run: () => item.scrollBy(0, 40 - item.clientHeight), mayRepeat: true },
  { name: "guideline", words: t("Guideline beside the item"), run: () => $('[data-side="guide"]') && toggleSide("guide") },
  { name: "answers", words: t("Your last answers"), run: () => toggleSide("mine") },
  ...(isManyLabels ? [{ name: "find", words: t("Find a label by its words"), run: () => !form.hidden && $("#find").focus() }] : []),
  { name: "keys", words: t("These keys"), run: () => toggleSide("keys") },
  { name: "close", words: t("Close what is open"), run: close, isAnywhere: true },
  ...(player?.keys ?? []),
];
const SHOWN = { enter: "Enter", space: "Space", arrowleft: "←", arrowright: "→", arrowup: "↑", arrowdown: "↓", backspace: "Backspace", delete: "Del", escape: "Esc", pagedown: "Page Down", pageup: "Page Up" };
const shownKey = (key) => (key.startsWith("ctrl+") ? `Ctrl+${shownKey(key.slice(5)).toUpperCase()}` : (SHOWN[key] ?? key));
let bound = new Map(); // from a key to its row; the kind's own win

/** Let every key do what the person has chosen, and say so wherever it is shown. */
function bind() {
  for (const row of KEYS) if (row.name) row.keys = myKeys.keys[row.name];
  bound = new Map([...KEYS].reverse().flatMap((row) => row.keys.map((key) => [key, row])));
  const questions = $$(".question", answerBox);
  for (const within of questions.length ? questions : [answerBox]) {
    for (const [place, box] of $$(".label-rows > .label-row > [data-place]", within).entries()) {
      const key = myKeys.labels[place] ?? "";
      box.dataset.key = key;
      box.setAttribute("aria-keyshortcuts", key);
      const shown = $("kbd", box.parentElement);
      if (shown) shown.textContent = key;
      else if (key) box.after(make("kbd", "", key));
    }
  }
  for (const thing of $$("[data-keyof]")) {
    const keys = myKeys.keys[thing.dataset.keyof];
    thing.setAttribute("aria-keyshortcuts", keys.join(" ").replaceAll("ctrl+", "Control+").replace("arrowleft", "ArrowLeft").replace("arrowright", "ArrowRight"));
    const shown = $("kbd", thing.closest("label, summary, button") ?? thing);
    if (shown) shown.textContent = keys.length ? shownKey(keys[0]) : "";
  }
  $("#at-once").checked = myKeys.at_once;
  drawKeys();
}

/** What has a key now: of several questions, what the one in hand has. */
const keyed = () => $$("[data-key]", $(".question.here", answerBox) ?? answerBox).filter((box) => box.dataset.key);

function drawKeys() {
  const boxes = keyed();
  const labels = boxes.length ? [[`${boxes[0].dataset.key} … ${boxes.at(-1).dataset.key}`, t("Choose, as the rows show")]] : [];
  const own = (kind.keysHere?.() ?? []).map((row) => [...row.keys.map(shownKey), row.words]);
  const rows = [...labels, ...own, ...KEYS.map((row) => [...row.keys.filter((key) => bound.get(key) === row).map(shownKey), row.words])];
  $("#keys").replaceChildren(
    ...rows.map((row) => make("div", "", make("dt", "", ...row.slice(0, -1).map((key) => make("kbd", "", key))), make("dd", "", row.at(-1)))),
  );
}

/** What the server is told to keep: all actions, and the labels' keys in their order. */
const chosenKeys = () => {
  const { close, ...keys } = myKeys.keys;
  return { keys, labels: myKeys.labels, at_once: myKeys.at_once };
};

/** Keep what the person chose with their name, for every desk; what cannot be is said, and changes nothing. */
async function keepKeys(chosen) {
  myKeys = await call("/api/v1/me/desk", chosen, "PUT");
  bind();
}

let changing = null; // the form in which keys are chosen, once it was asked for
async function changeKeys() {
  changing ??= (await import("./keys.js")).form($("#change-keys"), { list: $("#keys"), rows: () => KEYS.filter((row) => row.name && row.name !== "close"), chosen: chosenKeys, keep: keepKeys, nameOf, shownKey });
  changing.open();
}

function pressed(event) {
  if (event.isComposing || event.altKey || event.defaultPrevented) return;
  const name = nameOf(event);
  const row = bound.get(name);
  const { target } = event;
  if (!row?.isAnywhere && (isTyping(target) || target.closest(".account, .again"))) return;
  // Enter and Space on a button, a link or an opened menu are that thing's own.
  if (["enter", "space"].includes(name) && target.closest("button, a, summary, .tools, #at-once")) return;
  if (name === "space" && target.matches("[type=checkbox], [type=radio]:not(:checked)")) return;
  // A player that has the focus knows these itself.
  if (["space", "arrowleft", "arrowright", "arrowup", "arrowdown"].includes(name) && target.matches("audio, video")) return;
  if (["pagedown", "pageup"].includes(name) && side.contains(target)) return;
  const run = skipBox.open && !row?.isAnywhere ? reasonFor(name) : (labelFor(name) ?? row?.run);
  if (!run) return;
  event.preventDefault();
  if (!event.repeat || row?.mayRepeat) run();
}

function labelFor(name) {
  const box = form.hidden || remarkBox.open ? undefined : keyed().find((one) => one.dataset.key === name);
  if (!box) return undefined;
  return () => {
    const isOnce = myKeys.at_once && box.type === "radio" && !earlier && !kind.hasSeveral;
    if (isOnce && isGuarded()) return;
    box.focus({ preventScroll: false });
    box.click();
    if (isOnce) submit();
  };
}

function reasonFor(name) {
  if (name === "enter") return skip;
  const box = $$("[data-key]", skipBox).find((one) => one.dataset.key === name);
  return box && (() => ((box.checked = true), skip()));
}

function pop(box) {
  if (!form.hidden && !box.hidden) box.open = !box.open;
}

function close() {
  const open = skipBox.open || remarkBox.open;
  const account = $(".account");
  if (account?.open) return void (account.open = false);
  if (!open && side.dataset.sheet === "open") return closeSheet();
  if (!open && $("#notice").childElementCount) return $("#notice").replaceChildren();
  skipBox.open = remarkBox.open = false;
  if (!form.hidden) kind.focus();
}

// --- Being here: time at work, leases, other tabs, sessions -----------------------------------------------------------------------------

const active = {
  ms: 0,
  last: performance.now(),
  /** Count what went by since the last sign of life; a pause counts for a minute at most. */
  beat() {
    const now = performance.now();
    active.ms += Math.min(now - active.last, IDLE_MS);
    active.last = now;
  },
  restart() {
    active.ms = 0;
    active.last = performance.now();
  },
  stop() {
    active.beat();
    return Math.round(active.ms);
  },
};

function seen() {
  if (document.visibilityState === "hidden") return active.beat();
  const hasSlept = performance.now() - active.last > IDLE_MS;
  active.last = performance.now();
  stamp();
  if (hasSlept) handOut();
}

async function renew() {
  stamp();
  const mine = held.filter(isFree).map((one) => one.assignment);
  if (document.visibilityState === "hidden" || performance.now() - active.last > AWAY_MS || !mine.length) return;
  try {
    const { expires } = await call(`${base}/renew`, { assignments: mine });
    if (mine.some((one) => !(one in expires))) handOut();
  } catch (refusal) {
    failed(refusal, () => {});
  }
}

function stamp() {
  const fresh = Object.entries(tabs.value).filter(([, at]) => Date.now() - at < 2 * RENEW_MS);
  tabs.value = { ...Object.fromEntries(fresh), [tab]: Date.now() };
}

/** Closing the desk: what was not touched goes back for others, unless another tab still shows it. */
function part() {
  const { [tab]: _, ...others } = tabs.value;
  tabs.value = others;
  const untouched = held.filter((one) => isFree(one) && !(one.assignment in drafts.value)).map((one) => one.assignment);
  if (!untouched.length || Object.values(others).some((at) => Date.now() - at < 2 * RENEW_MS)) return;
  sessionStorage.setItem(own("released"), JSON.stringify(untouched));
  navigator.sendBeacon(`${base}/release`, JSON.stringify({ assignments: untouched }));
}

/** After a reload the page was made before the old one gave its items back: ask anew. */
function arrive() {
  const released = JSON.parse(sessionStorage.getItem(own("released")) ?? "[]");
  sessionStorage.removeItem(own("released"));
  if (held.some((one) => released.includes(one.assignment))) handOut();
}

function askToSignIn() {
  const box = $("#again");
  if (!box.hidden) return;
  box.hidden = false;
  box.elements.password.focus();
  announce(t("Your session is over. Sign in to go on."));
}

async function signIn(event) {
  event.preventDefault();
  const box = event.currentTarget;
  try {
    await call("/api/v1/session", { name: box.elements.name.value, password: box.elements.password.value });
  } catch (refusal) {
    return tell(refusal.message);
  } finally {
    box.elements.password.value = "";
  }
  box.hidden = true;
  $("#notice").replaceChildren();
  outbox.state = line = "";
  outbox.send();
  handOut();
  if (!form.hidden) kind.focus();
}

// --- Begin ---------------------------------------------------------------------------------------------------------------------------------

const DO = { "change-keys": changeKeys, back, forward, close, accept, "close-side": () => toggleSide(side.dataset.show) };

document.addEventListener("keydown", pressed);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do], [data-side]");
  if (!button) return;
  if (button.dataset.side) toggleSide(button.dataset.side);
  else DO[button.dataset.do]();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter?.value === "skip") skip();
  else submit();
});
form.addEventListener("input", (event) => {
  if (!skipBox.contains(event.target)) changed();
});
answerBox.addEventListener("focusin", pointOut);
answerBox.addEventListener("turned", drawKeys);
for (const box of [skipBox, remarkBox]) {
  box.addEventListener("toggle", () => {
    if (!box.open) return;
    for (const other of [skipBox, remarkBox]) if (other !== box) other.open = false;
    $("input, textarea", box).focus({ preventScroll: true });
  });
}
$("#acknowledge").addEventListener("submit", acknowledge);
$("#again").addEventListener("submit", signIn);
$("#at-once").addEventListener("change", async (event) => {
  const box = event.currentTarget;
  try {
    await keepKeys({ ...chosenKeys(), at_once: box.checked });
  } catch (refusal) {
    box.checked = myKeys.at_once;
    tell(refusal.message);
  }
});
for (const name of ["keydown", "pointerdown", "pointermove", "wheel", "touchmove"]) {
  addEventListener(name, active.beat, { passive: true });
}
document.addEventListener("visibilitychange", seen);
addEventListener("pagehide", part);
addEventListener("pageshow", (event) => event.persisted && handOut());
addEventListener("storage", (event) => {
  if (event.key !== own("outbox")) return;
  for (const letter of outbox.letters) if (letter.path !== "revise") gone.add(letter.body.assignment);
  settle();
});
isWide.addEventListener("change", drawSideButtons);
setInterval(renew, RENEW_MS);

for (const letter of outbox.letters) if (letter.path !== "revise") gone.add(letter.body.assignment);
stamp();
if (isManyLabels) (await import("./find.js")).begin(answerBox, () => kind.focus());
bind();
drawSideButtons();
if (mode === "working" && held.length && isFree(held[0])) {
  // The item in the page stays as it is; only what was begun here before is put back.
  card = held[0];
  const draft = drafts.value[card.assignment];
  if (draft) draw(card, draft);
  else kind.item?.(item, card.fields, card.shown), drawSuggestion(card), shown();
  kind.focus();
}
settle();
drawAhead();
outbox.send();
arrive();
desk.dataset.ready = "";
