// The partner's room: one sensitive value at a time, gone after thirty seconds, when the page is hidden or left.
(() => {
  const clear = (except) => {
    for (const box of document.querySelectorAll(".room-out[data-one]")) {
      if (box !== except) box.replaceChildren();
    }
  };
  document.addEventListener("htmx:after:swap", (event) => {
    const box = event.target.closest && event.target.closest(".room-out");
    if (!box) return;
    if (box.hasAttribute("data-one")) {
      clear(box);
      const shown = box.querySelector("[data-fade]");
      if (shown) setTimeout(() => shown.remove(), Number(shown.dataset.fade) * 1000);
    }
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clear(null);
  });
  window.addEventListener("pagehide", () => clear(null));
})();
