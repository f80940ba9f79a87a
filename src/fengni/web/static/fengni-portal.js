/* The half minute in which a new link opens nothing: a ring that runs out, on the guest's page and on the inviter's. */
(() => {
  "use strict";
  for (const box of document.querySelectorAll("[data-hold]")) {
    const total = Number(box.dataset.hold), shown = box.querySelector("b"), ring = box.querySelector("circle + circle");
    const end = Date.now() + total * 1000;
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      shown.textContent = String(left);
      if (ring) ring.style.strokeDashoffset = String(100 - (left / Math.max(total, 1)) * 100);
      if (left > 0) setTimeout(tick, 250);
      else if ("holdGo" in box.dataset) location.reload();
      else for (const one of [shown, ...box.querySelectorAll("[data-hold-swap]")]) one.hidden = !one.hidden;
    };
    tick();
  }
})();
