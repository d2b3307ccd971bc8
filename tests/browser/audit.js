// What is wrong with the page in view for people with other eyes, hands and ears: a list of sentences, empty when all is well.
() => {
  const faults = [];
  const shows = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: false });
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shows);
  const name = (element) => {
    const refers = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean);
    const words = [
      element.getAttribute("aria-label"),
      ...refers.map((id) => document.getElementById(id)?.textContent),
      ...[...(element.labels ?? [])].map((label) => label.textContent),
      element.matches("input, select, textarea") ? "" : element.textContent,
      element.matches("input[type=submit]") ? element.value : "",
    ];
    return words.map((one) => (one ?? "").trim()).find(Boolean) ?? "";
  };
  const where = (element) => {
    const path = [];
    for (let one = element; one && path.length < 3; one = one.parentElement) {
      path.unshift(one.tagName.toLowerCase() + (one.id ? `#${one.id}` : one.classList.length ? `.${[...one.classList].join(".")}` : ""));
    }
    return `${path.join(" > ")} “${(element.textContent ?? "").trim().slice(0, 40)}”`;
  };

  if (!document.documentElement.lang) faults.push("the page has no language");
  if (!document.title.trim()) faults.push("the page has no title");
  if (all("main").length !== 1) faults.push(`there are ${all("main").length} <main>`);
  if (all("h1").length !== 1) faults.push(`there are ${all("h1").length} <h1> in view`);
  for (const element of all("a, button, input:not([type=hidden]), select, textarea, summary, [role=button]")) {
    if (element.closest("[aria-hidden=true]")) continue;
    if (!name(element)) faults.push(`has no name: ${where(element)}`);
    const box = element.getBoundingClientRect();
    const isInText = element.matches("a") && getComputedStyle(element).display === "inline";
    const isLabelled = [...(element.labels ?? [])].some((label) => label.getBoundingClientRect().height >= 24);
    if (!isInText && !isLabelled && box.width > 1 && Math.min(box.width, box.height) < 24) {
      faults.push(`is smaller than 24 px (${Math.round(box.width)} × ${Math.round(box.height)}): ${where(element)}`);
    }
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids.filter((one, place) => ids.indexOf(one) !== place))) faults.push(`the id ${id} is there twice`);
  for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      for (const id of element.getAttribute(attribute).split(/\s+/).filter(Boolean)) {
        if (!document.getElementById(id)) faults.push(`${attribute} names ${id}, which is nowhere: ${where(element)}`);
      }
    }
  }
  for (const element of all("svg:not([aria-hidden=true])")) {
    if (!element.closest("[aria-hidden=true]") && !(element.getAttribute("role") === "img" && (name(element) || element.querySelector("title")))) {
      faults.push(`is a picture without words: ${where(element)}`);
    }
  }
  for (const element of all("th:not([scope])")) faults.push(`is a heading of nothing (no scope): ${where(element)}`);
  // The image that a script zooms is moved by its style, which the policy allows to scripts alone.
  for (const element of document.querySelectorAll("[style]:not(.stage > img), [onclick], [onload]")) faults.push(`has a style or script in it: ${where(element)}`);
  for (const element of document.querySelectorAll("[tabindex]")) if (element.tabIndex > 0) faults.push(`jumps the queue of Tab: ${where(element)}`);
  for (const element of all("body *")) {
    const look = getComputedStyle(element);
    const scrolls = ["auto", "scroll"].includes(look.overflowY) && element.scrollHeight > element.clientHeight + 1;
    if (scrolls && element.tabIndex < 0 && !element.matches("[tabindex], textarea") && !element.querySelector("a, button, input, summary, select")) {
      faults.push(`scrolls, and no key reaches it: ${where(element)}`);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) {
    const widest = all("body *").find((element) => element.getBoundingClientRect().right > innerWidth + 1);
    faults.push(`the page is ${document.documentElement.scrollWidth} wide in ${innerWidth}: ${widest ? where(widest) : ""}`);
  }

  // Contrast: the colour of every piece of text against what lies beneath it, in linear light.
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top, below) => [0, 1, 2].map((at) => top[at] * top[3] + below[at] * (1 - top[3]));
  const beneath = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) layers.push(rgba(getComputedStyle(one).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0] : [255, 255, 255]);
  };
  const light = (color) => {
    const [red, green, blue] = color.map((one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || seen.has(element) || !shows(element) || element.closest(".unseen, script, :disabled, svg")) continue;
    seen.add(element);
    const look = getComputedStyle(element);
    const below = beneath(element);
    const [high, low] = [light(over(rgba(look.color), below)), light(below)].sort((one, other) => other - one);
    const ratio = (high + 0.05) / (low + 0.05);
    const size = parseFloat(look.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(look.fontWeight) >= 700);
    const least = element.closest(".reading, .item-text") ? 7 : isLarge ? 3 : 4.5;
    if (ratio < least) faults.push(`has a contrast of ${ratio.toFixed(2)}, below ${least}: ${where(element)}`);
  }
  return faults;
}
