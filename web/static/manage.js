// What makes the manager's pages quicker by hand. Every page works without it.

import { t } from "./inputs.js";
import "./scrolls.js";

const typing = (target) => target.closest?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
const plain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing && !event.repeat;

// Times of the server become times of this place.
const two = (number) => String(number).padStart(2, "0");
for (const time of document.querySelectorAll("time[datetime][data-show]")) {
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.getTime())) continue;
  const day = t("%(year)s-%(month)s-%(day)s", { year: at.getFullYear(), month: two(at.getMonth() + 1), day: two(at.getDate()) });
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  time.textContent = time.dataset.show === "clock" ? `${clock}:${two(at.getSeconds())}` : `${day} ${clock}`;
}

// In a narrow window the row of pages begins where one is.
const row = document.querySelector(".pages");
const here = row?.querySelector("[aria-current]");
if (here && row.scrollWidth > row.clientWidth) row.scrollLeft = here.offsetLeft - row.clientWidth / 2 + here.offsetWidth / 2;

// A click anywhere on a row opens what the row is about; links, fields and selections keep their own meaning.
document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-href]");
  if (!row || event.target.closest("a, button, input, select, label, form") || String(getSelection())) return;
  location.assign(row.dataset.href);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && plain(event) && !typing(event.target)) {
    const search = document.querySelector('[data-key="/"]');
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  }
});

for (const field of document.querySelectorAll("[data-copy]")) field.addEventListener("focus", () => field.select());

// Ruling: a key chooses the label, r goes to the reason, Enter rules once both are there, → leaves the item for the next.
const ruling = document.querySelector("form[data-ruling]");
if (ruling) {
  const reason = ruling.elements.namedItem("reason");
  const labels = new Map();
  for (const row of ruling.querySelectorAll(".label-row")) {
    const key = row.querySelector("kbd")?.textContent;
    if (key) labels.set(key, row.querySelector("input"));
  }
  const opened = performance.now();
  let sent = false;
  ruling.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (sent || performance.now() - opened < 250) event.preventDefault(); else sent = true;
  });
  addEventListener("pageshow", () => { sent = false; });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); ruling.requestSubmit(); return; }
    if (!plain(event) || typing(event.target)) {
      if (event.key === "Escape" && event.target === reason) reason.blur();
      return;
    }
    const input = labels.get(event.key.toLowerCase());
    if (input) {
      event.preventDefault();
      input.focus();
      input.click();
      if (input.type === "radio" && !reason.value) reason.focus();
    } else if (event.key === "r") {
      event.preventDefault(); reason.focus();
    } else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
      event.preventDefault(); ruling.requestSubmit();
    } else if (event.key === "ArrowRight" && event.target.type !== "radio") {
      ruling.querySelector("[data-next]")?.click();
    }
  });
  // On a phone the queue stands below and does not scroll by itself: there the item comes first.
  const queue = document.querySelector(".queue");
  if (queue?.scrollHeight > queue?.clientHeight) queue.querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
}

// The guideline's preview follows the typing.
const editor = document.querySelector("form[data-preview]");
if (editor) {
  const body = editor.elements.namedItem("body");
  const target = editor.querySelector("[data-preview-target]");
  let timer, asked = 0;
  const show = async () => {
    const mine = ++asked;
    try {
      const reply = await fetch(editor.dataset.preview, { method: "POST", body: new URLSearchParams({ body: body.value }) });
      const html = await reply.text();
      if (reply.ok && mine === asked) target.innerHTML = html;  // the server has cleaned it
    } catch { /* offline: the preview waits for the next key */ }
  };
  body.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 250); });
  const before = body.value;
  addEventListener("beforeunload", (event) => { if (!editor.dataset.sent && body.value !== before) event.preventDefault(); });
  editor.addEventListener("submit", () => { editor.dataset.sent = "1"; });
}

// An upload says how far it is.
const upload = document.querySelector("form[data-upload]");
if (upload) {
  upload.addEventListener("submit", (event) => {
    const words = upload.querySelector("[data-upload-words]");
    const bar = upload.querySelector("progress");
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (sent) => {
      if (!sent.lengthComputable) return;
      bar.hidden = false;
      bar.value = (100 * sent.loaded) / sent.total;
      words.textContent = sent.loaded < sent.total ? t("%(percent)s %% sent", { percent: Math.floor(bar.value) }) : t("Looking at it…");
    });
    request.addEventListener("load", () => {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const result = request.status < 400 && page.querySelector("[data-upload-result]");
      if (result) {
        document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
        result.focus();
        return;
      }
      if (request.status < 400) { location.assign(request.responseURL); return; }
      const why = page.querySelector(".problem") ?? page.querySelector("main p");
      bar.hidden = true;
      words.textContent = why ? why.textContent.trim() : t("The server answered %(status)s. Try again.", { status: request.status });
      words.setAttribute("role", "alert");
      const fold = upload.querySelector("details");
      if (fold) fold.open ||= page.querySelector("form[data-upload] details")?.open ?? false;
    });
    request.addEventListener("error", () => { bar.hidden = true; words.textContent = t("The connection broke. Nothing was imported; send it again."); });
    request.open("POST", upload.action || location.href);
    request.send(new FormData(upload));
  });
}

// After an error, the eye and the keyboard begin at its words.
document.querySelector('.problem[role="alert"]')?.focus();
