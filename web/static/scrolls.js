// What scrolls can be reached by Tab; what does not scroll is passed over.

const watch = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    const isReached = target.querySelector("a[href], button, input, select, textarea, summary") !== null;
    if (!isReached && (target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight)) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const box of document.querySelectorAll("main .scroll-x, main pre, .prose table")) watch.observe(box);
