/* The desk without a mouse: one letter presses the button that carries it. Rules as everywhere: never while composing, never
   in a field, never with a modifier, off when the reader turned single keys off. */
(() => {
  "use strict";
  /* An opened picture leaves the document when the tab is hidden or the page is left. */
  const forget = () => document.querySelectorAll("[data-picture]").forEach((image) => image.remove());
  document.addEventListener("visibilitychange", () => { if (document.hidden) forget(); });
  window.addEventListener("pagehide", forget);
  const off = () => { try { return localStorage.getItem("fengni.keys-off") === "1"; } catch { return false; } };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey || off()) return;
    const at = event.target instanceof Element ? event.target : document.body;
    if (at.closest("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
    const button = /^[a-z]$/.test(event.key) ? document.querySelector(`[data-key="${event.key}"]`) : null;
    if (!button) return;
    event.preventDefault();
    if (event.key === "d") document.getElementById("given")?.focus();
    else button.click();
  });
})();
