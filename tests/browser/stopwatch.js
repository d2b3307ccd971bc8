// From the press of Enter to the frame in which another item has been painted, in milliseconds: window.laps grows by one each.
() => {
  window.laps = [];
  let pressed = 0;
  addEventListener("keydown", (event) => event.key === "Enter" && (pressed = event.timeStamp), true);
  new MutationObserver(() => {
    if (!pressed) return;
    const began = pressed;
    pressed = 0;
    requestAnimationFrame(() => {
      // A message posted in a frame is handled after that frame was painted.
      const channel = new MessageChannel();
      channel.port1.onmessage = () => window.laps.push(performance.now() - began);
      channel.port2.postMessage(null);
    });
  }).observe(document.querySelector("#item"), { childList: true });
}
