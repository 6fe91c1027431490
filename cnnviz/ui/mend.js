// What Streamlit's own elements lack for a keyboard, a screen reader or a phone; runs once in each browser window.
if (!window.cnnvizMends) {
  window.cnnvizMends = true;

  // Every control writes its value into the address. That is no place to go back to: Back leads to the page before.
  const push = history.pushState;
  history.pushState = function (state, title, url) {
    const here = url && new URL(url, location.href).pathname === location.pathname;
    return (here ? history.replaceState : push).call(history, state, title, url);
  };

  const mend = () => {
    for (const drop of document.querySelectorAll("[data-testid=stFileUploaderDropzone][role=presentation]")) drop.setAttribute("role", "group");
    for (const box of document.querySelectorAll(".katex-display")) { // a formula shrinks until its result is in sight
      box.style.fontSize = "";
      if (box.scrollWidth > box.clientWidth) box.style.fontSize = `${Math.max(0.6, (0.98 * box.clientWidth) / box.scrollWidth)}em`;
    }
    for (const program of document.querySelectorAll("[data-testid=stCode] pre")) program.tabIndex = 0;
    for (const box of document.querySelectorAll(".katex-display, [data-testid=stMarkdown] table"))
      if (box.scrollWidth > box.clientWidth) { // what scrolls must be reachable by keyboard
        box.tabIndex = 0;
        box.style.overflowX = "auto";
      }
  };
  let due = 0;
  const soon = () => { due ||= requestAnimationFrame(() => { due = 0; mend(); }); };
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
  window.addEventListener("resize", soon);
  document.fonts.addEventListener("loadingdone", soon); // a formula is wider in its own font
  mend();
}
